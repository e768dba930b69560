package scenario

import (
	"context"
	"errors"
	"fmt"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/host"
)

// errReplaced: the cluster that a scenario is played on has been replaced.
var errReplaced = errors.New("another fixture was loaded meanwhile")

// Play runs the fixture's scenario on a host that has just started from the fixture, and
// leaves the host running. In virtual time it moves the clock. The verdict is about the
// expectations alone; Run also checks invariants, the history and the trace. If another
// fixture is loaded meanwhile, the verdict is undecided.
func Play(ctx context.Context, h *host.Host, f *fixture.Fixture, o Options) (Verdict, error) {
	if f.Scenario == nil {
		return Verdict{}, fmt.Errorf("%s: %w", f.Name, ErrNoScenario)
	}
	t := newTarget(h)
	t.kept = true
	t.drives = h.Clock().Mode == host.Virtual
	h.Observe(func(v host.View) { t.trace = v.Trace() })
	return On(ctx, t, f, o)
}
