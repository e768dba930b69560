package invariant

import (
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// init takes the first state of a node, and after the last node judges the start.
func (m *Monitor) init(w *world.World, r *trace.Record) {
	id, s := r.Node, &r.State
	n := &m.nodes[id]
	*n = watched{
		role: s.Role, term: s.Term, votedFor: s.VotedFor, commit: s.CommitIndex, applied: s.LastApplied,
		given: s.LastApplied, last: s.LastIndex, vote: ballot{s.Term, s.VotedFor, r.Seq}, match: n.match,
	}
	n.told, n.kept = s.Term, n.vote
	c, ok := r.Detail.(*trace.Start)
	if ok && len(c.Writes) > 0 {
		n.told, n.kept = c.Stored.Term, ballot{c.Stored.Term, c.Stored.VotedFor, r.Seq}
	}
	if ok {
		m.planted(id, c.Bug)
	}
	m.enter(w, id, 0)
	if int(id) == len(m.nodes)-1 {
		m.judgeStart(w, r)
		m.begun = true
	}
}

// judgeStart finds the violations in the state in which the world begins.
func (m *Monitor) judgeStart(w *world.World, last *trace.Record) {
	for id := range raft.NodeID(len(m.nodes)) {
		n := &m.nodes[id]
		r := last
		if id != last.Node {
			s, _, _ := w.State(id)
			r = &trace.Record{Seq: uint64(id) + 1, Node: id, State: s}
		}
		m.agree(w, r.Seq, id, n.commit)
		if t, ok := w.Log(id).Term(n.commit); ok && n.commit > 0 {
			if have := holders(w, n.commit, t); 2*have <= len(m.nodes) {
				m.unstored(w, r, n.commit, t, have, "starts with commitIndex at")
			} else {
				m.stored = max(m.stored, n.commit)
			}
			// The term in which it was committed is unknown, but not later than this.
			m.marks.add(mark{n.term, entryID{n.commit, t}})
		}
		if n.role == raft.Leader {
			m.leads(w, r)
			m.startsToLead(w, r, n)
		}
	}
	for _, f := range m.results {
		if f.first != nil {
			m.damaged("the cluster starts in a state that Raft cannot reach: " + f.first.Explanation)
		}
	}
	m.findUnled(w)
}

// startsToLead checks that a leader has the entries that others have committed, and that
// its matchIndex is right.
func (m *Monitor) startsToLead(w *world.World, r *trace.Record, n *watched) {
	n.match = n.match[:0]
	for j := range raft.NodeID(len(m.nodes)) {
		match := w.Match(r.Node, j)
		n.match = append(n.match, match)
		if match > 0 && j != r.Node {
			m.isTrue(w, r.Seq, r.Node, j, match)
		}
		s, _, _ := w.State(j)
		if t, ok := w.Log(j).Term(s.CommitIndex); ok && s.Term <= n.term && !w.Log(r.Node).Matches(s.CommitIndex, t) {
			m.incomplete(w, r.Seq, r.Node, n.term, mark{s.Term, entryID{s.CommitIndex, t}})
		}
	}
}

// findUnled sets unled. A fixture may set up only the nodes of interest: then a
// majority of the others has not voted in the term of a leader or an entry, and can
// elect a second leader.
func (m *Monitor) findUnled(w *world.World) {
	highest := raft.Term(0)
	for id := range m.nodes {
		n := &m.nodes[id]
		highest = max(highest, w.Log(raft.NodeID(id)).LastTerm())
		if n.role == raft.Leader {
			highest = max(highest, n.term)
		}
	}
	free, behind := 0, false
	for id := range m.nodes {
		n := &m.nodes[id]
		behind = behind || n.term < highest || n.term == highest && n.role == raft.Candidate
		if n.term < highest || n.term == highest && (n.votedFor == raft.None || n.role == raft.Candidate) {
			free++
		}
	}
	if behind && 2*free > len(m.nodes) {
		m.unled = highest
	}
}
