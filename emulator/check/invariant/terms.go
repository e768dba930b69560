package invariant

import (
	"slices"

	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A ballot is a vote in a term.
type ballot struct {
	term raft.Term
	vote raft.NodeID // raft.None while it is not given
	seq  uint64      // of the first record that shows it
}

// contradicts reports whether two votes are for two candidates in one term.
func (b ballot) contradicts(other ballot) bool {
	return b.term == other.term && b.vote != raft.None && other.vote != raft.None && b.vote != other.vote
}

// A leadership is a leader and its term. The leaders at the start count as elected.
type leadership struct {
	term raft.Term
	node raft.NodeID
	seq  uint64
	last entryID // the end of its log at the election
}

// leaders are all leaderships, by term.
type leaders struct{ list []leadership }

func (l *leaders) forget() { l.list = l.list[:0] }

// of finds the leadership of a term, or the place where it belongs.
func (l *leaders) of(t raft.Term) (int, bool) {
	if k := len(l.list); k == 0 || t > l.list[k-1].term {
		return k, false
	}
	return slices.BinarySearchFunc(l.list, t, func(e leadership, t raft.Term) int {
		switch {
		case e.term < t:
			return -1
		case e.term > t:
			return 1
		}
		return 0
	})
}

// elected checks a new leader (Election Safety, Leader Completeness).
func (m *Monitor) elected(w *world.World, r *trace.Record, n *watched) {
	t := r.State.Term
	if t <= m.unled && m.damage == "" {
		m.damage = sayf("in the fixture's start a majority of the nodes can still elect a leader of term %d, although there are leaders or entries up to term %d already (§5.2)", t, m.unled)
	}
	m.leads(w, r)
	m.hasCommitted(w, r)
	n.match = append(n.match[:0], make([]raft.Index, len(m.nodes))...)
}

// leads adds a leader to the table.
func (m *Monitor) leads(w *world.World, r *trace.Record) {
	id, t := r.Node, r.State.Term
	k, ok := m.leaders.of(t)
	if !ok {
		m.leaders.list = slices.Insert(m.leaders.list, k, leadership{t, id, r.Seq, entryID{r.State.LastIndex, r.State.LastTerm}})
		return
	}
	first := m.leaders.list[k]
	if first.node == id {
		return
	}
	if v := m.violated(w, r.Seq, electionSafety); v != nil {
		v.at(id, t, 0)
		v.Here = sayf("node %d became leader of term %d at #%d", id, t, r.Seq)
		v.There = sayf("node %d had become leader of term %d at #%d", first.node, t, first.seq)
		v.Explanation = sayf("term %d has two leaders, node %d and node %d: it has at most one, because each needs the votes of a majority (§5.2)",
			t, first.node, id)
	}
}

// newTermOrVote takes a record that shows a new term or vote of a node.
func (m *Monitor) newTermOrVote(w *world.World, r *trace.Record, n *watched) {
	s := &r.State
	if s.Term < n.term {
		m.wentBack(w, r, n.term, sayf("it had been in term %d", n.term))
	}
	if s.Term > n.term && s.Role == raft.Leader { // it was not elected in this term
		m.leads(w, r)
		m.hasCommitted(w, r)
	}
	n.term, n.votedFor = s.Term, s.VotedFor
	lasting := w.WritesAtOnce(r.Node)
	if lasting && !n.wiped {
		n.told = max(n.told, s.Term)
	}
	m.voted(w, r, r.Node, ballot{s.Term, s.VotedFor, r.Seq}, true, lasting)
}

// voted checks a vote (One Vote per Term). A lasting one is stored or was sent; any
// other is in memory, and a crash may undo it.
func (m *Monitor) voted(w *world.World, r *trace.Record, id raft.NodeID, b ballot, own, lasting bool) {
	if b.vote == raft.None || b.term == 0 { // term 0 has no candidates
		return
	}
	n := &m.nodes[id]
	for _, old := range [...]ballot{n.vote, n.kept} {
		if !b.contradicts(old) {
			continue
		}
		if v := m.violated(w, r.Seq, oneVotePerTerm); v != nil {
			v.at(id, b.term, 0)
			v.Here = sayf("node %d voted for node %d in term %d (#%d)", id, b.vote, b.term, r.Seq)
			v.There = sayf("it had voted for node %d in term %d (#%d)", old.vote, old.term, old.seq)
			v.Explanation = sayf("node %d voted twice in term %d, for node %d and then for node %d: a node votes for at most one candidate in a term (§5.2)",
				id, b.term, old.vote, b.vote)
		}
		break
	}
	if own && (b.term != n.vote.term || b.vote != n.vote.vote) {
		n.vote = b
	}
	if lasting && (b.term > n.kept.term || b.term == n.kept.term && n.kept.vote == raft.None) {
		n.kept = b
	}
}

// heard handles a response that arrives: no crash of its sender may undo its term and its
// vote (D §3.8).
func (m *Monitor) heard(w *world.World, r *trace.Record) {
	from := r.Message.From
	n := &m.nodes[from]
	if r.Message.Term > n.told && !n.wiped {
		n.told = r.Message.Term
	}
	if r.Message.VoteGranted && r.Message.Term >= n.kept.term {
		m.voted(w, r, from, ballot{r.Message.Term, r.Node, r.Seq}, false, true)
	}
}

// asked handles a request that arrives: its sender had to store its term, and a candidate
// its own vote, before it sent the request (D §3.8). The node that a message from outside
// names did not send it.
func (m *Monitor) asked(w *world.World, r *trace.Record) {
	n, b := &m.nodes[r.Message.From], ballot{r.Message.Term, r.Message.From, r.Seq}
	votes := r.Message.Type == raft.RequestVoteRequest &&
		(b.term > n.kept.term || b.term == n.kept.term && b.vote != n.kept.vote)
	if n.wiped || b.term <= n.told && !votes || isFromOutside(w, r.Cause) {
		return
	}
	n.told = max(n.told, b.term)
	if votes {
		m.voted(w, r, b.vote, b, false, true)
	}
}

// isFromOutside reports whether a message came from outside, by the record of its
// sending. When the trace has lost that record, it may have.
func isFromOutside(w *world.World, sent uint64) bool {
	return sent < w.Trace().First() || w.Trace().At(sent).Kind == trace.RPC
}

// persisted handles the end of a write.
func (m *Monitor) persisted(w *world.World, r *trace.Record) {
	hard, ok := r.Detail.(raft.HardState)
	if !ok {
		return
	}
	n := &m.nodes[r.Node]
	if !n.wiped {
		n.told = max(n.told, hard.Term)
	}
	m.voted(w, r, r.Node, ballot{hard.Term, hard.VotedFor, r.Seq}, false, true)
}

// wentBack reports a node in an earlier term than before (Monotonic Term).
func (m *Monitor) wentBack(w *world.World, r *trace.Record, before raft.Term, there string) {
	if v := m.violated(w, r.Seq, monotonicTerm); v != nil {
		v.at(r.Node, before, 0)
		v.Here = sayf("node %d is in term %d", r.Node, r.State.Term)
		v.There = there
		v.Explanation = sayf("node %d went back from term %d to term %d: a node's term only increases, also over a crash (§5.1)",
			r.Node, before, r.State.Term)
	}
}
