package invariant

import (
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A Monitor watches over the invariants of a world. It is one for all worlds that
// come one after the other; each begins anew. Make it with New.
type Monitor struct {
	world *world.World
	nodes []watched

	results [numInvariants]found
	damage  string    // since then Raft promises nothing: why; "" before
	judged  bool      // whether Raft can reach the start: that has been asked
	bugs    []Planted // in the order in which they were planted
	// unled is the highest term of the start's leaders and entries when a majority
	// can still elect a leader of that term or an earlier one, else 0.
	unled raft.Term

	begun     bool // all Init records have been seen
	immediate bool // writes take no time
	leaders   leaders
	places    places
	committed raft.Index // the entries of places up to it are what was committed or applied first
	stored    raft.Index // those up to it were seen on the storage of a majority
	marks     marks
}

// watched is what a Monitor knows of a node.
type watched struct {
	role            raft.Role
	term            raft.Term
	votedFor        raft.NodeID
	commit, applied raft.Index
	last            raft.Index // of its log
	given           raft.Index // to its state machine, once what is being applied is
	agreed          raft.Index // the entries of its log up to it have been compared with what is committed

	vote ballot    // the last one in this life
	kept ballot    // the last one that no crash may take back
	told raft.Term // nor this term
	// match is its matchIndex as long as it leads, by node.
	match []raft.Index
	wiped bool // its disk was, once
}

// New makes a Monitor.
func New() *Monitor { return &Monitor{} }

// begin forgets an earlier world.
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

// leaderRemoved: a node that leads, and still does, has removed entries from its
// log (Leader Append-Only).
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
		// Records of Init go on.
	case r.Node == raft.None:
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
