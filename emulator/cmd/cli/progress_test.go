package cli

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"gotest.tools/v3/assert"
)

// pass lets time pass, which is synctest's: nobody waits for it.
func pass(d time.Duration) { <-time.After(d) }

// counter says how often it was asked.
func counter() func() string {
	n := 0
	return func() string {
		n++
		return fmt.Sprintf("%d done", n)
	}
}

func TestProgressWithoutATerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		l, say := New(&out), counter()
		l.Tell(say)
		l.Clear()
		assert.Equal(t, out.String(), "", "a short run is told without any line")
		pass(plainEvery)
		l.Tell(say)
		l.Tell(say)
		pass(plainEvery - 1)
		l.Tell(say)
		pass(1)
		l.Tell(say)
		l.Clear()
		assert.Equal(t, out.String(), "1 done\n2 done\n")
	})
}

func TestProgressOnATerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		l, say := newLine(&out, true), counter()
		l.Clear()
		for range 2 {
			pass(terminalEvery)
			l.Tell(say)
		}
		l.Clear()
		l.Clear()
		out.WriteString("what else there is to say\n")
		pass(terminalEvery)
		l.Tell(say)
		l.Clear()
		assert.Equal(t, out.String(), strings.ReplaceAll(
			"<\x1b[?7l1 done\x1b[?7h<\x1b[?7l2 done\x1b[?7h<what else there is to say\n<\x1b[?7l3 done\x1b[?7h<",
			"<", "\r\x1b[K"))
	})
}

func TestNothingToSay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, terminal := range []bool{false, true} {
			var out bytes.Buffer
			l := newLine(&out, terminal)
			pass(plainEvery)
			l.Tell(func() string { return "" })
			l.Clear()
			assert.Equal(t, out.String(), "")
		}
	})
}

func TestKeep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		end := Keep(&out, counter())
		pass(2*plainEvery + 1)
		end()
		pass(plainEvery)
		assert.Equal(t, out.String(), "1 done\n2 done\n")

		out.Reset()
		end = newLine(&out, true).keep(counter())
		pass(terminalEvery + 1)
		end()
		assert.Equal(t, out.String(), erase+cutOff+"1 done"+breaks+erase)
	})
}

// Several may tell at once; each line is whole.
func TestConcurrentProgressPrintsWholeLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		l, say := New(&out), counter()
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for range 3 {
					pass(plainEvery)
					l.Tell(say)
					l.Clear()
				}
			})
		}
		all.Wait()
		assert.Equal(t, out.String(), "1 done\n2 done\n3 done\n")
	})
}

// A file is no terminal, nor is what is no file.
func TestIsTerminal(t *testing.T) {
	file, err := os.Create(t.TempDir() + "/log")
	assert.NilError(t, err)
	defer file.Close()
	assert.Assert(t, !IsTerminal(file))
	assert.Assert(t, !IsTerminal(&bytes.Buffer{}))
}
