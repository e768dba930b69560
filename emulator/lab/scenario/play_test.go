package scenario

import (
	"context"
	"testing"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"

	"rrmq.example/emulator/mqapi/queue"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/raft"
)

const ms = time.Millisecond

// A play is a scenario that a test puts together.
type play struct {
	*fixture.Fixture
	t testing.TB
}

// newPlay is a scenario of new nodes, without steps.
func newPlay(t testing.TB, nodes int) *play {
	t.Helper()
	p := &play{fixture.Fresh(nodes), t}
	p.Name = "play"
	p.Scenario = &fixture.Scenario{}
	return p
}

// settled is a scenario whose node 0 leads term 1 from the start.
func settled(t testing.TB, nodes int) *play {
	t.Helper()
	p := newPlay(t, nodes)
	for i := range p.Nodes {
		p.Nodes[i].Term, p.Nodes[i].VotedFor = 1, 0
	}
	p.Nodes[0].Role = raft.Leader
	return p
}

// conditions reads conditions.
func conditions(t testing.TB, texts ...string) []condition.Condition {
	t.Helper()
	var list []condition.Condition
	for _, text := range texts {
		c, err := condition.ParseText(text)
		assert.NilError(t, err)
		list = append(list, c)
	}
	return list
}

// then adds a step right after the one before, or once conditions hold.
func (p *play) then(name string, a fixture.Action, once ...string) *play {
	p.t.Helper()
	return p.after(0, name, a, once...)
}

// after adds a step some time after the one before.
func (p *play) after(d time.Duration, name string, a fixture.Action, once ...string) *play {
	p.t.Helper()
	p.Scenario.Steps = append(p.Scenario.Steps, fixture.Step{
		Name: name, Line: 10 + len(p.Scenario.Steps), At: -1, After: d, Within: fixture.DefaultWithin,
		Once: conditions(p.t, once...), Action: a,
	})
	return p
}

// at adds a step at a time.
func (p *play) at(d time.Duration, name string, a fixture.Action) *play {
	p.Scenario.Steps = append(p.Scenario.Steps, fixture.Step{Name: name, Line: 10 + len(p.Scenario.Steps), At: d, Action: a})
	return p
}

// expect adds what must be true.
func (p *play) expect(x fixture.Expect, that ...string) *play {
	p.t.Helper()
	x.That = conditions(p.t, that...)
	x.Line = 50 + len(p.Scenario.Expects)
	p.Scenario.Expects = append(p.Scenario.Expects, x)
	return p
}

func (p *play) within(d time.Duration, from string, that ...string) *play {
	p.t.Helper()
	return p.expect(fixture.Expect{Kind: fixture.ExpectWithin, Within: d, From: from}, that...)
}

func (p *play) always(from, until string, that ...string) *play {
	p.t.Helper()
	return p.expect(fixture.Expect{Kind: fixture.ExpectAlways, From: from, Until: until}, that...)
}

func (p *play) never(from, until string, that ...string) *play {
	p.t.Helper()
	return p.expect(fixture.Expect{Kind: fixture.ExpectNever, From: from, Until: until}, that...)
}

func (p *play) when(step string, that ...string) *play {
	p.t.Helper()
	return p.expect(fixture.Expect{Kind: fixture.ExpectAt, At: step}, that...)
}

func (p *play) end(that ...string) *play {
	p.t.Helper()
	return p.expect(fixture.Expect{}, that...)
}

// lasting lets the scenario run for so long at least.
func (p *play) lasting(d time.Duration) *play {
	p.Scenario.RunTime = d
	return p
}

// run runs it in virtual time.
func (p *play) run() Verdict {
	p.t.Helper()
	return p.runWith(Options{File: "play.toml"})
}

func (p *play) runWith(o Options) Verdict {
	p.t.Helper()
	v, err := Run(context.Background(), p.Fixture, o)
	assert.NilError(p.t, err)
	return v
}

// passes runs it and wants it to pass.
func (p *play) passes() Verdict {
	p.t.Helper()
	v := p.run()
	wantPassed(p.t, v)
	return v
}

func wantPassed(t testing.TB, v Verdict) {
	t.Helper()
	assert.Equal(t, v.Problem, "")
	for _, f := range v.Findings {
		assert.Check(t, f.Status == Passed, "%+v", f)
		// What shows a fault tells of it.
		assert.Check(t, (f.Seen == "") == (f.Line > 0) && f.Trail == nil, "%+v", f)
	}
	assert.Equal(t, v.Status, Passed)
}

// fails runs it and wants its only expectation to fail.
func (p *play) fails() Finding {
	p.t.Helper()
	v := p.run()
	assert.Equal(p.t, v.Problem, "")
	assert.Equal(p.t, v.Status, Failed)
	assert.Equal(p.t, len(v.Findings), 1)
	assert.Equal(p.t, v.Findings[0].Status, Failed)
	return v.Findings[0]
}

// Some actions.

func node(op fault.Kind, who ...fixture.Who) fixture.Action {
	return fixture.NodeAction{Op: op, Who: who}
}

func id(n raft.NodeID) fixture.Who { return fixture.Who{ID: n} }

func named(name string) fixture.Who { return fixture.Who{Name: name} }

func putTopic(name, topic string, to fixture.Who) fixture.Request {
	return fixture.Request{
		Name: name, Command: queue.Command{Op: queue.PutTopic, Topic: topic},
		To: to, Times: 1, Timeout: fixture.DefaultRequestTimeout,
	}
}

func putMessage(name, topic, message string, to fixture.Who) fixture.Request {
	r := putTopic(name, topic, to)
	r.Command = queue.Command{Op: queue.PutMessage, Topic: topic, Message: message}
	return r
}

func getMessage(name, topic string, to fixture.Who) fixture.Request {
	r := putTopic(name, topic, to)
	r.Command = queue.Command{Op: queue.PopMessage, Topic: topic}
	return r
}

func let(name string, who fixture.Who) fixture.Action {
	return fixture.Let{Bindings: []fixture.Binding{{Name: name, Who: who}}}
}
