package mutants

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
)

const (
	// maxTail is how much of a run's output is kept in memory: its end.
	maxTail = 16 << 10
	// maxFile is how much of it goes to a file: its beginning.
	maxFile = 16 << 20
)

// A tail keeps the end of what is written to it.
type tail struct {
	kept []byte
	cut  bool
}

// Write implements io.Writer. It never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	if len(t.kept) > 2*maxTail {
		t.kept = append(t.kept[:0], t.kept[len(t.kept)-maxTail:]...)
		t.cut = true
	}
	return len(p), nil
}

// String gives the end, from the beginning of a line on where there is one.
func (t *tail) String() string {
	kept, cut := t.kept, t.cut
	if len(kept) > maxTail {
		kept, cut = kept[len(kept)-maxTail:], true
	}
	if at := bytes.IndexByte(kept, '\n'); cut && at >= 0 {
		kept = kept[at+1:]
	}
	return strings.ToValidUTF8(string(kept), "\uFFFD")
}

// A capped writer takes everything and hands on the first so many bytes, and a
// last line that says so.
type capped struct {
	to   io.Writer
	left int
	err  error // the first one
}

// Write implements io.Writer. It never fails; err tells.
func (c *capped) Write(p []byte) (int, error) {
	if c.left <= 0 {
		return len(p), nil
	}
	part := p[:min(len(p), c.left)]
	c.left -= len(part)
	_, err := c.to.Write(part)
	if c.left == 0 {
		_, err = fmt.Fprintf(c.to, "\n... there was more: output is cut after %d bytes\n", maxFile)
	}
	if c.err == nil {
		c.err = err
	}
	return len(p), nil
}

// A lines writer hands on whole lines, each behind a prefix, so that the lines of
// several runs stay apart.
type lines struct {
	mu     *sync.Mutex // one writes at a time
	to     io.Writer
	prefix string
	held   []byte
}

// maxLine is the longest line that is not broken.
const maxLine = 4 << 10

// Write implements io.Writer. It never fails: to look on is not worth an error.
func (l *lines) Write(p []byte) (int, error) {
	l.held = append(l.held, p...)
	for {
		at := bytes.IndexByte(l.held, '\n')
		if at < 0 && len(l.held) < maxLine {
			return len(p), nil
		}
		if at < 0 {
			at = maxLine - 1
			l.say(l.held[:at])
			l.held = l.held[at:]
			continue
		}
		l.say(l.held[:at])
		l.held = l.held[at+1:]
	}
}

// end hands on a last line without an end.
func (l *lines) end() {
	if len(l.held) > 0 {
		l.say(l.held)
		l.held = nil
	}
}

func (l *lines) say(line []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintf(l.to, "%s%s\n", l.prefix, printable(string(line)))
}

// printable makes a line safe for a terminal: what cannot be printed is written
// as a Go escape.
func printable(s string) string {
	var b strings.Builder
	for _, r := range strings.TrimRight(s, "\r") {
		switch {
		case r == '\t':
			b.WriteString("    ")
		case strconv.IsPrint(r):
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
	}
	return b.String()
}

// oneLine makes text of several lines one.
func oneLine(s string) string { return printable(strings.ReplaceAll(s, "\n", " ")) }
