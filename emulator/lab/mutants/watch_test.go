package mutants

import (
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A counter is a checker that fails after a timeout, and after a second cluster.
type counter struct{ worlds, timeouts int }

func (c *counter) LogChanged(*world.World, raft.NodeID, raft.Index) {}

func (c *counter) Record(_ *world.World, r *trace.Record) {
	if r.Seq == 1 {
		c.worlds++
	}
	if r.Kind == trace.Kind(raft.Timeout) {
		c.timeouts++
	}
}

func (c *counter) Checks() []scenario.Check {
	checks := []scenario.Check{{Name: "one_world"}, {Name: "no_timeout"}, {Name: "unclear", Status: scenario.Undecided}}
	if c.worlds != 1 {
		checks[0].Status = scenario.Failed
	}
	if c.timeouts > 0 {
		checks[1].Status, checks[1].Seen = scenario.Failed, "a timeout"
	}
	return checks
}

// Every cluster is checked, and a check that failed in several is listed once.
func TestWatch(t *testing.T) {
	w := &watch{newCheckers: func() []scenario.Checker { return []scenario.Checker{&counter{}} }}
	for i := range 5 {
		o := world.New(fixture.Fresh(3).Config(), nil, w)
		for i%2 == 0 && o.Steps() < 20 {
			o.Step()
		}
	}
	clusters, sightings := w.end()
	assert.Equal(t, clusters, 5)
	assert.DeepEqual(t, sightings, []Sighting{{"no_timeout", "a timeout", 3}})
}
