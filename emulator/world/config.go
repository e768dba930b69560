package world

import (
	"time"

	"rrmq.example/emulator/raft"
)

// Defaults of a Config, and so of a fixture.
const (
	DefaultElectionMin = 150 * time.Millisecond // §5.6 and §9.3 of the paper
	DefaultElectionMax = 300 * time.Millisecond
	DefaultHeartbeat   = 50 * time.Millisecond
	// MaxNodes bounds a cluster.
	MaxNodes = 2000
)

// A Config is all that a World depends on, apart from the inputs that come
// later. Whoever makes one has checked it (package fixture does): New panics
// when it is not sound.
type Config struct {
	// Seed feeds every random draw of the world.
	Seed uint64
	// ElectionMin and ElectionMax bound the election timeouts: drawn evenly
	// from [ElectionMin, ElectionMax) each time the timer is set (§5.2).
	ElectionMin, ElectionMax time.Duration
	// Heartbeat is the time between two heartbeats of a leader.
	Heartbeat time.Duration
	// StorageDelay is how long a write to stable storage takes; what waits for
	// it is lost when the node crashes meanwhile.
	StorageDelay time.Duration
	// Nodes, in order of their ids.
	Nodes []NodeConfig
	// Faults in force from the start, in order.
	Faults []Rule
	// Cuts are the links cut from the start.
	Cuts []Link
	// TraceSize is the number of records that the trace keeps in memory;
	// 0 means DefaultTraceSize.
	TraceSize int
}

// A NodeConfig is the state in which a node starts. Its zero value is that of
// a new node, but for VotedFor, which must be raft.None where there is no vote.
type NodeConfig struct {
	Role     raft.Role
	Term     raft.Term
	VotedFor raft.NodeID
	Log      []raft.Entry // commands are *mqapi.Command
	// CommitIndex and what is applied at the start: everything up to it.
	CommitIndex raft.Index
	// NextIndex and MatchIndex are a leader's, by node id, or nil for those of
	// a leader that has just been elected (Figure 2): the last index + 1, and 0.
	NextIndex  []raft.Index
	MatchIndex []raft.Index
	// Down and Paused nodes start crashed or paused.
	Down, Paused bool
	// Skew multiplies the length of the node's timers, from MinSkew to MaxSkew;
	// 0 means 1.
	Skew float64
}

// A Link is one direction between two nodes.
type Link struct {
	From, To raft.NodeID
}
