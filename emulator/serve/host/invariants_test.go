package host

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

func TestViolationIsLoggedWhenTheClusterEnds(t *testing.T) {
	f := fixture.Fresh(3)
	for i := range f.Nodes {
		f.Nodes[i].Term, f.Nodes[i].VotedFor, f.Nodes[i].Bug = 1, 0, "commit_without_majority"
	}
	f.Nodes[0].Role = raft.Leader
	f.Partition.Isolate = []raft.NodeID{0}
	var log bytes.Buffer
	h, err := Start(f, Options{Clock: Virtual, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	assert.NilError(t, err)
	violate := func() {
		h.own(func(w *world.World) {
			w.Do(0, queue.PutTopic.New("dog"), nil)
			w.RunUntil(w.Now() + time.Millisecond)
		})
	}
	logged := func() int { return strings.Count(log.String(), "invariant=stored_before_acknowledged fixture=fresh") }
	violate()
	assert.Equal(t, len(h.Broken()), 1)
	assert.Equal(t, logged(), 0)
	assert.NilError(t, h.Load(f))
	assert.Equal(t, logged(), 1)
	assert.Equal(t, len(h.Broken()), 1)
	violate()
	assert.Equal(t, len(h.Broken()), 2)
	assert.NilError(t, h.Close())
	assert.Equal(t, logged(), 2)
	assert.Equal(t, len(h.Broken()), 2)
	assert.Assert(t, !strings.Contains(log.String(), "level=INFO"), "invariants that held are logged: %s", log.String())
}
