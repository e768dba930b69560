package world

import (
	"cmp"
	"slices"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// A NodeView is a copy of a node's visible state.
type NodeView struct {
	ID          raft.NodeID
	Up, Paused  bool
	Role        raft.Role
	Leader      raft.NodeID // the leader of Term that the node knows, or raft.None
	Term        raft.Term
	VotedFor    raft.NodeID
	Log         []raft.Entry // commands are *machine.Command; not to be changed
	FirstIndex  raft.Index   // the index of Log[0]
	CommitIndex raft.Index
	LastApplied raft.Index
	// NextIndex and MatchIndex are by node id; nil unless the node leads.
	NextIndex, MatchIndex []raft.Index
	// VotesGranted has the nodes that voted for a candidate; nil unless the node is one.
	VotesGranted []raft.NodeID
	// TimerAt is the world's time at which Timer runs out; 0 when no timer is set.
	Timer   raft.Timer
	TimerAt time.Duration
	Skew    float64
	// Bug is the name of the planted bug, or "".
	Bug string
	// PartitionedFrom lists the nodes that get no messages from this one.
	PartitionedFrom []raft.NodeID
	Machine         machine.View
}

// View copies the visible state of a node, with at most maxLog of the last entries of its
// log.
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

// Nodes returns the number of nodes.
func (w *World) Nodes() int { return len(w.nodes) }

// State is the cheap part of View: a node's state in the trace, and whether it is up and
// paused.
func (w *World) State(id raft.NodeID) (s raft.State, up, paused bool) {
	n := &w.nodes[id]
	return n.core.State(), n.up, n.paused
}

// Queue copies a node's state machine.
func (w *World) Queue(id raft.NodeID) machine.View {
	n := &w.nodes[id]
	return n.machine.View(n.core.State().LastApplied)
}

// Leader returns the leader among the nodes that are up, the one of the highest term if
// there are several, or raft.None.
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

// An InFlight is a message on its way between two nodes.
type InFlight struct {
	ID      uint64 // the record of its sending
	Message raft.Message
	Rule    string // the name of the rule that holds it, or ""
}

// Messages lists the messages on their way, by their IDs: with those that wait for a write of
// their sender, and without the answers to messages from outside.
func (w *World) Messages() []InFlight {
	var list []InFlight
	holds := make([]string, len(w.mail.items)) // by place
	for _, r := range w.net.rules {
		for _, h := range r.held {
			holds[h.ref] = r.Name
		}
	}
	for ref := range w.mail.items {
		if l := &w.mail.items[ref]; l.cause != 0 {
			list = append(list, InFlight{l.cause, l.message, holds[ref]})
		}
	}
	for i := range w.nodes {
		for k := range w.nodes[i].writes {
			for _, l := range w.nodes[i].writes[k].messages {
				if l.rpc == nil {
					list = append(list, InFlight{ID: l.cause, Message: l.message})
				}
			}
		}
	}
	slices.SortStableFunc(list, func(a, b InFlight) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// Rules lists the rules in force, in order.
func (w *World) Rules() []fault.RuleStatus {
	list := make([]fault.RuleStatus, len(w.net.rules))
	for i, r := range w.net.rules {
		list[i] = fault.RuleStatus{Rule: r.Rule, Matched: r.matched, Acted: r.acted, Held: len(r.held)}
	}
	return list
}

// Cuts lists the cut links in order.
func (w *World) Cuts() []fault.Link { return w.net.links() }
