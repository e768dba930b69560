package verify

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

// A progress tells on standard error how far a long run is. It is told whenever
// part of a file is read, so it needs no goroutine.
type progress struct {
	out   io.Writer
	every time.Duration
	live  bool // the line is on a terminal
	told  time.Time
	shown bool
	total int64 // bytes of all files; 0: nobody knows
	read  int64
}

func newProgress(out io.Writer, names []string) *progress {
	p := &progress{out: out, every: plainEvery, told: time.Now()}
	if f, ok := out.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			p.live, p.every = true, terminalEvery
		}
	}
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil || !info.Mode().IsRegular() {
			p.total = 0
			break
		}
		p.total += info.Size()
	}
	return p
}

// reader counts what is read.
func (p *progress) reader(name string, in io.Reader) io.Reader {
	return &counted{in: in, name: name, progress: p}
}

type counted struct {
	in       io.Reader
	name     string
	progress *progress
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.in.Read(b)
	p := c.progress
	p.read += int64(n)
	if now := time.Now(); now.Sub(p.told) >= p.every {
		p.told, p.shown = now, true
		p.tell(c.name)
	}
	return n, err
}

func (p *progress) tell(name string) {
	line := fmt.Sprintf("%s: %d MB read", name, p.read>>20)
	if p.total > 0 {
		line += fmt.Sprintf(", %d %% of all", 100*p.read/p.total)
	}
	if p.live {
		fmt.Fprintf(p.out, "\r\x1b[K%s", line)
	} else {
		fmt.Fprintln(p.out, line)
	}
}

// clear takes the line from a terminal.
func (p *progress) clear() {
	if p.live && p.shown {
		fmt.Fprint(p.out, "\r\x1b[K")
		p.shown = false
	}
}
