package systematic

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/tests/budget"
)

// walk makes random choices.
func walk(t *testing.T, f *fixture.Fixture, b Bounds, seed uint64) *Violation {
	m, first, err := begin(f, Options{Bounds: b})
	assert.NilError(t, err)
	w, r := m.walker(), rand.New(rand.NewPCG(seed, 0))
	var choices []choice
	from := first
	for range b.Depth {
		var can []choice
		w.choices(from, func(c choice) {
			if w.follow(from, c, new(state)) == nil {
				return
			}
			can = append(can, c)
		})
		if len(can) == 0 {
			break
		}
		c, to := can[r.IntN(len(can))], new(state)
		w.follow(from, c, to)
		choices, from = append(choices, c), to
	}
	return w.schedule(first, choices, &failure{"nothing", "nothing is wrong"})
}

// A run of the fixture of any schedule ends with the nodes in the same states.
func TestExportedScheduleRunsTheSame(t *testing.T) {
	b := Bounds{Depth: 40, Term: 4, Log: 6, InFlight: 60, Requests: 6, Heartbeats: 4, Crashes: 2}
	led := 0
	for seed := range budget.Pick[uint64](45, 150) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			f := fixture.Fresh(2 + int(seed)%4)
			if seed%3 == 0 {
				var err error
				f, err = fixture.Load([]string{"figure_8_c", "stale_leader_rejoins", "missing_and_extra_entries"}[seed/3%3])
				assert.NilError(t, err)
			}
			b := b
			b.Duplicates = int(seed) % 2
			v := walk(t, f, b, seed)
			_, r, err := v.Export(context.Background(), runScenario, f, nil)
			assert.NilError(t, err)
			for _, n := range v.Steps[len(v.Steps)-1].Nodes {
				led += int(n.State.CommitIndex)
			}
			assert.Assert(t, r.Same)
			assert.Equal(t, len(r.Failed), 0)
		})
	}
	assert.Assert(t, led > 50, "the schedules got nowhere: %d", led)
}

// A fixture can bring heartbeats forward only for a limited number of steps.
func TestTooLongForAFixture(t *testing.T) {
	v := &Violation{Steps: make([]Step, maxExported+1)}
	_, err := v.toFixture(fixture.Fresh(3), nil)
	assert.ErrorIs(t, err, errTooLong)
	assert.ErrorContains(t, err, fmt.Sprint("it has ", maxExported+1, " choices"))
}

// runScenario runs a fixture's scenario for an export.
func runScenario(ctx context.Context, f *fixture.Fixture, file string, m world.Monitor) ([]Outcome, error) {
	v, err := scenario.Run(ctx, f, scenario.Options{File: file, Monitors: []world.Monitor{m}})
	if err != nil {
		return nil, err
	}
	var outcomes []Outcome
	for _, c := range v.Checks {
		outcomes = append(outcomes, Outcome{Check: c.Name, Failed: c.Status == scenario.Failed})
	}
	return outcomes, nil
}
