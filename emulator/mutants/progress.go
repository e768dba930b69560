package mutants

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/world"
)

// How often a line tells of the progress: on a terminal, where each replaces the
// one before, and elsewhere.
const (
	terminalEvery = 200 * time.Millisecond
	plainEvery    = 10 * time.Second
)

// A progress tells on standard error how far it is.
type progress struct {
	out      io.Writer
	terminal bool
	total    int
	closing  chan struct{}
	told     sync.WaitGroup

	mu      sync.Mutex // guards the rest
	current string     // what was begun last
	since   time.Time
	ran     int
	caught  int
}

// newProgress begins to tell of so many runs against bugs; of none, when somebody
// looks on already. It has to be ended.
func newProgress(out io.Writer, quiet bool, total int) *progress {
	p := &progress{out: out, terminal: isTerminal(out), total: total, closing: make(chan struct{})}
	every := plainEvery
	if p.terminal {
		every = terminalEvery
	}
	if !quiet {
		p.told.Go(func() { p.tellEvery(every) })
	}
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

func (p *progress) tellEvery(every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for told := false; ; told = true {
		select {
		case now := <-tick.C:
			line := p.line(now)
			if p.terminal {
				line = "\r\x1b[K" + line
			} else {
				line += "\n"
			}
			fmt.Fprint(p.out, line)
		case <-p.closing:
			if told && p.terminal {
				fmt.Fprint(p.out, "\r\x1b[K")
			}
			return
		}
	}
}

// line says how far it is.
func (p *progress) line(now time.Time) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return fmt.Sprintf("%d of %d runs done, %d caught; %s for %.0f s",
		p.ran, p.total, p.caught, p.current, now.Sub(p.since).Seconds())
}

// begin says what is run now.
func (p *progress) begin(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.current, p.since = name, time.Now()
}

// done counts a run against a bug.
func (p *progress) done(bug *world.Bug, o Outcome) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if bug == nil {
		return
	}
	p.ran++
	if o.noticed() {
		p.caught++
	}
}

// end ends it; the line of a terminal is gone then.
func (p *progress) end() {
	close(p.closing)
	p.told.Wait()
}
