package history_test

import (
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A recorder keeps the newest faults, with their places and times.
func TestRecorderKeepsNewestFaults(t *testing.T) {
	recorder := history.NewRecorder()
	w := world.New(fixture.Fresh(5).Config(), nil, recorder)
	w.RunUntil(70 * time.Millisecond)
	change := func(c fault.Change) {
		_, err := w.Change(c)
		assert.NilError(t, err)
	}
	change(fault.Change{Kind: fault.Crash, Node: 3, Wipe: true})
	var all []fault.Link
	for from := range raft.NodeID(5) {
		for to := range raft.NodeID(5) {
			if from != to {
				all = append(all, fault.Link{From: from, To: to})
			}
		}
	}
	change(fault.Change{Kind: fault.Partition, Links: all})
	s := recorder.Snapshot()
	faults := s.Faults()
	assert.Equal(t, len(faults), 2)
	assert.Equal(t, faults[0].Words, "node 3 was crashed and its storage wiped")
	assert.Equal(t, faults[0].Time, 70*time.Millisecond)
	assert.Equal(t, faults[1].Words, "the network was partitioned: nothing goes from node 0 to 1, 0 to 2, 0 to 3, 0 to 4, 1 to 0, 1 to 2 and 14 more")
	assert.Equal(t, s.Forgotten(), int64(0))

	for range 1100 {
		change(fault.Change{Kind: fault.Pause, Node: 0})
		change(fault.Change{Kind: fault.Resume, Node: 0})
	}
	later := recorder.Snapshot()
	kept := later.Faults()
	assert.Assert(t, len(kept) > 1000 && len(kept) < 2202, "%d", len(kept))
	assert.Equal(t, kept[0].At, later.Forgotten()+1) // nothing else happened
	assert.Equal(t, kept[len(kept)-1].At, int64(w.Trace().Last()))
}
