package systematic

import (
	"context"
	"fmt"
	"slices"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
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

// A Runner runs a fixture's scenario in virtual time, as emulator run does. It shows
// the run to the monitor and returns the outcomes of all checks.
type Runner func(ctx context.Context, f *fixture.Fixture, file string, m world.Monitor) ([]Outcome, error)

// An Outcome is that of one check of a run.
type Outcome struct {
	Check  string
	Failed bool
}

// runAgain runs an exported fixture.
func (v *Violation) runAgain(ctx context.Context, run Runner, file string, data []byte) (Rerun, error) {
	f, err := fixture.Parse(file, data)
	if err != nil {
		return Rerun{}, fmt.Errorf("the exported fixture cannot be read: %w", err)
	}
	var last lastStates
	outcomes, err := run(ctx, f, file, &last)
	if err != nil {
		return Rerun{}, err
	}
	end := v.First
	if n := len(v.Steps); n > 0 {
		end = v.Steps[n-1].Nodes
	}
	r := Rerun{Same: slices.EqualFunc(last.states, end, func(s raft.State, e NodeState) bool { return s == e.State })}
	for _, o := range outcomes {
		r.Checked = r.Checked || o.Check == v.Property
		if o.Failed {
			r.Failed = append(r.Failed, o.Check)
		}
	}
	return r, nil
}

// maxTries bounds the seeds that are tried.
const maxTries = 1000

// Export returns the schedule as a fixture, and what came of running that with run. If
// copies of messages arrive, it looks for the first seed with which the nodes end as
// in the schedule.
func (v *Violation) Export(ctx context.Context, run Runner, f *fixture.Fixture, bugs []string) (*fixture.Fixture, Rerun, error) {
	x, err := v.toFixture(f, bugs)
	if err != nil {
		return nil, Rerun{}, err
	}
	copied := slices.ContainsFunc(x.Faults, func(r fault.Rule) bool { return r.Duplicate > 0 })
	for {
		r, err := v.runAgain(ctx, run, x.Name+".toml", x.TOML())
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
