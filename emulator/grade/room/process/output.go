package process

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
	"unicode"
)

// maxLine is how many bytes of one line are kept.
const maxLine = 500

// maxWaiting is how many pieces of output wait for a slow live writer.
const maxWaiting = 64

// An output reads what a command prints, keeps the last lines, and hands everything to
// a live writer as fast as that takes it.
type output struct {
	mu    sync.Mutex
	keep  int      // bytes of lines to keep
	lines []string // whole lines, oldest first
	bytes int      // the sum of their lengths
	part  []byte   // the line that is not whole yet, cut to maxLine
	more  bool     // the line that is not whole yet was cut

	live    chan []byte // pieces for the live writer; nil if there is none
	skipped int         // bytes that the live writer was too slow for
	ended   chan struct{}
}

func newOutput(keep int, live io.Writer) *output {
	o := &output{keep: keep, ended: make(chan struct{})}
	if live == nil {
		close(o.ended)
		return o
	}
	o.live = make(chan []byte, maxWaiting)
	go func() {
		defer close(o.ended)
		for piece := range o.live {
			_, _ = live.Write(piece) // a terminal that is gone must not stop the node
		}
		if o.skipped > 0 {
			_, _ = live.Write(leftOut(o.skipped))
		}
	}()
	return o
}

// drain reads until no process holds the other end.
func (o *output) drain(from *os.File) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		o.add(buffer[:n])
		if err != nil {
			break
		}
	}
	o.mu.Lock()
	o.breakLine(len(o.part) > 0)
	o.mu.Unlock()
	if o.live != nil {
		close(o.live)
	}
}

// settle waits until all output of a command that ended is read and passed on. It does
// not wait long: somebody else may hold the pipe, or a terminal may be stopped.
func (o *output) settle(drained <-chan struct{}) {
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	for _, over := range []<-chan struct{}{drained, o.ended} {
		select {
		case <-over:
		case <-timer.C:
			return
		}
	}
}

func (o *output) add(b []byte) {
	if len(b) == 0 {
		return
	}
	if o.live != nil {
		o.pass(bytes.Clone(b))
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for {
		line, rest, whole := bytes.Cut(b, []byte{'\n'})
		room := max(maxLine-len(o.part), 0)
		o.more = o.more || len(line) > room
		o.part = append(o.part, line[:min(room, len(line))]...)
		if !whole {
			return
		}
		o.breakLine(true)
		b = rest
	}
}

// pass hands a piece to the live writer, or counts it if that is too slow.
func (o *output) pass(piece []byte) {
	if o.skipped > 0 {
		select {
		case o.live <- leftOut(o.skipped):
			o.skipped = 0
		default:
			o.skipped += len(piece)
			return
		}
	}
	select {
	case o.live <- piece:
	default:
		o.skipped += len(piece)
	}
}

// leftOut replaces output that the live writer was too slow for.
func leftOut(n int) []byte { return fmt.Appendf(nil, "\n… %d bytes left out …\n", n) }

// breakLine ends the line that is not whole yet, if there is one.
func (o *output) breakLine(there bool) {
	if !there {
		return
	}
	line := readable(o.part)
	if o.more {
		line += "…"
	}
	o.part, o.more = o.part[:0], false
	o.lines = append(o.lines, line)
	o.bytes += len(line) + 1
	for o.bytes > o.keep && len(o.lines) > 1 {
		o.bytes -= len(o.lines[0]) + 1
		o.lines[0] = ""
		o.lines = o.lines[1:]
	}
}

func (o *output) tail() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	lines := append([]string(nil), o.lines...)
	if len(o.part) > 0 {
		lines = append(lines, readable(o.part))
	}
	return lines
}

// readable makes valid text of a line: no control characters, no escape sequences of
// terminals, no broken UTF-8.
func readable(line []byte) string {
	var b strings.Builder
	escaped := false
	for _, r := range strings.ToValidUTF8(string(bytes.TrimRight(line, "\r")), "\uFFFD") {
		switch {
		case r == '\x1b':
			escaped = true
		case escaped: // ESC [ parameters letter
			escaped = r == '[' || r == ';' || r == '?' || r >= '0' && r <= '9'
		case r == '\t' || !unicode.IsControl(r):
			b.WriteRune(r)
		}
	}
	return b.String()
}
