package scenario

import (
	"context"
	"errors"
	"io"
	"math"
	"slices"
	"time"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

const (
	// virtualTrace is the number of records that a world keeps for a scenario, besides
	// those made between two looks. A look after each event needs few.
	virtualTrace = 1 << 11
	// maxAtOnce bounds the number of events at one time.
	maxAtOnce = 5_000_000
	// interruptEvery is the number of events between checks of the context.
	interruptEvery = 1 << 10
)

// A virtual target is a world that steps from event to event.
type virtual struct {
	world   *world.World
	waiting []*client // by deadline
	trace   *trace.Writer
	events  int // since time last advanced
}

// A client waits for an answer until its deadline.
type client struct {
	call     *Call
	deadline time.Duration
	request  uint64 // its record
	done     bool
}

func (c *client) answer(a condition.Answer) {
	if !c.done {
		c.done = true
		c.call.Answered(a)
	}
}

// newVirtual builds a world from the fixture. The world writes its trace to out, unless
// that is nil.
func newVirtual(f *fixture.Fixture, out io.Writer, monitors []world.Monitor) *virtual {
	t := &virtual{}
	config := f.Config()
	config.TraceSize = virtualTrace + burst(f)
	var sink func(*trace.Record)
	if out != nil {
		t.trace = trace.NewWriter(out, trace.Header{
			Name: f.Name, Clock: host.Virtual.String(), Nodes: []string{}, Fixture: string(f.TOML()),
		})
		sink = t.trace.Record
	}
	t.world = world.New(config, sink, monitors...)
	return t
}

// burst is the number of records that two looks may be apart: from requests that are sent
// or answered together, and from one event that makes a node send to all others.
func burst(f *fixture.Fixture) int {
	n := 4 * len(f.Nodes)
	for i := range f.Scenario.Steps {
		if a, ok := f.Scenario.Steps[i].Action.(play.Request); ok {
			n += min(a.Times, world.MaxWaiting)
		}
	}
	return n
}

// Watch implements Target.
func (t *virtual) Watch(ctx context.Context, until time.Duration, look Look) error {
	w := t.world
	until = max(until, w.Now())
	for n := 0; ; n++ {
		if n%interruptEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		now := w.Now()
		at, some := w.NextAt()
		settled := !some || at > now
		deadline := t.deadline()
		if settled && deadline <= now {
			w.HangUp(t.waiting[0].request)
			t.waiting[0].answer(condition.Answer{Status: condition.AnswerLost})
			continue
		}
		if look(w, settled) || settled && now >= until {
			return nil
		}
		if to := min(until, deadline); !some || at > to {
			w.RunUntil(to)
		} else {
			w.Step()
		}
		if t.events++; w.Now() > now {
			t.events = 0
		} else if t.events > maxAtOnce {
			return ErrRestless
		}
	}
}

// deadline returns the time at which the next client gives up.
func (t *virtual) deadline() time.Duration {
	for len(t.waiting) > 0 {
		if c := t.waiting[0]; !c.done {
			return c.deadline
		}
		t.waiting[0] = nil
		t.waiting = t.waiting[1:]
	}
	return math.MaxInt64
}

// Change implements Target.
func (t *virtual) Change(_ context.Context, changes []fault.Change) error {
	for _, c := range changes {
		if _, err := t.world.Change(c); err != nil {
			return err
		}
	}
	return nil
}

// Request implements Target.
func (t *virtual) Request(_ context.Context, calls []Call) error {
	clients := make([]client, len(calls))
	for i := range calls {
		c := &clients[i]
		*c = client{call: &calls[i], deadline: t.world.Now() + calls[i].Timeout}
		before, up, _ := t.world.State(c.call.To)
		c.request = t.world.Do(c.call.To, c.call.Command, func(r machine.Reply) {
			answer := answerOf(c.call.Command, r)
			answer.Unsent = !up
			after, _, _ := t.world.State(c.call.To)
			byFollower(&answer, &before, &after)
			c.answer(answer)
		})
		if c.done {
			continue
		}
		place := len(t.waiting)
		for place > 0 && t.waiting[place-1].deadline > c.deadline {
			place--
		}
		t.waiting = slices.Insert(t.waiting, place, c)
	}
	return nil
}

// byFollower notes that a node served a client although it was no leader, before it got the
// request and after it answered. In one term a leader never follows again.
func byFollower(a *condition.Answer, before, after *raft.State) {
	a.ByFollower = a.Status == condition.AnswerOK && before.Term == after.Term &&
		before.Role != raft.Leader && after.Role != raft.Leader
}

// answerOf returns a reply as a client sees it.
func answerOf(command *machine.Command, r machine.Reply) condition.Answer {
	switch {
	case errors.Is(r.Err, machine.ErrNodeDown):
		return condition.Answer{Status: condition.AnswerLost}
	case r.Err != nil || !r.Result.OK:
		return condition.Answer{Status: condition.AnswerRefused, Unsure: errors.Is(r.Err, machine.ErrLeadershipLost)}
	}
	return condition.Answer{
		Status: condition.AnswerOK, Message: r.Result.Text, HasMessage: command.Op.Gives == machine.Text,
		Topics: r.Result.List, HasTopics: command.Op.Gives == machine.List,
	}
}

// Send implements Target.
func (t *virtual) Send(_ context.Context, m raft.Message) error {
	t.world.RPC(m, nil)
	return nil
}

// Close implements Target.
func (t *virtual) Close() error {
	if t.trace == nil {
		return nil
	}
	return t.trace.Close()
}
