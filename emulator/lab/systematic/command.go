package systematic

import (
	"fmt"

	"rrmq.example/emulator/raft"
)

// A command is the value of an entry. A client's command of the schedule is identified
// by where it enters the log; one of the fixture by its text.
type command struct {
	Leader raft.NodeID
	Term   raft.Term
	Index  raft.Index
	Given  string
}

// String returns the command as a schedule shows it.
func (c command) String() string {
	if c.Leader == raft.None {
		return c.Given
	}
	return fmt.Sprintf("request to node %d in term %d", c.Leader, c.Term)
}

// commandOf returns the command of an entry of this package.
func commandOf(e raft.Entry) command { return e.Command.(command) }
