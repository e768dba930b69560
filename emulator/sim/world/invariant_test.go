package world_test

import (
	"testing"

	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/emulator/sim/world"
)

// All clusters of this package's tests hold the invariants, unless they have bugs.
func init() {
	world.Watch(func(t testing.TB) world.Monitor {
		m := invariant.New()
		t.Cleanup(func() {
			for _, r := range invariant.Broken(m.Report()) {
				if len(r.Violation.Bugs) == 0 {
					t.Error(r)
				}
			}
		})
		return m
	})
}
