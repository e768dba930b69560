package world

import (
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// Log returns a node's log itself, where View copies it, for monitors. It changes with the
// world and must only be read.
func (w *World) Log(id raft.NodeID) *raft.Log { return w.nodes[id].core.Log() }

// Machine returns a node's state machine itself, where Queue copies it. It changes with the
// world and must only be read. A crash replaces it.
func (w *World) Machine(id raft.NodeID) machine.Machine { return w.nodes[id].machine }

// Match returns a leader's matchIndex for node j, or 0 when node id does not lead.
func (w *World) Match(id, j raft.NodeID) raft.Index { return w.nodes[id].core.Match(j) }

// StoredTerm returns the term of the entry at index i on a node's stable storage, which a
// crash now would leave there, and whether there is such an entry. Index 0 always exists.
func (w *World) StoredTerm(id raft.NodeID, i raft.Index) (raft.Term, bool) {
	n := &w.nodes[id]
	for k := range n.writes {
		// The first unfinished write that changed the place has the entry that was there
		// before.
		before := &n.writes[k]
		if i <= before.truncatedTo {
			continue
		}
		if at := i - before.truncatedTo - 1; at < raft.Index(len(before.removed)) {
			return before.removed[at].Term, true
		}
		return 0, false
	}
	return n.core.Log().Term(i)
}

// Writing reports whether a node has unfinished writes to stable storage.
func (w *World) Writing(id raft.NodeID) bool { return len(w.nodes[id].writes) > 0 }

// WritesAtOnce reports whether a change of the node's state is on stable storage at once.
func (w *World) WritesAtOnce(id raft.NodeID) bool { return !w.writesTakeTime(&w.nodes[id]) }

// Given counts the commands that a node's state machine has applied, since the node's last
// start.
type Given struct {
	// Count is the number of commands, including those up to the commit index with which
	// the node started.
	Count uint64
	// FirstOutOfOrder is the index of the first command that was not applied in its turn,
	// which is i-th for index i; 0 if there is none.
	FirstOutOfOrder raft.Index
}

// Given returns the count of a node's state machine.
func (w *World) Given(id raft.NodeID) Given { return w.nodes[id].given }

// give applies the command of entry i to the node's state machine. No other function does.
func (n *node) give(i raft.Index, c *machine.Command) machine.Result {
	n.given.Count++
	if uint64(i) != n.given.Count && n.given.FirstOutOfOrder == 0 {
		n.given.FirstOutOfOrder = i
	}
	return n.machine.Apply(c)
}
