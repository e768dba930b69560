package host

import (
	"time"

	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// The bounds of a stall.
const (
	// stallAfter is how late an event must be before the process counts as having stood
	// still. On a machine with some load, events are late by less.
	stallAfter = 20 * time.Millisecond
	// stallGrace is the time that a node gets to read its mail before it acts on a timer
	// that ran out meanwhile.
	stallGrace = 50 * time.Millisecond
)

// A stall recognizes that the whole process stood still, because it was stopped or the
// machine was busy. The time of a node that lives alone does not pass meanwhile. Messages of
// its leader may wait at its port: a node that starts an election without reading them
// deposes a leader that is well. The zero stall recognizes nothing: in one process all nodes
// stand still together.
type stall struct {
	alone    bool
	id       raft.NodeID
	deferred time.Duration // the event that was deferred last, which is not deferred again
}

// ended reports whether the process has just stood still, and up to which time the world
// goes on then.
func (s *stall) ended(w *world.World, now time.Duration) (to time.Duration, stood bool) {
	at, ok := w.NextAt()
	if !s.alone || !ok || now-at < stallAfter || at == s.deferred {
		return 0, false
	}
	s.deferred = at
	if state, _, _ := w.State(s.id); state.Role == raft.Leader {
		return at, true // a leader's heartbeats are late already
	}
	return max(w.Now(), at-stallGrace), true
}
