package explore

import (
	"slices"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/bugs"
	"rrmq.example/emulator/tests/budget"
)

// Every bug that can be planted is found, and soon.
func TestBugsAreFound(t *testing.T) {
	for _, bug := range bugs.All() {
		t.Run(bug.Name, func(t *testing.T) {
			t.Parallel()
			r := finds(t, Options{Bug: bug.Name, Runs: 400})
			t.Logf("found by run %d: %s: %s", r.Run, r.Finding.Check, r.Finding.Seen)
			assert.Assert(t, r.Finding.Check != unfeasible)
		})
	}
}

// Those that only break a rule of raft.tla at first do harm as well, in other runs.
func TestBugsDoHarm(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes many runs")
	}
	harm := slices.DeleteFunc(CheckNames(), func(name string) bool { return name == "trace" })
	bugs := budget.Pick([]string{"count_old_votes", "vote_by_length"},
		[]string{"commit_old_term", "vote_not_stored", "count_old_votes", "vote_by_length"})
	for _, bug := range bugs {
		t.Run(bug, func(t *testing.T) {
			t.Parallel()
			r := finds(t, Options{Bug: bug, Runs: 1500, Checks: harm})
			t.Logf("found by run %d: %s: %s", r.Run, r.Finding.Check, r.Finding.Seen)
			assert.Assert(t, slices.Contains(harm, r.Finding.Check))
		})
	}
}
