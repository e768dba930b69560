package load

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// How often a line tells of the progress: on a terminal, where each replaces the
// one before, and elsewhere.
const (
	terminalEvery = 250 * time.Millisecond
	plainEvery    = 5 * time.Second
)

// A progress tells on standard error how a run goes.
type progress struct {
	out      io.Writer
	terminal bool
	done     chan struct{}
	told     sync.WaitGroup

	mu    sync.Mutex // guards the rest
	run   *run
	phase string
	began time.Time // of the phase
	asked int       // when it was told last
	at    time.Time
}

// newProgress begins to tell; it has to be ended.
func newProgress(out io.Writer, every time.Duration) *progress {
	p := &progress{out: out, terminal: isTerminal(out), done: make(chan struct{})}
	if p.terminal {
		every = terminalEvery
	}
	p.told.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for told := false; ; {
			select {
			case <-tick.C:
				told = p.tell() || told
			case <-p.done:
				if told && p.terminal {
					fmt.Fprint(p.out, "\r\x1b[K")
				}
				return
			}
		}
	})
	return p
}

func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// phaseBegins tells of the requests of this phase from now on.
func (p *progress) phaseBegins(r *run, phase string) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.run, p.phase, p.began, p.asked = r, phase, time.Now(), 0
	p.at = p.began
}

// tell writes the line, if there is something to tell.
func (p *progress) tell() bool {
	line := p.line(time.Now())
	switch {
	case line == "":
		return false
	case p.terminal:
		fmt.Fprintf(p.out, "\r\x1b[K%s", line)
	default:
		fmt.Fprintln(p.out, line)
	}
	return true
}

// line says how it goes since the last line.
func (p *progress) line(now time.Time) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.run == nil {
		return ""
	}
	since := now.Sub(p.began).Seconds()
	if p.phase == phaseCheck {
		return fmt.Sprintf("check   %5.1f s", since)
	}
	all, p50, p99 := p.run.tally.sofar()
	rate := float64(all.All()-p.asked) / max(now.Sub(p.at).Seconds(), 1e-3)
	p.asked, p.at = all.All(), now
	var b strings.Builder
	fmt.Fprintf(&b, "%-6s %6.1f s  %.0f/s  done %d", p.phase, since, rate, all.Done)
	for _, c := range []struct {
		name string
		n    int
	}{{"refused", all.Refused}, {"failed", all.Failed}, {"unknown", all.Unknown}} {
		if c.n > 0 {
			fmt.Fprintf(&b, "  %s %d", c.name, c.n)
		}
	}
	fmt.Fprintf(&b, "  p50 %s  p99 %s  leader %d", short(p50), short(p99), p.run.cluster.first())
	if left := p.run.options.Duration.Seconds() - since; p.phase == phaseLoad && left > 0 {
		fmt.Fprintf(&b, "  %.0f s left", left)
	}
	return b.String()
}

// end ends it; the line of a terminal is gone then.
func (p *progress) end() {
	close(p.done)
	p.told.Wait()
}

// short writes a duration with three digits that count.
func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%.0fµs", float64(d)/1e3)
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.2fms", float64(d)/1e6)
	case d < time.Second:
		return fmt.Sprintf("%.0fms", float64(d)/1e6)
	}
	return fmt.Sprintf("%.2fs", d.Seconds())
}
