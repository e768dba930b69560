package trace

import (
	"errors"
	"fmt"

	"github.com/google/uuid"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// A Call is a client's request to a node, with its answer once it has one.
type Call struct {
	ID      uuid.UUID
	Seq     uint64 // of its Request record
	Node    raft.NodeID
	Command *machine.Command
	// Reply is the answer, once there is a Response record.
	Reply machine.Reply
}

// errorNames are the short names of the errors with which a node answers a request.
var errorNames = []struct {
	err  error
	name string
}{
	{machine.ErrNotLeader, "not_leader"},
	{machine.ErrLeadershipLost, "leadership_lost"},
	{machine.ErrBusy, "busy"},
	{machine.ErrNodeDown, "node_down"},
}

// ErrorName returns the short name of the error in the answer: not_leader, leadership_lost,
// busy or node_down; "" without an error. An unknown error is its own name.
func (c *Call) ErrorName() string {
	if c.Reply.Err == nil {
		return ""
	}
	for _, e := range errorNames {
		if errors.Is(c.Reply.Err, e.err) {
			return e.name
		}
	}
	return c.Reply.Err.Error()
}

// errorOf returns the error with a short name.
func errorOf(name string) error {
	for _, e := range errorNames {
		if e.name == name {
			return e.err
		}
	}
	return errors.New(name)
}

// A Start is the start of a node, beside its State.
type Start struct {
	Up  bool
	Log []raft.Entry // from index 1 on
	// NextIndex and MatchIndex are a leader's, by node; nil for those of a newly elected
	// leader.
	NextIndex, MatchIndex []raft.Index
	// Votes are a candidate's votes if Counted; otherwise it has only its own.
	Votes   []raft.NodeID
	Counted bool
	// Bug is the name of the node's planted bug, or "".
	Bug string
	// Stored is the content of stable storage while there are Writes, the oldest first.
	// Without Writes everything is stored.
	Stored raft.HardState
	Writes []Write
	// Paused and Skew are the node's; a Skew of 0 stands for 1.
	Paused bool
	Skew   float64
	// Cut lists the nodes that get no messages from this one.
	Cut []raft.NodeID
	// Faults are the rules in force from the start, in order. Only the Start of node 0
	// has them.
	Faults []fault.Rule
}

// A Write is an unfinished write to stable storage.
type Write struct {
	Hard raft.HardState // that it stores
	// Kept is the last index of the old log that stayed, and Removed has the old entries
	// behind it.
	Kept    raft.Index
	Removed []raft.Entry
}

// A Reason says why the network dropped a message without a rule.
type Reason uint8

// Why messages are dropped.
const (
	Partitioned Reason = iota // the link is cut
	Crashed                   // the receiver is down, or the sender crashed before it could send
	Overflow                  // too many messages wait at a paused receiver, or are in flight
)

var reasonNames = [...]string{"partition", "crash", "overflow"}

// String returns the reason as a trace writes it.
func (r Reason) String() string {
	if int(r) < len(reasonNames) {
		return reasonNames[r]
	}
	return "invalid reason"
}

func parseReason(name string) (Reason, error) {
	for r, known := range reasonNames {
		if name == known {
			return Reason(r), nil
		}
	}
	return 0, fmt.Errorf("reason: unknown reason %q", name)
}
