package invariant

import (
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// moved takes a record with a new commitIndex or lastApplied.
func (m *Monitor) moved(w *world.World, r *trace.Record, n *watched) {
	s := &r.State
	if s.CommitIndex < n.commit {
		m.indexWentBack(w, r, "commitIndex", n.commit, s.CommitIndex)
	}
	if s.LastApplied < n.applied {
		m.indexWentBack(w, r, "lastApplied", n.applied, s.LastApplied)
	}
	n.commit, n.applied = s.CommitIndex, s.LastApplied
}

func (m *Monitor) indexWentBack(w *world.World, r *trace.Record, index string, from, to raft.Index) {
	if v := m.violated(w, r.Seq, monotonicCommitIndex); v != nil {
		v.at(r.Node, r.State.Term, to)
		v.Here = sayf("node %d has %s %d", r.Node, index, to)
		v.There = sayf("its %s was %d", index, from)
		v.Explanation = sayf("%s of node %d went back from %d to %d: it only increases (Figure 2)", index, r.Node, from, to)
	}
}

// applies handles a node that is about to apply entries, and must have applied those before
// them.
func (m *Monitor) applies(w *world.World, r *trace.Record, n *watched) {
	m.hasBeenGiven(w, r.Seq, r.Node, n.given)
	n.given = r.Index
}

// hasBeenGiven checks that a node's state machine got each entry up to lastApplied once, in
// order, and nothing else (Applied Once, in Order).
func (m *Monitor) hasBeenGiven(w *world.World, seq uint64, id raft.NodeID, applied raft.Index) {
	given := w.Given(id)
	if given.Count == uint64(applied) && given.FirstOutOfOrder == 0 {
		return
	}
	if v := m.violated(w, seq, appliedOnceInOrder); v != nil {
		v.at(id, m.nodes[id].term, max(applied, given.FirstOutOfOrder))
		v.Here = sayf("the state machine of node %d has applied %d commands", id, given.Count)
		if given.FirstOutOfOrder > 0 {
			v.Here += sayf(", and the one at index %d was the first out of order", given.FirstOutOfOrder)
		}
		v.There = sayf("its lastApplied is %d", applied)
		v.Explanation = sayf("%s, and %s: each entry is applied exactly once, in order (§5.3)", v.Here, v.There)
	}
}

// answered handles an answer to a client that its request is done.
func (m *Monitor) answered(w *world.World, r *trace.Record) {
	q, ok := r.Detail.(*trace.Call)
	if !ok || q.Reply.Err != nil {
		return
	}
	// An answer follows the apply of its entry at once, or comes before it, so that no
	// later entry may be applied.
	if given := w.Given(r.Node); given.Count > uint64(r.State.LastApplied) || given.FirstOutOfOrder > 0 {
		m.hasBeenGiven(w, r.Seq, r.Node, r.State.LastApplied)
	}
	switch t, has := w.Log(r.Node).Term(r.Index); {
	case r.Index > 0 && has:
		m.mustBeStored(w, r, r.Index, t, "acknowledged")
	case r.Index > 0 || q.Reply.Result.OK && !q.Command.None() && q.Command.Op.Access != machine.Reads:
		m.unlogged(w, r)
	}
}

// unlogged reports a request that was answered without an entry in the log.
func (m *Monitor) unlogged(w *world.World, r *trace.Record) {
	if v := m.violated(w, r.Seq, storedBeforeAcknowledged); v != nil {
		v.at(r.Node, r.State.Term, r.Index)
		v.Here = sayf("node %d answered a client that its request is done", r.Node)
		v.There = sayf("the log of node %d has no entry for it", r.Node)
		v.Explanation = sayf("%s, but %s: a request is done when its entry is on the stable storage of a majority (§5.3, §8)", v.Here, v.There)
	}
}

// matched handles a follower's answer to a leader, which may move matchIndex (Monotonic
// Match Index).
func (m *Monitor) matched(w *world.World, r *trace.Record, n *watched) {
	if n.role != raft.Leader || len(n.match) == 0 {
		return
	}
	j := r.Message.From
	old, match := n.match[j], w.Match(r.Node, j)
	if match == old {
		return
	}
	n.match[j] = match
	if match < old {
		if v := m.violated(w, r.Seq, monotonicMatchIndex); v != nil {
			v.at(r.Node, r.State.Term, match)
			v.Here = sayf("node %d has matchIndex %d for node %d", r.Node, match, j)
			v.There = sayf("it was %d in the same term", old)
			v.Explanation = sayf("matchIndex of leader %d for node %d went back from %d to %d in term %d: it only increases (Figure 2)",
				r.Node, j, old, match, r.State.Term)
		}
		return
	}
	m.isTrue(w, r.Seq, r.Node, j, match)
}

// isTrue checks that a follower has stored the leader's entry at matchIndex, unless it is
// in a later term, whose leader may have removed it (§5.3).
func (m *Monitor) isTrue(w *world.World, seq uint64, leader, follower raft.NodeID, match raft.Index) {
	s, _, _ := w.State(leader)
	if f, _, _ := w.State(follower); f.Term > s.Term {
		return
	}
	t, ok := w.Log(leader).Term(match)
	stored, has := w.StoredTerm(follower, match)
	if ok && has && t == stored {
		return
	}
	if v := m.violated(w, seq, monotonicMatchIndex); v != nil {
		v.at(leader, s.Term, match)
		v.Here = sayf("node %d leads term %d and has matchIndex %d for node %d, where it %s itself", leader, s.Term, match, follower, m.hasAt(w, leader, match))
		v.There = sayf("node %d has no entry at index %d on its stable storage", follower, match)
		if has {
			v.There = sayf("node %d has an entry of term %d there on its stable storage", follower, stored)
		}
		v.Explanation = sayf("%s, but %s: a follower has stored all entries up to its matchIndex (§5.3, Figure 2)", v.Here, v.There)
	}
}
