package scenario

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/fault"
)

// A limited target shows less of its nodes, and supports fewer changes, than the emulator's
// own.
type limited struct {
	*virtual
	hidden  []condition.Aspect
	cannot  fault.Kind
	send    error
	closed  int
	atClose error
}

func (t *limited) Watch(ctx context.Context, until time.Duration, look Look) error {
	return t.virtual.Watch(ctx, until, func(v View, settled bool) bool { return look(blind{v, t.hidden}, settled) })
}

func (t *limited) Change(ctx context.Context, changes []fault.Change) error {
	for _, c := range changes {
		if c.Kind == t.cannot {
			return ErrCannot
		}
	}
	return t.virtual.Change(ctx, changes)
}

func (t *limited) Request(ctx context.Context, calls []Call) error {
	if t.send != nil {
		return t.send
	}
	return t.virtual.Request(ctx, calls)
}

func (t *limited) Close() error {
	t.closed++
	return t.atClose
}

type whole interface{ View }

// A blind view shows everything except what is hidden.
type blind struct {
	whole
	hidden []condition.Aspect
}

func (b blind) Shows(what condition.Aspect) bool {
	for _, h := range b.hidden {
		if h == what {
			return false
		}
	}
	return true
}

func (p *draft) on(t *limited) (Verdict, error) {
	p.t.Helper()
	t.virtual = newVirtual(p.Fixture, nil, nil)
	v, err := On(context.Background(), t, p.Fixture, Options{})
	assert.Equal(p.t, t.closed, 1)
	return v, err
}

const noOp = fault.Kind(255)

// An expectation about hidden state neither passes nor fails.
func TestHiddenStateIsNotObservable(t *testing.T) {
	p := settled(t, 3).
		then("s", putTopic("r", "dog", named("leader"))).lasting(200*ms).
		within(100*ms, "", "last=all:1").
		always("", "", "leader=0").
		always("", "", "logs_equal=all").
		never("", "", "log=0:9*1").
		when("s", "leader=0", "committed=0:1").
		end("answer=r:ok", "topics=all:dog").
		end("event=BecomeLeader").
		end("voted_for=all:0")
	v, err := p.on(&limited{cannot: noOp, hidden: []condition.Aspect{condition.AspectLog, condition.AspectCommit, condition.AspectTrace, condition.AspectVote}})
	assert.NilError(t, err)
	assert.Equal(t, v.Status, NotObservable)
	assert.Equal(t, v.Problem, "")
	var got []Status
	for _, f := range v.Findings {
		got = append(got, f.Status)
	}
	assert.DeepEqual(t, got, []Status{NotObservable, Passed, NotObservable, NotObservable, NotObservable, Passed, NotObservable, NotObservable})
	assert.Equal(t, v.Findings[4].Seen, "committed=0:1 cannot be observed on these nodes")
}

// A failure outweighs a condition that is not observable.
func TestFailureBesideNotObservable(t *testing.T) {
	p := settled(t, 3).end("last=all:1").end("leader=1")
	v, err := p.on(&limited{cannot: noOp, hidden: []condition.Aspect{condition.AspectLog}})
	assert.NilError(t, err)
	assert.Equal(t, v.Status, Failed)
	assert.Equal(t, v.Findings[0].Status, NotObservable)
	assert.Equal(t, v.Findings[1].Status, Failed)
}

// A step that waits for hidden state ends the scenario.
func TestStepWaitingForHiddenStateEndsTheScenario(t *testing.T) {
	p := settled(t, 3).then("w", nil, "last=0:0", "leader=0").end("leader=0")
	v, err := p.on(&limited{cannot: noOp, hidden: []condition.Aspect{condition.AspectLog}})
	assert.NilError(t, err)
	assert.Equal(t, v.Status, NotObservable)
	assert.Equal(t, v.Problem, `step[0] "w" (line 10) waits for a condition that cannot be observed on these nodes: last=0:0 and leader=0`)
	assert.Equal(t, v.Findings[0].Status, NotObservable)
}

// So does a step that the target does not support.
func TestStepThatTheTargetCannotDo(t *testing.T) {
	p := settled(t, 3).then("slow", play.NodeAction{Change: fault.Change{Kind: fault.Skew, Skew: 2}, Who: []play.Who{id(1)}}).end("leader=0")
	v, err := p.on(&limited{cannot: fault.Skew})
	assert.NilError(t, err)
	assert.Equal(t, v.Status, NotObservable)
	assert.Equal(t, v.Problem, `step[0] "slow" (line 10): this cannot be done to these nodes`)
}

// A failure of the target itself is an error, and leaves the verdict undecided.
func TestFailureOfTheTargetIsUndecided(t *testing.T) {
	broken := errors.New("no more files")
	p := settled(t, 3).then("", putTopic("r", "dog", id(0))).end("leader=0").when("", "leader=0")
	v, err := p.on(&limited{cannot: noOp, send: broken})
	assert.ErrorIs(t, err, broken)
	assert.Equal(t, v.Status, Undecided)
	assert.Equal(t, v.Problem, "no more files")
	assert.Equal(t, v.Findings[0].Status, Undecided)

	v, err = settled(t, 3).end("leader=0").on(&limited{cannot: noOp, atClose: broken})
	assert.ErrorIs(t, err, broken)
	assert.Equal(t, v.Status, Passed)
}

// The problem with a later request names no step.
func TestProblemOfALaterRequestNamesNoStep(t *testing.T) {
	load := putTopic("load", "{i}", named("leader"))
	load.Times, load.Every = 3, 10*ms
	p := settled(t, 3).then("", load)
	target := &limited{cannot: noOp}
	target.virtual = newVirtual(p.Fixture, nil, nil)
	sent := 0
	v, err := On(context.Background(), requests{target, func() error {
		if sent++; sent > 1 {
			return ErrCannot
		}
		return nil
	}}, p.Fixture, Options{})
	assert.NilError(t, err)
	assert.Equal(t, v.Problem, "a later request: this cannot be done to these nodes")
}

type requests struct {
	Target
	request func() error
}

func (t requests) Request(context.Context, []Call) error { return t.request() }

// Endless events at one time end the scenario.
func TestEndlessEventsEndTheScenario(t *testing.T) {
	p := settled(t, 3).never("", "", "leader=1")
	target := newVirtual(p.Fixture, nil, nil)
	target.events = maxAtOnce
	v, err := On(context.Background(), target, p.Fixture, Options{})
	assert.NilError(t, err)
	assert.Equal(t, v.Status, Failed)
	assert.Equal(t, v.Problem, "the cluster does not settle: events go on without time passing at 0 ms")
	assert.Equal(t, v.Findings[0].Status, Undecided)
}

func TestFixtureWithoutScenarioIsAnError(t *testing.T) {
	f := fixture.Fresh(3)
	_, err := Run(context.Background(), f, Options{})
	assert.ErrorIs(t, err, ErrNoScenario)
	target := &limited{}
	_, err = On(context.Background(), target, f, Options{})
	assert.ErrorIs(t, err, ErrNoScenario)
	assert.Equal(t, target.closed, 1)
}

// A trace that cannot be written is an error.
func TestTraceCannotBeWritten(t *testing.T) {
	_, w := io.Pipe()
	assert.NilError(t, w.Close())
	_, err := Run(context.Background(), settled(t, 3).Fixture, Options{Trace: w})
	assert.ErrorContains(t, err, "the trace is not complete")
}
