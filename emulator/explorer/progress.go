package explorer

import (
	"fmt"
	"io"
	"os"
	"time"

	"rrmq.example/emulator/emulator/explore"
)

// How often a line tells of the progress: on a terminal, where each replaces the
// one before, and elsewhere.
const (
	terminalEvery = 200 * time.Millisecond
	plainEvery    = 5 * time.Second
)

// A progress tells on standard error how far it is. It belongs to one goroutine.
type progress struct {
	out      io.Writer
	terminal bool
	every    time.Duration
	last     time.Time
	told     bool
}

func newProgress(out io.Writer, every time.Duration) *progress {
	p := &progress{out: out, every: every, last: time.Now()}
	if file, ok := out.(*os.File); ok {
		info, err := file.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	if p.terminal {
		p.every = terminalEvery
	}
	return p
}

// tell writes a line, unless it has just done so.
func (p *progress) tell(line func() string) {
	if now := time.Now(); now.Sub(p.last) >= p.every {
		p.last, p.told = now, true
		if p.terminal {
			fmt.Fprintf(p.out, "\r\x1b[K%s", line())
		} else {
			fmt.Fprintln(p.out, line())
		}
	}
}

// end ends it; the line of a terminal is gone then.
func (p *progress) end() {
	if p.told && p.terminal {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}

// exploring says how far an exploration is.
func exploring(f *flags, s *explore.Summary) func() string {
	return func() string {
		reached := 0
		counts := s.Coverage.Situations()
		for _, c := range counts {
			if c.Count > 0 {
				reached++
			}
		}
		of, left := "", f.options.Duration-s.WallTime
		if runs := f.options.Runs; runs > 0 {
			of = fmt.Sprintf(" of %d", runs)
			byRuns := time.Duration(float64(s.WallTime) / float64(s.Runs) * float64(runs-s.Runs))
			if f.options.Duration == 0 || byRuns < left {
				left = byRuns
			}
		}
		return fmt.Sprintf("%d%s runs, %d failed, %.0f a minute, %d of %d rare situations reached, %.0f s left",
			s.Runs, of, s.Failed, perMinute(s), reached, len(counts), max(left, 0).Seconds())
	}
}

// perMinute is how many runs are done in a minute.
func perMinute(s *explore.Summary) float64 {
	if s.WallTime <= 0 {
		return 0
	}
	return float64(s.Runs) / s.WallTime.Minutes()
}
