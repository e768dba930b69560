package world

import (
	"time"

	"rrmq.example/emulator/mqapi"
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
	Log         []raft.Entry // commands are *mqapi.Command; not to be changed
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
	// PartitionedFrom lists the nodes that do not hear from this one.
	PartitionedFrom []raft.NodeID
	Queue           mqapi.View
}
