package trace

import (
	"errors"
	"fmt"

	"github.com/google/uuid"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// A Call is a client's request to a node, with its answer once there is one.
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

// ErrorName is the short name of the error in the answer: not_leader, leadership_lost,
// busy or node_down; "" when there is none. An unknown error is its own name.
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

// errorOf gives the error of a short name.
func errorOf(name string) error {
	for _, e := range errorNames {
		if e.name == name {
			return e.err
		}
	}
	return errors.New(name)
}

// A Start is how a node begins, beside its state.
type Start struct {
	Up  bool
	Log []raft.Entry // from index 1 on
	// NextIndex and MatchIndex are a leader's, by node; nil: those of a leader that
	// has just been elected.
	NextIndex, MatchIndex []raft.Index
	// Votes are those that a candidate has, when Counted; otherwise it has its own.
	Votes   []raft.NodeID
	Counted bool
	// Bug is the name of the one that is planted in the node, or "".
	Bug string
	// Stored is on stable storage while Writes are not done, the oldest first.
	// Without any, all is.
	Stored raft.HardState
	Writes []Write
}

// A Write is a write to stable storage that is not done.
type Write struct {
	Hard raft.HardState // that it stores
	// Kept is the last index that the log kept of what it held before, and Removed
	// the entries behind it that were cut off.
	Kept    raft.Index
	Removed []raft.Entry
}

// A Reason says why the network dropped a message when no rule did.
type Reason uint8

// Why messages are dropped.
const (
	Partitioned Reason = iota // the link is cut
	Crashed                   // the receiver is down, or the sender crashed before it could send
	Overflow                  // too much waits for a paused receiver already, or is on its way
)

var reasonNames = [...]string{"partition", "crash", "overflow"}

// String gives the reason as a trace writes it.
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
