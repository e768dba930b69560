package scenario_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// An outside watches a cluster as one who sees only what clients see: the answers, and the
// role and the term of each node ten times a second.
type outside struct {
	calls   []history.Call
	places  map[uint64]int
	polled  time.Duration
	leaders map[raft.Term]map[raft.NodeID]int // how often each node was seen as leader
}

// pollEvery is the time between two questions for /status.
const pollEvery = 100 * time.Millisecond

func newOutside() *outside {
	return &outside{places: map[uint64]int{}, leaders: map[raft.Term]map[raft.NodeID]int{}}
}

// LogChanged implements world.Monitor.
func (*outside) LogChanged(*world.World, raft.NodeID, raft.Index) {}

// Record implements world.Monitor.
func (o *outside) Record(w *world.World, r *trace.Record) {
	if r.Time >= o.polled+pollEvery {
		o.polled = r.Time
		o.poll(w)
	}
	c, ok := r.Detail.(*trace.Call)
	switch {
	case !ok:
	case r.Kind == trace.Request:
		o.places[r.Seq] = len(o.calls)
		o.calls = append(o.calls, history.Call{
			Client: len(o.calls), Node: int(c.Node), Command: *c.Command, Call: int64(r.Seq), Outcome: history.Unknown,
		})
	case r.Kind == trace.Response:
		if k, waits := o.places[c.Seq]; waits {
			o.answered(&o.calls[k], r, &c.Reply)
		}
	}
}

// HungUp implements world.ClientMonitor.
func (o *outside) HungUp(request uint64) { delete(o.places, request) }

// answered sees no reason of a refusal: only the body counts.
func (*outside) answered(c *history.Call, r *trace.Record, reply *machine.Reply) {
	c.Return = int64(r.Seq)
	switch {
	case errors.Is(reply.Err, machine.ErrNodeDown), errors.Is(reply.Err, machine.ErrLeadershipLost):
	case reply.Err != nil || !reply.Result.OK:
		c.Outcome = history.Failed
	default:
		c.Outcome, c.Result = history.Done, reply.Result
	}
}

func (o *outside) poll(w *world.World) {
	for id := range raft.NodeID(w.Nodes()) {
		s, up, paused := w.State(id)
		if !up || paused || s.Role != raft.Leader {
			continue
		}
		if o.leaders[s.Term] == nil {
			o.leaders[s.Term] = map[raft.NodeID]int{}
		}
		o.leaders[s.Term][id]++
	}
}

// found lists what the answers show to be wrong.
func (o *outside) found() []string {
	var list []string
	for _, seen := range o.leaders {
		often := 0
		for _, n := range seen {
			if n >= 2 {
				often++
			}
		}
		if often > 1 {
			list = append(list, "two leaders")
			break
		}
	}
	report := history.Check(context.Background(), history.History{Calls: o.calls}, history.Options{Timeout: 2 * time.Second})
	for i := range report.Verdicts {
		if v := &report.Verdicts[i]; v.State == history.Violated {
			list = append(list, v.Name)
		}
	}
	return list
}

// fromOutside runs a scenario and lists what clients see to be wrong.
func fromOutside(t *testing.T, f *fixture.Fixture) []string {
	t.Helper()
	o := newOutside()
	v, err := scenario.Run(context.Background(), f, scenario.Options{Monitors: []world.Monitor{o}})
	assert.NilError(t, err)
	list := o.found()
	for i := range v.Findings {
		if x := &v.Findings[i]; x.Line > 0 && x.Status == scenario.Failed {
			list = append(list, fmt.Sprintf("line %d", x.Line))
		}
	}
	return list
}
