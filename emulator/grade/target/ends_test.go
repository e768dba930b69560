package target

import (
	"errors"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/world"
)

// ending is a cluster of one node whose process has ended so.
func ending(t *testing.T, exit string) (*cluster, *node, *fakeProcess) {
	t.Helper()
	x := newCluster(steps(t, 1, "[[expect]]\nthat = \"up=0\"\n"), Options{Course: course.Default(), Attach: -1})
	p := &fakeProcess{exit: exit}
	n := x.nodes[0]
	n.process, n.up = p, true
	return x, n, p
}

func TestEndOfANodeIsTheProgramsOnlyIfNobodyAskedForIt(t *testing.T) {
	x, n, p := ending(t, "exit status 1")
	n.ending = true
	x.ended(n, p)
	assert.Equal(t, len(x.record.Ends), 0, "the grader ended it")
	assert.NilError(t, x.failed)

	x, n, _ = ending(t, "exit status 1")
	x.ended(n, &fakeProcess{})
	assert.Equal(t, len(x.record.Ends), 0, "an earlier process ended, and this one runs")

	x, n, p = ending(t, "exit status 1")
	x.ended(n, p)
	assert.Equal(t, x.record.Ends[0].Exit, "exit status 1")
	assert.Assert(t, !x.record.Ends[0].Killed && !n.up)
	assert.ErrorIs(t, x.failed, errOver)
	x.ended(n, p)
	assert.Equal(t, len(x.record.Ends), 1, "one end counts once")
}

// The machine may have killed it for want of memory, so it is no crash.
func TestKillThatTheGraderDidNotSendIsNamed(t *testing.T) {
	x, n, p := ending(t, "killed by SIGKILL")
	x.ended(n, p)
	assert.Assert(t, x.record.Ends[0].Killed)
}

func TestFirstErrorEndsAScenario(t *testing.T) {
	x, _, _ := ending(t, "")
	first := errors.New("no ports")
	x.fail(first)
	x.fail(errOver)
	assert.ErrorIs(t, x.failed, first)
}

func TestChangesThatCannotBeMadeAreReported(t *testing.T) {
	x, n, _ := ending(t, "")
	pause := &fault.Change{Kind: fault.Pause}
	assert.NilError(t, x.possible(pause))
	n.up = false
	assert.ErrorIs(t, x.possible(pause), world.ErrDown)
	x.o.Attach = 0
	assert.ErrorIs(t, x.possible(&fault.Change{Kind: fault.Crash}), scenario.ErrCannot)
	assert.NilError(t, x.possible(&fault.Change{Kind: fault.Isolate}))
}

func TestOddStatusesSayNothingUntilTheyAreRepeated(t *testing.T) {
	for _, test := range []struct {
		name   string
		r      reply
		halves int // before
		says   bool
	}{
		{"busy", reply{status: 503}, 0, false},
		{"too many requests", reply{status: 429}, 0, false},
		{"a time-out of its own", reply{status: 408}, 0, false},
		{"not found", reply{status: 404}, 0, true},
		{"no answer", reply{problem: "no answer in time"}, 0, false},
		{"half an answer", reply{status: 200, problem: "half an answer", half: true}, 0, false},
		{"half an answer, for the last time", reply{status: 200, problem: "half an answer", half: true}, maxHalves - 1, true},
		{"half an answer, once too few", reply{status: 200, problem: "half an answer", half: true}, maxHalves - 2, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, ok := (&node{halves: test.halves}).readStatus(&test.r)
			assert.Equal(t, ok, test.says)
			assert.Equal(t, p.Wrong != "", test.says)
		})
	}
	n := &node{halves: 3}
	_, ok := n.readStatus(&reply{status: 200, body: []byte(`{"role": "Leader", "term": 1}`)})
	assert.Assert(t, ok)
	assert.Equal(t, n.halves, 0, "a whole answer ends the count")
}
