package systematic

import (
	"fmt"
	"io"
	"os"
	"time"
)

// How often a line tells of the progress: on a terminal, where each replaces the
// one before, and elsewhere.
const (
	terminalEvery = 200 * time.Millisecond
	plainEvery    = 5 * time.Second
)

// A progress tells how far an exploration has come.
type progress struct {
	out      io.Writer
	terminal bool
	began    time.Time
	next     time.Duration
	told     bool
}

func newProgress(out io.Writer) *progress {
	p := &progress{out: out, began: time.Now(), next: plainEvery}
	if file, ok := out.(*os.File); ok {
		info, err := file.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	if p.terminal {
		p.next = terminalEvery
	}
	return p
}

// tell writes the line, if it is time to.
func (p *progress) tell(s Stats) {
	passed := time.Since(p.began)
	if passed < p.next {
		return
	}
	line := fmt.Sprintf("%d states, %.0f/s; following schedules of %d choices from %d states",
		s.States, float64(s.States)/passed.Seconds(), s.Depth, s.Frontier)
	if p.terminal {
		fmt.Fprintf(p.out, "\r\x1b[K%s", line)
		p.next = passed + terminalEvery
	} else {
		fmt.Fprintln(p.out, line)
		p.next = passed + plainEvery
	}
	p.told = true
}

// end clears the line, and gives the time that has passed.
func (p *progress) end() time.Duration {
	if p.told && p.terminal {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
	return time.Since(p.began)
}
