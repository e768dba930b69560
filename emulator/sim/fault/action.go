package fault

import "rrmq.example/emulator/raft"

// A Link is one direction between two nodes.
type Link struct {
	From, To raft.NodeID
}

// Bounds of the factor on the length of a node's timers.
const (
	MinSkew = 0.001
	MaxSkew = 1000
)

// An Op is what a nemesis does.
type Op uint8

// The ops. They can be repeated: what is already so stays so, and is not
// recorded again. But each OpTimeout is a timeout, and each OpSetRule starts
// its rule anew, with its counters at 0.
const (
	OpCrash      Op = iota // Node, Wipe: volatile state and unfinished writes are lost
	OpRestart              // Node: up again from stable storage
	OpPause                // Node: it stands still, and what comes to it waits
	OpResume               // Node: it goes on with what has waited, in order
	OpTimeout              // Node: its election timer runs out now
	OpPartition            // Links: these links are cut, all others whole
	OpIsolate              // Node: all its links are cut
	OpHealNode             // Node: up, running and connected, its timers straight
	OpHeal                 // all nodes healed, all rules gone
	OpSetRule              // Rule, in force from now on
	OpDeleteRule           // Name: what it holds goes on
	OpSkew                 // Node, Skew: factor on the length of its timers
	OpPlant                // Node, Bug: its program has this bug from now on, "" for none
	NumOps
)

var OpNames = [NumOps]string{
	"crash", "restart", "pause", "resume", "timeout", "partition", "isolate",
	"heal_node", "heal", "set_fault", "delete_fault", "skew", "plant",
}

// String gives the op's name as a trace writes it.
func (op Op) String() string {
	if op < NumOps {
		return OpNames[op]
	}
	return "invalid op"
}

// A Change is one thing that a nemesis does to the world.
type Change struct {
	Op    Op
	Node  raft.NodeID
	Wipe  bool    // OpCrash: stable storage is lost too
	Links []Link  // OpPartition
	Rule  *Rule   // OpSetRule
	Name  string  // OpDeleteRule
	Skew  float64 // OpSkew: from MinSkew to MaxSkew
	Bug   string  // OpPlant
}
