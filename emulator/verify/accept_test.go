package verify_test

import (
	"context"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/fixture"
	"rrmq.example/emulator/emulator/scenario"
	"rrmq.example/emulator/emulator/verify"
	"rrmq.example/emulator/emulator/world"
)

// What the program's own scenarios make happen is what raft.tla allows, whatever
// the seed.
func TestScenariosAreAccepted(t *testing.T) {
	for _, info := range fixture.List() {
		if !info.Scenario {
			continue
		}
		f, err := fixture.Named(info.Name)
		assert.NilError(t, err)
		for k := range uint64(8) {
			seed := f.Seed + 7919*k
			m := &verify.Monitor{}
			_, err := scenario.Run(context.Background(), f, scenario.Options{Seed: &seed, Monitors: []world.Monitor{m}})
			assert.NilError(t, err)
			if f := m.Found(); f != nil {
				t.Errorf("%s, seed %d: %v\n%s", info.Name, seed, f, f.Words)
			}
		}
	}
}
