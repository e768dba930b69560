package verify_test

import (
	"context"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/verify"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/tests/budget"
)

// raft.tla allows every run of the program's own scenarios, for several seeds.
func TestScenariosAreAccepted(t *testing.T) {
	accepted := 0
	for _, info := range fixture.List() {
		if !info.Scenario {
			continue
		}
		f, err := fixture.Named(info.Name)
		assert.NilError(t, err)
		if hasBug(f) {
			continue
		}
		accepted++
		for k := range budget.Pick[uint64](2, 8) {
			seed := f.Seed + 7919*k
			m := &verify.Monitor{}
			_, err := scenario.Run(context.Background(), f, scenario.Options{Seed: &seed, Monitors: []world.Monitor{m}})
			assert.NilError(t, err)
			if f := m.Found(); f != nil {
				t.Errorf("%s, seed %d: %v\n%s", info.Name, seed, f, f.Words)
			}
		}
	}
	assert.Assert(t, accepted > 100)
}

// hasBug reports whether a scenario plants a bug.
func hasBug(f *fixture.Fixture) bool {
	for i := range f.Nodes {
		if f.Nodes[i].Bug != "" {
			return true
		}
	}
	for i := range f.Scenario.Steps {
		if _, plants := f.Scenario.Steps[i].Action.(play.Plant); plants {
			return true
		}
	}
	return false
}
