package world

import (
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// Log is a node's log itself, where View copies it: for those who look after
// each event. It is to be read only, and moves on as the world does.
func (w *World) Log(id raft.NodeID) *raft.Log { return w.nodes[id].core.Log() }

// Machine is a node's state machine itself, where Queue copies it; for it the
// same holds. After a crash a node has another.
func (w *World) Machine(id raft.NodeID) machine.Machine { return w.nodes[id].machine }

// Match is the matchIndex that a leader knows of node j, 0 when node id does not lead.
func (w *World) Match(id, j raft.NodeID) raft.Index { return w.nodes[id].core.Match(j) }

// StoredTerm is the term of the entry at index i on a node's stable storage, and
// whether there is one: a crash now would leave it there. Index 0 is always there.
func (w *World) StoredTerm(id raft.NodeID, i raft.Index) (raft.Term, bool) {
	n := &w.nodes[id]
	for k := range n.writes {
		// The first write that touches the place knows what was there before.
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

// Writing reports whether a node's writes to stable storage are not all done.
func (w *World) Writing(id raft.NodeID) bool { return len(w.nodes[id].writes) > 0 }

// WritesAtOnce reports whether what a node changes now is on stable storage at once.
func (w *World) WritesAtOnce(id raft.NodeID) bool { return !w.writesTakeTime(&w.nodes[id]) }

// Given is what a node's state machine has been given, in its present life or
// since the world began.
type Given struct {
	// Count is the number of commands, those included that the machine of a node
	// which starts with a commit index is given for that.
	Count uint64
	// FirstOutOfOrder is the index of the first command that was not given in its turn, as
	// command i is that comes as the i-th.
	FirstOutOfOrder raft.Index
}

// Given tells what a node's state machine has been given.
func (w *World) Given(id raft.NodeID) Given { return w.nodes[id].given }

// give gives the command of entry i to the node's state machine. There is no
// other way to it.
func (n *node) give(i raft.Index, c *machine.Command) machine.Result {
	n.given.Count++
	if uint64(i) != n.given.Count && n.given.FirstOutOfOrder == 0 {
		n.given.FirstOutOfOrder = i
	}
	return n.machine.Apply(c)
}
