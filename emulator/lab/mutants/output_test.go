package mutants

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"

	"gotest.tools/v3/assert"
)

// A tail keeps a bounded end that begins with a whole line, however the input is cut.
func TestTail(t *testing.T) {
	for _, piece := range []int{1, 7, 1000, 5 * maxTail} {
		whole := strings.Repeat("0123456789\n", 5*maxTail/11)
		var k tail
		for rest := whole; rest != ""; {
			n, err := k.Write([]byte(rest[:min(piece, len(rest))]))
			assert.NilError(t, err)
			rest = rest[n:]
		}
		kept := k.String()
		assert.Assert(t, strings.HasSuffix(whole, kept))
		assert.Assert(t, strings.HasPrefix(kept, "0") && len(kept) > maxTail-11 && len(kept) <= maxTail, "%d", len(kept))
		assert.Assert(t, len(k.kept) <= 2*maxTail+piece)
	}
	var k tail
	_, _ = k.Write([]byte("short\xff\n"))
	assert.Equal(t, k.String(), "short\uFFFD\n")
	k = tail{}
	_, _ = k.Write(bytes.Repeat([]byte("x"), 3*maxTail))
	assert.Equal(t, len(k.String()), maxTail, "one long line")
}

type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestCapped(t *testing.T) {
	var b bytes.Buffer
	c := &capped{to: &b, left: 5}
	for _, s := range []string{"123", "456", "789"} {
		n, err := c.Write([]byte(s))
		assert.NilError(t, err)
		assert.Equal(t, n, 3)
	}
	assert.Assert(t, strings.HasPrefix(b.String(), "12345\n... there was more"), b.String())
	assert.Equal(t, strings.Count(b.String(), "more"), 1)
	c = &capped{to: full{}, left: 5}
	n, err := c.Write([]byte("123"))
	assert.NilError(t, err, "the command is not to know")
	assert.Equal(t, n, 3)
	assert.ErrorIs(t, c.err, errFull)
}

func TestLines(t *testing.T) {
	var b bytes.Buffer
	l := &lines{mu: new(sync.Mutex), to: &b, prefix: "x | "}
	for _, s := range []string{"on", "e\r\ntw", "o\x1b[1m\nthr\tee"} {
		_, _ = l.Write([]byte(s))
	}
	l.end()
	assert.Equal(t, b.String(), "x | one\nx | two\\x1b[1m\nx | thr    ee\n")
	b.Reset()
	_, _ = l.Write(bytes.Repeat([]byte("x"), 3*maxLine))
	assert.Assert(t, len(l.held) < maxLine, "a line without an end is not kept for ever")
}
