package scenario

import (
	"context"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

const ms = time.Millisecond

// A draft is a scenario that a test builds.
type draft struct {
	*fixture.Fixture
	t testing.TB
}

// newDraft returns a scenario of new nodes, without steps.
func newDraft(t testing.TB, nodes int) *draft {
	t.Helper()
	p := &draft{fixture.Fresh(nodes), t}
	p.Name = "play"
	p.Scenario = &play.Scenario{}
	return p
}

// settled returns a scenario in which node 0 leads term 1 from the start.
func settled(t testing.TB, nodes int) *draft {
	t.Helper()
	p := newDraft(t, nodes)
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

// then adds a step right after the one before, or as soon as conditions hold.
func (p *draft) then(name string, a play.Action, once ...string) *draft {
	p.t.Helper()
	return p.after(0, name, a, once...)
}

// after adds a step some time after the one before.
func (p *draft) after(d time.Duration, name string, a play.Action, once ...string) *draft {
	p.t.Helper()
	p.Scenario.Steps = append(p.Scenario.Steps, play.Step{
		Name: name, Line: 10 + len(p.Scenario.Steps), At: -1, After: d, Within: play.DefaultWithin,
		Once: conditions(p.t, once...), Action: a,
	})
	return p
}

// at adds a step at a time.
func (p *draft) at(d time.Duration, name string, a play.Action) *draft {
	p.Scenario.Steps = append(p.Scenario.Steps, play.Step{Name: name, Line: 10 + len(p.Scenario.Steps), At: d, Action: a})
	return p
}

// expect adds an expectation.
func (p *draft) expect(x play.Expect, that ...string) *draft {
	p.t.Helper()
	x.That = conditions(p.t, that...)
	x.Line = 50 + len(p.Scenario.Expects)
	p.Scenario.Expects = append(p.Scenario.Expects, x)
	return p
}

func (p *draft) within(d time.Duration, from string, that ...string) *draft {
	p.t.Helper()
	return p.expect(play.Expect{Kind: play.ExpectWithin, Within: d, From: from}, that...)
}

func (p *draft) always(from, until string, that ...string) *draft {
	p.t.Helper()
	return p.expect(play.Expect{Kind: play.ExpectAlways, From: from, Until: until}, that...)
}

func (p *draft) never(from, until string, that ...string) *draft {
	p.t.Helper()
	return p.expect(play.Expect{Kind: play.ExpectNever, From: from, Until: until}, that...)
}

func (p *draft) when(step string, that ...string) *draft {
	p.t.Helper()
	return p.expect(play.Expect{Kind: play.ExpectAt, At: step}, that...)
}

func (p *draft) end(that ...string) *draft {
	p.t.Helper()
	return p.expect(play.Expect{}, that...)
}

// lasting makes the scenario run for at least this long.
func (p *draft) lasting(d time.Duration) *draft {
	p.Scenario.RunTime = d
	return p
}

// run runs the draft in virtual time.
func (p *draft) run() Verdict {
	p.t.Helper()
	return p.runWith(Options{File: "play.toml"})
}

func (p *draft) runWith(o Options) Verdict {
	p.t.Helper()
	v, err := Run(context.Background(), p.Fixture, o)
	assert.NilError(p.t, err)
	return v
}

// passes runs the draft, which must pass.
func (p *draft) passes() Verdict {
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
		// A finding about a violation describes it.
		assert.Check(t, (f.Seen == "") == (f.Line > 0) && f.Trail == nil, "%+v", f)
	}
	assert.Equal(t, v.Status, Passed)
}

// fails runs the draft, whose only expectation must fail.
func (p *draft) fails() Finding {
	p.t.Helper()
	v := p.run()
	assert.Equal(p.t, v.Problem, "")
	assert.Equal(p.t, v.Status, Failed)
	assert.Equal(p.t, len(v.Findings), 1)
	assert.Equal(p.t, v.Findings[0].Status, Failed)
	return v.Findings[0]
}

func node(op fault.Kind, who ...play.Who) play.Action {
	return play.NodeAction{Change: fault.Change{Kind: op}, Who: who}
}

func id(n raft.NodeID) play.Who { return play.Who{ID: n} }

func named(name string) play.Who { return play.Who{Name: name} }

func putTopic(name, topic string, to play.Who) play.Request {
	return play.Request{
		Name: name, Command: queue.PutTopic.With(topic),
		To: to, Times: 1, Timeout: play.DefaultRequestTimeout,
	}
}

func putMessage(name, topic, message string, to play.Who) play.Request {
	r := putTopic(name, topic, to)
	r.Command = queue.PutMessage.With(topic, message)
	return r
}

func getMessage(name, topic string, to play.Who) play.Request {
	r := putTopic(name, topic, to)
	r.Command = queue.PopMessage.With(topic)
	return r
}

func let(name string, who play.Who) play.Action {
	return play.Let{Bindings: []play.Binding{{Name: name, Who: who}}}
}
