package invariant

import (
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// stillStored: a node has lost what its log held behind index keep: it has removed
// that, or it has crashed. What leaders know it to have, and what a majority must have,
// was not among that.
func (m *Monitor) stillStored(w *world.World, id raft.NodeID, keep raft.Index) {
	for j := range m.nodes {
		if l := &m.nodes[j]; j != int(id) && l.role == raft.Leader && len(l.match) > 0 && l.match[id] > keep {
			m.stillMatches(w, raft.NodeID(j), id, l.match[id])
		}
	}
	if i := m.stored; i > keep {
		t := m.places.first[i-1].term
		if have := holders(w, i, t); 2*have <= len(m.nodes) {
			m.stored = keep // those up to it are as they were
			m.storedNoMore(w, id, i, t, have)
		}
	}
}

// stillMatches: a follower still has the leader's entry at matchIndex, in the leader's
// term. In a later one it may have to remove it (§5.3).
func (m *Monitor) stillMatches(w *world.World, leader, follower raft.NodeID, match raft.Index) {
	l, _, _ := w.State(leader)
	f, _, _ := w.State(follower)
	t, ok := w.Log(leader).Term(match)
	if l.Role != raft.Leader || l.Term != f.Term || !ok || w.Log(follower).Matches(match, t) {
		return
	}
	if v := m.violated(w, seqOf(w, follower), monotonicMatchIndex); v != nil {
		v.at(follower, f.Term, match)
		v.Here = sayf("node %d %s", follower, m.hasAt(w, follower, match))
		v.There = sayf("node %d leads term %d and knows that it has entry %d of term %d", leader, l.Term, match, t)
		v.Explanation = sayf("%s now, but %s: a follower keeps what it has acknowledged (§5.3, D §3.8)", v.Here, v.There)
	}
}

// storedNoMore: an entry that was found on the storage of a majority is there no more.
func (m *Monitor) storedNoMore(w *world.World, id raft.NodeID, i raft.Index, t raft.Term, have int) {
	if v := m.violated(w, seqOf(w, id), storedBeforeAcknowledged); v != nil {
		v.at(id, t, i)
		v.Here = sayf("node %d %s", id, m.hasAt(w, id, i))
		v.There = sayf("entry %d of term %d was committed, and now %d of %d nodes have it on stable storage", i, t, have, len(m.nodes))
		v.Explanation = sayf("node %d has lost entry %d of term %d, which was committed, and now %d of %d nodes have it on stable storage: a majority keeps it (§5.3, D §3.8)",
			id, i, t, have, len(m.nodes))
	}
}

// seqOf is the record that a change of a node's log belongs to: that of the crash, which
// was made before, or else the step's first, which comes next.
func seqOf(w *world.World, id raft.NodeID) uint64 {
	if _, up, _ := w.State(id); !up {
		return w.Trace().Last()
	}
	return w.Trace().Last() + 1
}
