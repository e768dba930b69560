package target

import (
	"time"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A view is what can be seen of a cluster from outside. Its users hold the mutex.
type view struct {
	t   *cluster
	now time.Duration
}

// unknownRole is the role of a node that has not told it since its start.
const unknownRole = raft.Role(255)

// Shows implements condition.Partial.
func (v view) Shows(what condition.Aspect) bool {
	return what == condition.AspectRole || what == condition.AspectTerm
}

// Now implements scenario.View.
func (v view) Now() time.Duration { return v.now }

// Starting says that nodes that were started again do not answer yet.
func (v view) Starting() bool { return len(v.t.starting) > 0 }

// Nodes implements condition.Cluster.
func (v view) Nodes() int { return len(v.t.nodes) }

// State implements condition.Cluster.
func (v view) State(id raft.NodeID) (s raft.State, up, paused bool) {
	n := v.t.nodes[id]
	s = raft.State{Role: unknownRole, VotedFor: raft.None, Leader: raft.None}
	if n.known {
		s.Role, s.Term, s.Leader = n.role, n.term, v.leaderOf(n.term)
	}
	return s, n.up, n.paused
}

// leaderOf returns the node that leads a term, or raft.None. Nodes do not tell whom they
// follow, but a node in a term can follow nobody else.
func (v view) leaderOf(term raft.Term) raft.NodeID {
	for id, n := range v.t.nodes {
		if n.known && n.role == raft.Leader && n.term == term {
			return raft.NodeID(id)
		}
	}
	return raft.None
}

// View implements condition.Cluster; it is hidden.
func (v view) View(raft.NodeID, int) world.NodeView { return world.NodeView{} }

// Queue implements condition.Cluster; it is hidden.
func (v view) Queue(raft.NodeID) machine.View { return machine.View{} }

// Trace implements condition.Cluster; it is hidden.
func (v view) Trace() *trace.Ring { return v.t.trace }

// Rules lists the rules in force.
func (v view) Rules() []fault.RuleStatus { return v.t.links.Rules() }
