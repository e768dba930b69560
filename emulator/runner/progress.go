package runner

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/scenario"
)

// How often a line tells of the progress: on a terminal, where each replaces the
// one before, and elsewhere.
const (
	terminalEvery = 200 * time.Millisecond
	plainEvery    = 5 * time.Second
)

// A progress tells on standard error how far a long run is.
type progress struct {
	out      io.Writer
	terminal bool
	began    time.Time
	done     chan struct{}
	told     sync.WaitGroup

	mu     sync.Mutex // guards the rest
	total  int
	ran    int
	failed int
}

// newProgress begins to tell of so many runs, every so often; a terminal is told
// more often. It has to be ended.
func newProgress(out io.Writer, total int, every time.Duration) *progress {
	p := &progress{out: out, terminal: isTerminal(out), began: time.Now(), total: total, done: make(chan struct{})}
	if p.terminal {
		every = terminalEvery
	}
	p.told.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for told := false; ; {
			select {
			case <-tick.C:
				p.tell()
				told = true
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

// add counts a run that has ended.
func (p *progress) add(status scenario.Status) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ran++
	if status == scenario.Failed {
		p.failed++
	}
}

// tell writes the line.
func (p *progress) tell() {
	p.mu.Lock()
	line := fmt.Sprintf("%d of %d runs done, %d failed, %.0f s", p.ran, p.total, p.failed, time.Since(p.began).Seconds())
	p.mu.Unlock()
	if p.terminal {
		fmt.Fprintf(p.out, "\r\x1b[K%s", line)
	} else {
		fmt.Fprintln(p.out, line)
	}
}

// end ends it; the line of a terminal is gone then.
func (p *progress) end() {
	close(p.done)
	p.told.Wait()
}
