package world

import (
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"

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
	// Machine is what the cluster replicates.
	Machine *machine.Type
	// Nodes, in order of their ids.
	Nodes []NodeConfig
	// Faults in force from the start, in order.
	Faults []fault.Rule
	// Cuts are the links cut from the start.
	Cuts []fault.Link
	// Messages that have been sent already, in order: of those that arrive at one
	// time, and of those that one rule holds or one write keeps back.
	Messages []SentMessage
	// Streams are where the random draws go on; nil: at the beginning.
	Streams *Streams
	// Order is that of what is due at the same time. Whatever is not in it
	// comes after what is, in the order of DueKind, then by Index and Write.
	Order []Due
	// TraceSize is the number of records that the trace keeps in memory;
	// 0 means DefaultSize.
	TraceSize int
}

// A NodeConfig is the state in which a node starts. Its zero value is that of
// a new node, but for VotedFor, which must be raft.None where there is no vote.
type NodeConfig struct {
	Role     raft.Role
	Term     raft.Term
	VotedFor raft.NodeID
	Log      []raft.Entry // commands are *machine.Command
	// CommitIndex and what is applied at the start: everything up to it.
	CommitIndex raft.Index
	// NextIndex and MatchIndex are a leader's, by node id, or nil for those of
	// a leader that has just been elected (Figure 2): the last index + 1, and 0.
	NextIndex  []raft.Index
	MatchIndex []raft.Index
	// Bug is the name of the bug that is planted in the node; "" is none.
	Bug string
	// Down and Paused nodes start crashed or paused.
	Down, Paused bool
	// Skew multiplies the length of the node's timers, from MinSkew to MaxSkew;
	// 0 means 1.
	Skew float64
	// Resume is what else the core knows; nil: what it knows when it begins. Of
	// a leader Stored is not looked at: it follows from the log and Writes.
	Resume *raft.Resume
	// Running: the node is at work already, and goes on when its timer runs out,
	// after TimerLeft, or when something comes to it. A node that is not takes
	// its first step at the start: it sets its timer, and sends what a leader or
	// candidate has to send.
	Running   bool
	TimerLeft time.Duration
	// Writes to stable storage that are not done, in order. With any, Stored is
	// what is on stable storage; the log there is that of before the first one.
	Writes []Write
	Stored raft.HardState
}
