package world

import (
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"

	"rrmq.example/emulator/raft"
)

// A NodeView is a copy of all that can be seen of a node.
type NodeView struct {
	ID          raft.NodeID
	Up, Paused  bool
	Role        raft.Role
	Leader      raft.NodeID // whom the node takes for the leader of Term, or raft.None
	Term        raft.Term
	VotedFor    raft.NodeID
	Log         []raft.Entry // commands are *machine.Command; not to be changed
	FirstIndex  raft.Index   // the index of Log[0]
	CommitIndex raft.Index
	LastApplied raft.Index
	// NextIndex and MatchIndex by node id; nil unless the node leads.
	NextIndex, MatchIndex []raft.Index
	// VotesGranted to a candidate by; nil unless the node is one.
	VotesGranted []raft.NodeID
	// Timer and when it runs out, in world time; TimerAt is 0 when none is set.
	Timer   raft.Timer
	TimerAt time.Duration
	Skew    float64
	// Bug is the name of the one that is planted; "" when there is none.
	Bug string
	// PartitionedFrom lists the nodes that do not hear from this one.
	PartitionedFrom []raft.NodeID
	Machine         machine.View
}

// View copies what can be seen of a node, with the last entries of its log, at
// most maxLog of them.
func (w *World) View(id raft.NodeID, maxLog int) NodeView {
	n := &w.nodes[id]
	s := n.core.State()
	v := NodeView{
		ID: id, Up: n.up, Paused: n.paused,
		Role: s.Role, Leader: s.Leader, Term: s.Term, VotedFor: s.VotedFor,
		CommitIndex: s.CommitIndex, LastApplied: s.LastApplied,
		VotesGranted: n.core.VotesGranted(),
		Timer:        n.timer, TimerAt: n.timerAt, Skew: n.skew, Bug: n.bugName(),
		Machine: n.machine.View(s.LastApplied),
	}
	v.NextIndex, v.MatchIndex = n.core.Progress()
	log := n.core.Log()
	v.FirstIndex = log.FirstIndex()
	if held := int(log.LastIndex() - v.FirstIndex + 1); held > maxLog {
		v.FirstIndex += raft.Index(held - maxLog)
	}
	for i := v.FirstIndex; i <= log.LastIndex(); {
		entries := log.Slice(i, log.LastIndex())
		v.Log = append(v.Log, entries...)
		i += raft.Index(len(entries))
	}
	for j := range raft.NodeID(len(w.nodes)) {
		if w.net.isCut(id, j) {
			v.PartitionedFrom = append(v.PartitionedFrom, j)
		}
	}
	return v
}

// Nodes is the size of the cluster.
func (w *World) Nodes() int { return len(w.nodes) }

// State is the part of View that costs nothing: what a trace shows of a node,
// and whether it is up and paused.
func (w *World) State(id raft.NodeID) (s raft.State, up, paused bool) {
	n := &w.nodes[id]
	return n.core.State(), n.up, n.paused
}

// Queue copies a node's state machine.
func (w *World) Queue(id raft.NodeID) machine.View {
	n := &w.nodes[id]
	return n.machine.View(n.core.State().LastApplied)
}

// Leader is the node that leads, that of the highest term if several believe
// that they do; raft.None when none that is up does.
func (w *World) Leader() raft.NodeID {
	leader, term := raft.None, raft.Term(0)
	for i := range w.nodes {
		s := w.nodes[i].core.State()
		if w.nodes[i].up && s.Role == raft.Leader && (leader == raft.None || s.Term > term) {
			leader, term = raft.NodeID(i), s.Term
		}
	}
	return leader
}

// Rules lists the rules in force, in order.
func (w *World) Rules() []fault.RuleStatus {
	list := make([]fault.RuleStatus, len(w.net.rules))
	for i, r := range w.net.rules {
		list[i] = fault.RuleStatus{Rule: r.Rule, Matched: r.matched, Acted: r.acted, Held: len(r.held)}
	}
	return list
}

// Cuts lists the links that are cut, in order.
func (w *World) Cuts() []fault.Link { return w.net.links() }
