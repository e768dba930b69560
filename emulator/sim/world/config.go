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

// A Config has everything on which a World depends, apart from later inputs. Its maker must
// have checked it, as package fixture does: New panics when it is not sound. The world keeps
// it and shares its logs, which must never change.
type Config struct {
	// Seed feeds every random draw of the world.
	Seed uint64
	// ElectionMin and ElectionMax bound the election timeout, which is drawn evenly from
	// [ElectionMin, ElectionMax) each time the timer is set (§5.2).
	ElectionMin, ElectionMax time.Duration
	// Heartbeat is the time between two heartbeats of a leader.
	Heartbeat time.Duration
	// StorageDelay is the duration of a write to stable storage. A crash during a write
	// loses the write and everything that waits for it.
	StorageDelay time.Duration
	// Machine is the type of the replicated state machine.
	Machine *machine.Type
	// Nodes has the nodes in the order of their ids.
	Nodes []NodeConfig
	// Faults has the rules in force from the start, in order.
	Faults []fault.Rule
	// Cuts are the links cut from the start.
	Cuts []fault.Link
	// Messages has the messages sent before the start. Their order is that of messages that
	// arrive at the same time, and of those that one rule holds or one write delays.
	Messages []SentMessage
	// Streams are the places of the random streams; nil means their beginnings.
	Streams *Streams
	// Order is the order of events that are due at the same time. Events that are not in it
	// come after those that are, in the order of DueKind, then by Index and Write.
	Order []Due
	// TraceSize is the number of records that the trace keeps in memory; 0 means
	// DefaultSize.
	TraceSize int
	// TraceFormat is the format of the records; 0 means trace.Format. A repetition of an
	// older trace needs it, because older formats have fewer records.
	TraceFormat int
}

// A NodeConfig is the state in which a node starts. Its zero value describes a new node,
// except that VotedFor must be raft.None without a vote.
type NodeConfig struct {
	Role     raft.Role
	Term     raft.Term
	VotedFor raft.NodeID
	Log      []raft.Entry // commands are *machine.Command
	// CommitIndex is also the last index that is applied at the start.
	CommitIndex raft.Index
	// NextIndex and MatchIndex are a leader's, by node id. They are nil for those of a
	// newly elected leader (Figure 2): the last index + 1, and 0.
	NextIndex  []raft.Index
	MatchIndex []raft.Index
	// Bug is the name of the node's planted bug, or "".
	Bug string
	// Down and Paused nodes start crashed or paused.
	Down, Paused bool
	// Skew multiplies the length of the node's timers, from MinSkew to MaxSkew; 0 means 1.
	Skew float64
	// Resume is the rest of the core's state; nil means that of a new core. A leader's
	// Stored is ignored, because it follows from the log and Writes.
	Resume *raft.Resume
	// Running says that the node has taken its first step. It goes on when its timer runs
	// out, after TimerLeft, or when an event reaches it. A node that is not running takes
	// its first step at the start: it sets its timer, and a leader or candidate sends its
	// messages.
	Running   bool
	TimerLeft time.Duration
	// Writes are the unfinished writes to stable storage, in order. If there are any,
	// Stored is the content of stable storage, and the log there is the one before the
	// first write.
	Writes []Write
	Stored raft.HardState
}
