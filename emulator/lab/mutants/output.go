package mutants

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"

	"rrmq.example/emulator/emulator/text"
)

const (
	// maxTail bounds the end of a run's output that is kept in memory.
	maxTail = 16 << 10
	// maxFile bounds the beginning of the output that goes to a file.
	maxFile = 16 << 20
)

// A tail keeps the end of its input.
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

// String returns the end, from the beginning of a line if there is one.
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

// A capped writer passes on the first bytes, then a line that says that more was
// dropped, and drops the rest.
type capped struct {
	to   io.Writer
	left int
	err  error // the first one
}

// Write implements io.Writer. It never fails; err keeps the first error.
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

// A lines writer passes on whole lines, each with a prefix, so that the lines of
// several runs do not mix.
type lines struct {
	mu     *sync.Mutex // one writes at a time
	to     io.Writer
	prefix string
	held   []byte
}

// maxLine bounds a line; a longer one is split.
const maxLine = 4 << 10

// Write implements io.Writer. It never fails, because live output is only a help.
func (l *lines) Write(p []byte) (int, error) {
	l.held = append(l.held, p...)
	for {
		at := bytes.IndexByte(l.held, '\n')
		if at < 0 && len(l.held) < maxLine {
			return len(p), nil
		}
		if at < 0 {
			at = maxLine - 1
			l.writeLine(l.held[:at])
			l.held = l.held[at:]
			continue
		}
		l.writeLine(l.held[:at])
		l.held = l.held[at+1:]
	}
}

// end passes on a last line that has no newline.
func (l *lines) end() {
	if len(l.held) > 0 {
		l.writeLine(l.held)
		l.held = nil
	}
}

func (l *lines) writeLine(line []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintf(l.to, "%s%s\n", l.prefix, printable(string(line)))
}

// printable makes a line safe for a terminal, with its indentation.
func printable(s string) string {
	return text.Printable(strings.ReplaceAll(strings.TrimRight(s, "\r"), "\t", "    "))
}

// oneLine joins the lines of a text.
func oneLine(s string) string { return printable(strings.ReplaceAll(s, "\n", " ")) }
