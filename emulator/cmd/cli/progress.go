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

// A terminal cuts off a line that is too long, instead of breaking it: only then can the
// line be erased.
const (
	cutOff = "\x1b[?7l"
	breaks = "\x1b[?7h"
	erase  = "\r\x1b[K"
)

// A Line is the line on standard error that shows how far a long run is. On a terminal each
// line replaces the one before, and Clear erases it; elsewhere, as in a log, lines follow
// one another and are few. Its methods are safe for concurrent use.
//
// The contract:
//
//  1. The first line comes only after a while, so a short run shows none.
//  2. The Line asks for its text only when a line is due. The function that returns the
//     text must not call the Line.
//  3. Code that writes to the same place calls Clear before.
type Line struct {
	out      io.Writer
	terminal bool
	every    time.Duration

	mu    sync.Mutex // guards the rest and out
	told  time.Time
	shown bool // on the terminal
}

// New returns a line for a caller that calls Tell often, and Clear at the end.
func New(out io.Writer) *Line { return newLine(out, IsTerminal(out)) }

func newLine(out io.Writer, terminal bool) *Line {
	l := &Line{out: out, terminal: terminal, every: plainEvery, told: time.Now()}
	if terminal {
		l.every = terminalEvery
	}
	return l
}

// Tell writes the text of say, if a line is due and the text is not empty.
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

// Clear erases the line on a terminal.
func (l *Line) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shown {
		fmt.Fprint(l.out, erase)
		l.shown = false
	}
}

// Keep starts a goroutine that writes the text of say whenever a line is due. The caller
// must call end, which clears the line and stops the goroutine.
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
