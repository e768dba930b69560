package systematic

import (
	"context"
	"fmt"
	"slices"

	"rrmq.example/emulator/emulator/sim/trace"

	"rrmq.example/emulator/emulator/sim/fault"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A Rerun is the outcome of running an exported fixture.
type Rerun struct {
	// Same: the nodes ended as in the schedule.
	Same bool
	// Failed are the names of the run's checks that failed.
	Failed []string
	// Checked: one of its checks is of the property that the schedule breaks.
	Checked bool
}

// runAgain runs an exported fixture, as emulator run would.
func (v *Violation) runAgain(ctx context.Context, file string, data []byte) (Rerun, error) {
	f, err := fixture.Parse(file, data)
	if err != nil {
		return Rerun{}, fmt.Errorf("the exported fixture cannot be read: %w", err)
	}
	var last lastStates
	verdict, err := scenario.Run(ctx, f, scenario.Options{File: file, Monitors: []world.Monitor{&last}})
	if err != nil {
		return Rerun{}, err
	}
	end := v.First
	if n := len(v.Steps); n > 0 {
		end = v.Steps[n-1].Nodes
	}
	r := Rerun{Same: slices.EqualFunc(last.states, end, func(s raft.State, e NodeState) bool { return s == e.State })}
	for _, c := range verdict.Checks {
		r.Checked = r.Checked || c.Name == v.Property
		if c.Status == scenario.Failed {
			r.Failed = append(r.Failed, c.Name)
		}
	}
	return r, nil
}

// maxTries bounds the seeds that are tried.
const maxTries = 1000

// Export returns the schedule as a fixture, and the outcome of running that. If
// copies of messages arrive, it looks for the first seed with which the nodes end as
// in the schedule.
func (v *Violation) Export(ctx context.Context, f *fixture.Fixture, bugs []string) (*fixture.Fixture, Rerun, error) {
	x, err := v.toFixture(f, bugs)
	if err != nil {
		return nil, Rerun{}, err
	}
	copied := slices.ContainsFunc(x.Faults, func(r fault.Rule) bool { return r.Duplicate > 0 })
	for {
		r, err := v.runAgain(ctx, x.Name+".toml", x.TOML())
		if err != nil || r.Same || !copied || x.Seed == maxTries {
			return x, r, err
		}
		x.Seed++
	}
}

// lastStates holds the newest state of each node.
type lastStates struct{ states []raft.State }

func (l *lastStates) LogChanged(*world.World, raft.NodeID, raft.Index) {}

func (l *lastStates) Record(w *world.World, r *trace.Record) {
	if l.states == nil {
		l.states = make([]raft.State, len(w.Config().Nodes))
	}
	if r.Node != raft.None {
		l.states[r.Node] = r.State
	}
}
