package host

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A cluster with more events than the machine can handle still answers reads, heals and
// closes.
func TestOverloadedWorldStaysReachable(t *testing.T) {
	var log bytes.Buffer
	h := start(t, "fresh_5", Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	for id := range raft.NodeID(5) {
		change(t, h, fault.Change{Kind: fault.Skew, Node: id, Skew: fault.MinSkew})
	}
	for _, name := range []string{"twice", "again"} {
		change(t, h, fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: name, Duplicate: 100}})
	}
	_, err := h.Run(MaxSpeed)
	assert.NilError(t, err)
	assert.Assert(t, h.Wait(t.Context(), 0, func(o View) bool { return o.Steps() > 100_000 }))

	_, err = get(t, fresh(t), h.URLs()[0]+"/status")
	assert.NilError(t, err)
	assert.Assert(t, h.Clock().Waiting <= world.MaxInFlight+100)
	h.Pause()
	_, err = h.Step(t.Context(), 100_000)
	assert.NilError(t, err)
	_, err = h.Run(1)
	assert.NilError(t, err)
	change(t, h, fault.Change{Kind: fault.Heal})
	leaderURL(t, h)
	assert.NilError(t, h.Close())
	assert.Equal(t, strings.Count(log.String(), "falls behind"), 1, log.String())
}

// Somebody who pauses the clock ends an advance that is under way.
func TestPauseEndsAdvance(t *testing.T) {
	h := start(t, "fresh_5", Options{Clock: Virtual})
	advanced := make(chan Clock, 1)
	go func() {
		c, err := h.Advance(t.Context(), MaxAdvance)
		assert.Check(t, err)
		advanced <- c
	}()
	assert.Assert(t, h.Watch(t.Context(), func(o View) bool { return o.Now() > time.Second }))
	h.Pause()
	c := <-advanced
	assert.Assert(t, c.Paused)
	assert.Assert(t, c.Now < MaxAdvance)
	assert.Equal(t, h.Clock().Now, c.Now)
}
