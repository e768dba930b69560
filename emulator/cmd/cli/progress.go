package cli

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// How often a line is due.
const (
	terminalEvery = 200 * time.Millisecond
	plainEvery    = 5 * time.Second
)

// Where a line too long for a terminal is cut off, not broken, it can be taken
// away again: what was broken would stay.
const (
	cutOff = "\x1b[?7l"
	breaks = "\x1b[?7h"
	erase  = "\r\x1b[K"
)

// A Line tells how far a run is. All of its methods may be called at once.
type Line struct {
	out      io.Writer
	terminal bool
	every    time.Duration

	mu    sync.Mutex // guards the rest and out
	told  time.Time
	shown bool // on the terminal
}

// New gives a line for who calls Tell often. It is cleared when all is done.
func New(out io.Writer) *Line { return newLine(out, isTerminal(out)) }

func newLine(out io.Writer, terminal bool) *Line {
	l := &Line{out: out, terminal: terminal, every: plainEvery, told: time.Now()}
	if terminal {
		l.every = terminalEvery
	}
	return l
}

// Tell writes what say gives, if a line is due and there is something to say.
func (l *Line) Tell(say func() string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := time.Now(); now.Sub(l.told) >= l.every {
		l.told = now
		l.write(say())
	}
}

func (l *Line) write(text string) {
	switch {
	case text == "":
	case l.terminal:
		fmt.Fprint(l.out, erase+cutOff+text+breaks)
		l.shown = true
	default:
		fmt.Fprintln(l.out, text)
	}
}

// Clear takes the line from a terminal.
func (l *Line) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shown {
		fmt.Fprint(l.out, erase)
		l.shown = false
	}
}

// Keep has a goroutine tell what say gives whenever a line is due. It has to be
// ended; the line is cleared then, and nothing more is said.
func Keep(out io.Writer, say func() string) (end func()) { return New(out).keep(say) }

func (l *Line) keep(say func() string) (end func()) {
	done := make(chan struct{})
	var told sync.WaitGroup
	told.Go(func() {
		tick := time.NewTicker(l.every)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				l.mu.Lock()
				l.write(say()) // not Tell, to which a tick may seem early
				l.mu.Unlock()
			case <-done:
				return
			}
		}
	})
	return func() {
		close(done)
		told.Wait()
		l.Clear()
	}
}
