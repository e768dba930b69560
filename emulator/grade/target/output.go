package target

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"

	"rrmq.example/emulator/emulator/text"
)

// maxLine is the length at which a line of output is broken.
const maxLine = 1 << 12

// A merger writes the lines of several nodes to one writer, each line whole.
type merger struct {
	mu sync.Mutex
	w  io.Writer
}

// A lineWriter is the output of one node.
type lineWriter struct {
	to     *merger
	prefix string
	mu     sync.Mutex
	rest   []byte
}

// output returns the writer of a node's output.
func (t *cluster) output(i int) io.Writer {
	return &lineWriter{to: &t.merged, prefix: fmt.Sprintf("node %d | ", i)}
}

// Write implements io.Writer. It never fails: a node must not suffer from the reader.
func (l *lineWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, p...)
	for {
		end, next := bytes.IndexByte(l.rest, '\n'), 1
		switch {
		case end < 0 && len(l.rest) <= maxLine:
			return len(p), nil
		case end < 0 || end > maxLine:
			end, next = maxLine, 0
		}
		l.to.line(l.prefix + text.Printable(strings.TrimRight(string(l.rest[:end]), "\r")) + "\n")
		l.rest = append(l.rest[:0], l.rest[end+next:]...)
	}
}

func (m *merger) line(s string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, _ = io.WriteString(m.w, s)
}

// secret has parts of the names of variables that programs of students need not see, and
// proxies has variables that would lead their requests elsewhere.
var (
	secret  = []string{"TOKEN", "SECRET", "PASSWORD", "CREDENTIAL", "API_KEY", "PRIVATE"}
	proxies = []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}
)

// environment returns the environment of a node: the grader's own, without secrets and
// proxies, and what the course adds.
func environment(more []string) []string {
	env := slices.DeleteFunc(os.Environ(), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		name = strings.ToUpper(name)
		return slices.Contains(proxies, name) ||
			slices.ContainsFunc(secret, func(part string) bool { return strings.Contains(name, part) })
	})
	return append(env, more...)
}
