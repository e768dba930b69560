package invariant

import (
	"slices"

	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A mark says that an entry, and all before it, were committed in a term.
type mark struct {
	by raft.Term // of the leader that committed it
	entryID
}

// marks are in the order of their terms, and of their indices. A mark that says no
// more than an earlier one is left out.
type marks []mark

// before returns the last mark of a term before t.
func (l marks) before(t raft.Term) (mark, bool) {
	for k := len(l) - 1; k >= 0; k-- { // it is near the end
		if l[k].by < t {
			return l[k], true
		}
	}
	return mark{}, false
}

// add inserts a mark. A leader of an earlier term may commit late.
func (l *marks) add(m mark) {
	k := len(*l)
	for k > 0 && (*l)[k-1].by > m.by {
		k--
	}
	switch {
	case k > 0 && (*l)[k-1].index >= m.index:
		return // an earlier one says more
	case k > 0 && (*l)[k-1].by == m.by:
		k--
		(*l)[k] = m
	default:
		*l = slices.Insert(*l, k, m)
	}
	end := k + 1
	for end < len(*l) && (*l)[end].index <= m.index {
		end++
	}
	*l = slices.Delete(*l, k+1, end)
}

// leaderCommitted handles a leader's move of its commitIndex. The entries must be on the
// stable storage of a majority, and all later leaders must have them.
func (m *Monitor) leaderCommitted(w *world.World, r *trace.Record) {
	s := &r.State
	i := s.CommitIndex
	t, ok := w.Log(r.Node).Term(i)
	if !ok {
		if v := m.violated(w, r.Seq, storedBeforeAcknowledged); v != nil {
			v.at(r.Node, s.Term, i)
			v.Here = sayf("node %d leads term %d and has commitIndex %d", r.Node, s.Term, i)
			v.There = sayf("its log ends at index %d", s.LastIndex)
			v.Explanation = sayf("node %d committed up to index %d, and its log ends at %d (§5.3)", r.Node, i, s.LastIndex)
		}
		return
	}
	m.mustBeStored(w, r, i, t, "committed")
	m.marks.add(mark{s.Term, entryID{i, t}})
	if k := len(m.leaders.list); k > 0 && m.leaders.list[k-1].term > s.Term {
		m.lateCommit(w, r, entryID{i, t})
	}
}

// lateCommit handles an entry that a leader commits after the election of leaders in later
// terms, who must have it also (Leader Completeness).
func (m *Monitor) lateCommit(w *world.World, r *trace.Record, e entryID) {
	for j := range m.nodes {
		n, id := &m.nodes[j], raft.NodeID(j)
		if n.role != raft.Leader || n.term <= r.State.Term || w.Log(id).Matches(e.index, e.term) {
			continue
		}
		m.incomplete(w, r.Seq, id, n.term, mark{r.State.Term, e})
	}
	list := m.leaders.list
	for k := len(list) - 1; k >= 0 && list[k].term > r.State.Term; k-- {
		l := &list[k]
		if n := &m.nodes[l.node]; n.role == raft.Leader && n.term == l.term || l.last.index >= e.index && l.last.term >= e.term {
			continue // it still leads, or may have had the entry
		}
		m.lacked(w, r, l, e)
	}
}

// lacked reports a leader that has stepped down: an entry is committed now, in an
// earlier term, that was not in its log at its election. The log ended before that
// index, or with an earlier term.
func (m *Monitor) lacked(w *world.World, r *trace.Record, l *leadership, e entryID) {
	if v := m.violated(w, r.Seq, leaderCompleteness); v != nil {
		v.at(l.node, l.term, e.index)
		v.Here = sayf("node %d was elected leader of term %d at #%d with a log that ended at index %d, with term %d", l.node, l.term, l.seq, l.last.index, l.last.term)
		v.There = sayf("entry %d of term %d is committed in term %d", e.index, e.term, r.State.Term)
		v.Explanation = sayf("%s, but %s: a leader has every entry committed in an earlier term (§5.4)", v.There, v.Here)
	}
}

// hasCommitted checks that a new leader has the entries that were committed in earlier
// terms (Leader Completeness).
func (m *Monitor) hasCommitted(w *world.World, r *trace.Record) {
	last, ok := m.marks.before(r.State.Term)
	if ok && !w.Log(r.Node).Matches(last.index, last.term) {
		m.incomplete(w, r.Seq, r.Node, r.State.Term, last)
	}
}

// incomplete reports a leader without an entry that was committed in an earlier term.
func (m *Monitor) incomplete(w *world.World, seq uint64, id raft.NodeID, t raft.Term, lacks mark) {
	v := m.violated(w, seq, leaderCompleteness)
	if v == nil {
		return
	}
	v.at(id, t, lacks.index)
	v.Here = sayf("node %d leads term %d and %s", id, t, m.hasAt(w, id, lacks.index))
	v.There = sayf("entry %d of term %d was committed in term %d", lacks.index, lacks.term, lacks.by)
	v.Explanation = sayf("node %d leads term %d without entry %d of term %d, which was committed in term %d: a leader has every entry committed in an earlier term (§5.4)",
		id, t, lacks.index, lacks.term, lacks.by)
}

// hasAt describes a node's log at an index.
func (m *Monitor) hasAt(w *world.World, id raft.NodeID, i raft.Index) string {
	if t, ok := w.Log(id).Term(i); ok {
		return sayf("has an entry of term %d at index %d", t, i)
	}
	return sayf("has a log that ends at index %d", w.Log(id).LastIndex())
}

// agree compares a node's entries up to an index with the committed ones, and adds
// those beyond them (State Machine Safety).
func (m *Monitor) agree(w *world.World, seq uint64, id raft.NodeID, to raft.Index) {
	n, log := &m.nodes[id], w.Log(id)
	to = min(to, log.LastIndex())
	for i := n.agreed + 1; i <= to; {
		entries := log.Slice(i, to)
		for k := range entries {
			e := &entries[k]
			at := &m.places.first[i-1]
			switch {
			case i > m.committed:
				m.places.toFront(i, e.Term)
				at.command = commandOf(e) // they differ when Log Matching is violated
				m.committed = i
			case at.term != e.Term || !sameCommand(at.command, commandOf(e)):
				m.disagrees(w, seq, id, i)
			}
			i++
		}
	}
	n.agreed = max(n.agreed, to)
}

// disagrees reports a node that has committed or applied a different entry than an
// earlier one.
func (m *Monitor) disagrees(w *world.World, seq uint64, id raft.NodeID, i raft.Index) {
	v := m.violated(w, seq, stateMachineSafety)
	if v == nil {
		return
	}
	log := w.Log(id)
	entry := log.Entry(i)
	before, _ := log.Term(i - 1)
	here, there := place{entry.Term, before, commandOf(&entry)}, m.places.first[i-1]
	v.at(id, entry.Term, i)
	v.Here = sayf("node %d committed %s", id, here.words(i))
	v.There = sayf("%s %s", whose(m.holder(w, id, i, there), "had committed", "a node had committed"), there.words(i))
	v.Explanation = sayf("%s, but %s: no two nodes may apply different entries at one index (§5.4.3)", v.Here, v.There)
}

// mustBeStored checks that the entry is on the stable storage of a majority. Once found
// there, an entry is not checked again.
func (m *Monitor) mustBeStored(w *world.World, r *trace.Record, i raft.Index, t raft.Term, done string) {
	agrees := i <= m.nodes[r.Node].agreed && m.places.first[i-1].term == t
	if agrees && i <= m.stored {
		return
	}
	have := holders(w, i, t)
	if 2*have > len(m.nodes) {
		if agrees {
			m.stored = i
		}
		return
	}
	m.unstored(w, r, i, t, have, done)
}

func (m *Monitor) unstored(w *world.World, r *trace.Record, i raft.Index, t raft.Term, have int, done string) {
	if v := m.violated(w, r.Seq, storedBeforeAcknowledged); v != nil {
		v.at(r.Node, t, i)
		v.Here = sayf("node %d %s entry %d of term %d", r.Node, done, i, t)
		v.There = sayf("%d of %d nodes have it on stable storage", have, len(m.nodes))
		v.Explanation = sayf("node %d %s entry %d of term %d when %d of %d nodes had it on stable storage: a crash may undo an entry that no majority has stored (§5.3, D §3.8)",
			r.Node, done, i, t, have, len(m.nodes))
	}
}

// holders counts the nodes that have an entry on stable storage.
func holders(w *world.World, i raft.Index, t raft.Term) int {
	have := 0
	for j := range w.Nodes() {
		if stored, ok := w.StoredTerm(raft.NodeID(j), i); ok && stored == t {
			have++
		}
	}
	return have
}
