package explore

import (
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/tests/budget"
)

// Runs reach every action of raft.tla and every rare situation.
func TestAllIsReached(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes many runs")
	}
	s := explored(t, Options{Runs: budget.Pick(250, 400), Seed: 5})
	assert.Equal(t, s.Failed, 0)
	for _, c := range append(s.Coverage.Actions(), s.Coverage.Situations()...) {
		assert.Check(t, c.Count > 0, "%s was not reached: %s", c.Name, c.Help)
	}
	assert.Assert(t, len(s.Coverage.Situations()) >= 20)
}

// Counts follow from runs, and those of several runs add up.
func TestCoverageAddsUp(t *testing.T) {
	var sum Coverage
	for run := range 5 {
		r, err := Run(t.Context(), Options{Nodes: 3}, run)
		assert.NilError(t, err)
		sum.add(&r.Coverage)
	}
	s := explored(t, Options{Nodes: 3, Runs: 5})
	assert.Equal(t, s.Coverage, sum)
}
