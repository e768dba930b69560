package serve

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/poll"

	"rrmq.example/emulator/emulator/cmd/cli"
)

// A log is standard error that a test reads while the program runs.
type log struct {
	mu   sync.Mutex // guards text
	text strings.Builder
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

const played = `format = 1
name = "played"
[cluster]
nodes = 3
[[step]]
once = "leader=unique"
let = { old = "leader" }
[[step]]
crash = "old"
[[step]]
name = "next"
once = "event=BecomeLeader"
request = { name = "dog", op = "put_topic", topic = "dog" }
[[expect]]
from = "next"
that = "answer=dog:ok"
within_ms = 1000
[[expect]]
that = "up=old"
`

// host runs a fixture until the log says a text, and returns the log.
func hostUntil(t *testing.T, fixture, says string, args ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "played.toml")
	assert.NilError(t, os.WriteFile(file, []byte(fixture), 0o666))
	ctx, stop := context.WithCancel(t.Context())
	var stderr log
	ended := make(chan int)
	go func() {
		args := append([]string{"-fixture", file, "-base-port", "0", "-admin", "127.0.0.1:0"}, args...)
		ended <- cli.Main(ctx, Command(), args, strings.NewReader(""), io.Discard, &stderr)
	}()
	poll.WaitOn(t, func(poll.LogT) poll.Result {
		if strings.Contains(stderr.String(), says) {
			return poll.Success()
		}
		return poll.Continue("%q is not in:\n%s", says, stderr.String())
	})
	stop()
	assert.Equal(t, <-ended, cli.OK, stderr.String())
	return stderr.String()
}

// A scenario is played in real and in virtual time; its last expectation fails, because the
// crashed node stays down.
func TestPlayRunsTheSteps(t *testing.T) {
	t.Parallel()
	for _, clock := range []string{"real", "virtual"} {
		t.Run(clock, func(t *testing.T) {
			t.Parallel()
			out := hostUntil(t, played, "scenario failed", "-play", "-clock", clock)
			assert.Equal(t, strings.Count(out, "step done"), 3, out)
			assert.Assert(t, strings.Contains(out, `msg="expectation failed" line=18`), out)
			assert.Equal(t, strings.Count(out, "expectation"), 1, out)
			assert.Assert(t, !strings.Contains(out, "are not played"), out)
		})
	}
}

// Without -play the program says that it leaves the steps undone.
func TestStepsThatAreNotPlayedAreNamed(t *testing.T) {
	t.Parallel()
	hostUntil(t, played, "emulator: 3 steps and 2 expectations of fixture played are not played: -play plays them here, and emulator run judges them")
}

func TestPlayNeedsAScenario(t *testing.T) {
	t.Parallel()
	code, stderr := emulate(t.Context(), nil, "-play", "-base-port", "0", "-admin", "127.0.0.1:0")
	assert.Equal(t, code, cli.Usage)
	assert.Assert(t, strings.Contains(stderr, "-play: the fixture fresh has no [[step]] and no [[expect]]"), stderr)
}
