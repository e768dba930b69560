package fault

import (
	"fmt"
	"slices"

	"rrmq.example/emulator/raft"
)

// A Link is one direction between two nodes.
type Link struct {
	From, To raft.NodeID
}

// Bounds of the factor on the length of a node's timers.
const (
	MinSkew = 0.001
	MaxSkew = 1000
)

// A Kind says what a change does.
type Kind uint8

// The kinds of changes. They can be repeated: what is already so stays so, and is not
// recorded again. But each Timeout is a timeout, and each SetRule starts
// its rule anew, with its counters at 0.
const (
	Crash      Kind = iota // Node, Wipe: volatile state and unfinished writes are lost
	Restart                // Node: up again from stable storage
	Pause                  // Node: it stands still, and what comes to it waits
	Resume                 // Node: it goes on with what has waited, in order
	Timeout                // Node: its election timer runs out now
	Partition              // Links: these links are cut, all others whole
	Isolate                // Node: all its links are cut
	HealNode               // Node: up, running and connected, its timers straight
	Heal                   // all nodes healed, all rules gone
	SetRule                // Rule, in force from now on
	DeleteRule             // Name: what it holds goes on
	Skew                   // Node, Skew: factor on the length of its timers
	Plant                  // Node, Bug: its program has this bug from now on, "" for none
	NumKinds
)

var kindNames = [NumKinds]string{
	"crash", "restart", "pause", "resume", "timeout", "partition", "isolate",
	"heal_node", "heal", "set_fault", "delete_fault", "skew", "plant",
}

// String gives the kind's name as a trace writes it.
func (op Kind) String() string {
	if op < NumKinds {
		return kindNames[op]
	}
	return "invalid kind"
}

// A Change is one thing that a nemesis does to the world.
type Change struct {
	Kind  Kind
	Node  raft.NodeID
	Wipe  bool    // Crash: stable storage is lost too
	Links []Link  // Partition
	Rule  *Rule   // SetRule
	Name  string  // DeleteRule
	Skew  float64 // Skew: from MinSkew to MaxSkew
	Bug   string  // Plant
}

// ParseKind finds the kind of this name.
func ParseKind(name string) (Kind, error) {
	k := slices.Index(kindNames[:], name)
	if k < 0 {
		return 0, fmt.Errorf("unknown op %q", name)
	}
	return Kind(k), nil
}
