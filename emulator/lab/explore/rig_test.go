package explore

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/raft"
)

// complete fills in Options that are sound.
func complete(t testing.TB, o Options) *Options {
	t.Helper()
	o, err := o.complete()
	assert.NilError(t, err)
	return &o
}

// explored explores Options that are sound.
func explored(t testing.TB, o Options) *Summary {
	t.Helper()
	s, err := Explore(context.Background(), o, nil)
	assert.NilError(t, err)
	return s
}

// finds explores until the first failure, which there must be.
func finds(t testing.TB, o Options) *Result {
	t.Helper()
	s := explored(t, o)
	assert.Equal(t, len(s.Failures), 1, "nothing was found in %d runs", s.Runs)
	return &s.Failures[0]
}

// lineOf describes a result in a line.
func lineOf(r Result) string {
	return fmt.Sprintf("run %d, seed %d, %d steps: %v", r.Run, r.Seed, len(r.Fixture.Scenario.Steps), r.Finding)
}

// hasStep reports whether a schedule has a step that will do.
func hasStep(f *fixture.Fixture, will func(play.Step) bool) bool {
	return slices.ContainsFunc(f.Scenario.Steps, will)
}

const ms = time.Millisecond

func idWho(id int) play.Who { return play.Who{ID: raft.NodeID(id)} }

func ids(list ...raft.NodeID) []raft.NodeID { return list }
