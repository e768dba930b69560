package emulator_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator"
	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/emulator/check/replay"
)

// eager is a cluster whose leader commits by itself what it is asked.
const eager = `
format = 1
cluster = { nodes = 3, bug = "commit_without_majority" }
node = [{ id = 0, role = "leader", term = 1, voted_for = 0 }, { id = 1, term = 1 }, { id = 2, term = 1 }]
partition = { isolate = 0 }
`

// ask asks a node for a topic.
func ask(t emulator.TB, url string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodPut, url+"/topic", strings.NewReader(`{"topic": "dog"}`))
	if err != nil {
		t.Fatalf("%v", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatalf("%v", err)
	}
	response.Body.Close()
}

// A test fails whose nodes have violated an invariant, unless it says otherwise;
// also when another cluster has been loaded since.
func TestViolationFailsTheTest(t *testing.T) {
	t.Parallel()
	const broken = "stored_before_acknowledged was violated at #"
	violate := func(t emulator.TB, options ...emulator.Option) *emulator.Cluster {
		c := emulator.Start(t, eager, append(options, emulator.Virtual())...)
		ask(t, c.Node(0).URL)
		return c
	}
	f := try(func(t *fakeT) { violate(t) })
	assert.Assert(t, f.failed)
	assert.Assert(t, strings.Contains(f.said.String(), broken), f.said.String())
	assert.Assert(t, strings.Contains(f.said.String(), "(a test that expects this has the option AllowViolations)"))
	assert.Assert(t, strings.Contains(f.said.String(), "the last events:"), "it shows the cluster")

	f = try(func(t *fakeT) { violate(t).Load("fresh_3") })
	assert.Assert(t, strings.Contains(f.said.String(), broken), f.said.String())

	f = try(func(t *fakeT) { violate(t, emulator.AllowViolations()) })
	assert.Assert(t, !f.failed, f.said.String())

	f = try(func(t *fakeT) {
		ask(t, emulator.Start(t, strings.Replace(eager, "commit_without_majority", "read_local", 1)).Node(1).URL)
	})
	assert.Assert(t, !f.failed, f.said.String())
}

// A logger that takes nothing holds up neither the cluster nor the end of the test.
func TestStuckLoggerHoldsNothingUp(t *testing.T) {
	t.Parallel()
	stuck := stuckLogger{reached: make(chan struct{}, 1), open: make(chan struct{})}
	f := try(func(t *fakeT) {
		c := emulator.Start(t, eager, emulator.Virtual(), emulator.AllowViolations(),
			func(o *emulator.Options) { o.Logger = slog.New(slog.NewTextHandler(stuck, nil)) })
		for range 3 {
			ask(t, c.Node(0).URL)
			c.Load(eager) // which logs the violation
		}
		<-stuck.reached
		ask(t, c.Node(0).URL)
	})
	close(stuck.open)
	assert.Assert(t, !f.failed, f.said.String())
}

// A stuckLogger takes nothing before it is open.
type stuckLogger struct{ reached, open chan struct{} }

func (s stuckLogger) Write(b []byte) (int, error) {
	select {
	case s.reached <- struct{}{}:
	default:
	}
	<-s.open
	return len(b), nil
}

// A recorded run that is repeated tells what was violated.
func TestReplayInvariants(t *testing.T) {
	t.Parallel()
	var trace bytes.Buffer
	f := try(func(t *fakeT) {
		c := emulator.Start(t, eager, emulator.Virtual(), emulator.Trace(&trace), emulator.AllowViolations())
		ask(t, c.Node(0).URL)
	})
	assert.Assert(t, !f.failed, f.said.String())
	runs := 0
	assert.NilError(t, replay.File(&trace, func(r replay.Run) {
		runs++
		assert.Equal(t, len(r.Invariants), len(invariant.Invariants()))
		broken := invariant.Broken(r.Invariants)
		assert.Assert(t, len(broken) > 0)
		assert.Equal(t, broken[0].Name, "stored_before_acknowledged")
	}))
	assert.Equal(t, runs, 1)
}
