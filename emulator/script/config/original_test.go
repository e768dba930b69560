package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// The six files with which the course's author started nodes mean what the fixtures of
// these names do: they run the same way and end in the same state.
func TestOriginalFilesEndAsTheFixturesDo(t *testing.T) {
	files, err := filepath.Glob("testdata/original/*.json")
	assert.NilError(t, err)
	assert.Equal(t, len(files), 6)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(file)
			assert.NilError(t, err)
			got, err := Parse(file, data)
			assert.NilError(t, err)
			assert.DeepEqual(t, got.Addresses, []Address{{"127.0.0.1", 54985}, {"127.0.0.1", 54987}})
			assert.Assert(t, len(got.Notes) > 0)
			assert.Equal(t, got.Notes[0].Key, "_comment")
			want, err := fixture.Named(name)
			assert.NilError(t, err)
			asJSON, asTOML := ended(got.Fixture, want.Scenario), ended(want, want.Scenario)
			assert.DeepEqual(t, asJSON, asTOML)
			assert.Assert(t, asTOML.Records > 50)
		})
	}
}

// An end is the state of a cluster after a while.
type end struct {
	States  []raft.State
	Logs    [][]raft.Entry
	Queues  []machine.View
	Records int
}

// ended runs a cluster for ten seconds with the requests of a scenario.
func ended(f *fixture.Fixture, s *play.Scenario) end {
	var e end
	w := world.New(f.Config(), func(*trace.Record) { e.Records++ })
	for _, step := range s.Steps {
		if a, ok := step.Action.(play.Request); ok {
			w.RunUntil(5 * time.Second)
			w.Do(w.Leader(), &a.Command, nil)
		}
	}
	w.RunUntil(10 * time.Second)
	for id := range raft.NodeID(w.Nodes()) {
		state, _, _ := w.State(id)
		log := w.Log(id)
		e.States = append(e.States, state)
		e.Logs = append(e.Logs, log.Slice(1, log.LastIndex()))
		e.Queues = append(e.Queues, w.Queue(id))
	}
	return e
}
