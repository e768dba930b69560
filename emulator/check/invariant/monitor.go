package invariant

import (
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A Monitor checks the invariants of a world. It can watch several worlds one after
// the other, and starts again with each. Make it with New.
type Monitor struct {
	world *world.World
	nodes []watched

	results [numInvariants]found
	damage  string    // why Raft promises nothing from now on; "" while it does
	judged  bool      // excuse has checked whether Raft can reach the start
	bugs    []Planted // in the order in which they were planted
	// unled is the highest term of the start's leaders and entries when a majority
	// can still elect a leader of that term or an earlier one, otherwise 0.
	unled raft.Term

	begun     bool // all Init records have been seen
	leaders   leaders
	places    places
	committed raft.Index // places.first holds the committed entries up to it
	stored    raft.Index // a majority was seen to have stored those up to it
	marks     marks
}

// watched is a node as a Monitor has seen it.
type watched struct {
	role            raft.Role
	term            raft.Term
	votedFor        raft.NodeID
	commit, applied raft.Index
	last            raft.Index // of its log
	given           raft.Index // its state machine has the entries up to it, or is applying them
	agreed          raft.Index // its entries up to it were compared with the committed ones

	vote ballot    // the last one since it started
	kept ballot    // the last one that no crash may undo
	told raft.Term // the last term that no crash may undo
	// match is its matchIndex as long as it leads, by node.
	match []raft.Index
	wiped bool // its disk was wiped at least once
}

// New makes a Monitor.
func New() *Monitor { return &Monitor{} }

// begin starts with a new world and keeps the memory.
func (m *Monitor) begin(w *world.World) {
	nodes := m.nodes[:0]
	if cap(nodes) < w.Nodes() {
		nodes = make([]watched, 0, w.Nodes())
	}
	nodes = nodes[:w.Nodes()]
	for i := range nodes {
		nodes[i] = watched{match: nodes[i].match[:0]}
	}
	m.leaders.forget()
	m.places.forget()
	*m = Monitor{
		world: w, nodes: nodes,
		leaders: m.leaders, places: m.places, marks: m.marks[:0],
	}
}

// LogChanged implements world.Monitor.
func (m *Monitor) LogChanged(w *world.World, id raft.NodeID, keep raft.Index) {
	n := &m.nodes[id]
	log := w.Log(id)
	cut := keep < n.last
	if cut {
		if n.role == raft.Leader {
			m.leaderRemoved(w, id, keep)
		}
		n.agreed = min(n.agreed, keep)
	}
	m.enter(w, id, keep)
	n.last = log.LastIndex()
	if cut {
		m.stillStored(w, id, keep)
	}
}

// leaderRemoved handles a node that removed entries from its log while it was leader before
// and after the event (Leader Append-Only).
func (m *Monitor) leaderRemoved(w *world.World, id raft.NodeID, keep raft.Index) {
	n := &m.nodes[id]
	s, _, _ := w.State(id)
	if s.Role != raft.Leader || s.Term != n.term {
		return
	}
	if v := m.violated(w, w.Trace().Last()+1, leaderAppendOnly); v != nil {
		v.at(id, s.Term, keep+1)
		v.Here = sayf("node %d leads term %d and kept its log up to index %d", id, s.Term, keep)
		v.There = sayf("its log reached up to index %d", n.last)
		v.Explanation = sayf("node %d removed entries %d to %d from its log while it led term %d; a leader only appends (§5.3)",
			id, keep+1, n.last, s.Term)
	}
}

// Record implements world.Monitor.
func (m *Monitor) Record(w *world.World, r *trace.Record) {
	switch {
	case r.Seq == 1:
		m.begin(w)
	case !m.begun:
		// One of the first records, of kind Init.
	case r.Node == raft.None || r.Kind == trace.SetTimer:
		return
	}
	switch r.Kind {
	case trace.Init:
		m.init(w, r)
		return
	case trace.Nemesis:
		m.nemesis(w, r)
		return
	}
	n := &m.nodes[r.Node]
	s := &r.State
	if s.Term != n.term || s.VotedFor != n.votedFor {
		m.newTermOrVote(w, r, n)
	}
	if s.CommitIndex != n.commit || s.LastApplied != n.applied {
		m.moved(w, r, n)
	}
	if to := max(n.commit, n.applied); n.agreed < min(to, n.last) {
		m.agree(w, r.Seq, r.Node, to)
	}
	n.role = s.Role
	switch r.Kind {
	case trace.Kind(raft.BecomeLeader):
		m.elected(w, r, n)
	case trace.Kind(raft.AdvanceCommitIndex):
		m.leaderCommitted(w, r)
	case trace.Kind(raft.HandleRequestVoteRequest), trace.Kind(raft.HandleAppendEntriesRequest):
		m.asked(w, r)
	case trace.Kind(raft.HandleRequestVoteResponse):
		m.heard(w, r)
	case trace.Kind(raft.HandleAppendEntriesResponse):
		m.heard(w, r)
		m.matched(w, r, n)
	case trace.Apply:
		m.applies(w, r, n)
	case trace.Persist:
		m.persisted(w, r)
	case trace.Response:
		m.answered(w, r)
	case trace.RPC:
		m.outside(w, r)
	}
}
