package invariant

import (
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// stillStored handles a node that lost the entries of its log behind index keep, because it
// removed them or crashed. None of them may be at or below a leader's matchIndex, or be
// stored by a bare majority.
func (m *Monitor) stillStored(w *world.World, id raft.NodeID, keep raft.Index) {
	for j := range m.nodes {
		if l := &m.nodes[j]; j != int(id) && l.role == raft.Leader && len(l.match) > 0 && l.match[id] > keep {
			m.stillMatches(w, raft.NodeID(j), id, l.match[id])
		}
	}
	if i := m.stored; i > keep {
		t := m.places.first[i-1].term
		if have := holders(w, i, t); 2*have <= len(m.nodes) {
			m.stored = keep // those up to it did not change
			m.storedNoMore(w, id, i, t, have)
		}
	}
}

// stillMatches checks that a follower keeps the leader's entry at matchIndex while it is in
// the leader's term. In a later term it may have to remove the entry (§5.3).
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
		v.There = sayf("node %d leads term %d and has its acknowledgement of entry %d of term %d", leader, l.Term, match, t)
		v.Explanation = sayf("%s now, but %s: a follower keeps what it has acknowledged (§5.3, D §3.8)", v.Here, v.There)
	}
}

// storedNoMore reports an entry that a majority had stored and has no longer.
func (m *Monitor) storedNoMore(w *world.World, id raft.NodeID, i raft.Index, t raft.Term, have int) {
	if v := m.violated(w, seqOf(w, id), storedBeforeAcknowledged); v != nil {
		v.at(id, t, i)
		v.Here = sayf("node %d %s", id, m.hasAt(w, id, i))
		v.There = sayf("entry %d of term %d was committed, and now %d of %d nodes have it on stable storage", i, t, have, len(m.nodes))
		v.Explanation = sayf("node %d has lost entry %d of term %d, which was committed, and now %d of %d nodes have it on stable storage: a majority keeps it (§5.3, D §3.8)",
			id, i, t, have, len(m.nodes))
	}
}

// seqOf returns the number of the record to which a change of a node's log belongs: the
// record of the crash, which is the last one, or the first of the step, which is next.
func seqOf(w *world.World, id raft.NodeID) uint64 {
	if _, up, _ := w.State(id); !up {
		return w.Trace().Last()
	}
	return w.Trace().Last() + 1
}
