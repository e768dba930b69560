package systematic

import (
	"fmt"

	"rrmq.example/emulator/raft"
)

// A command is the value of an entry. One that a client asks for while a schedule
// goes on is known by where it begins; that of an entry of the fixture by its text.
type command struct {
	Leader raft.NodeID
	Term   raft.Term
	Index  raft.Index
	Given  string
}

// String writes the command as a story does.
func (c command) String() string {
	if c.Leader == raft.None {
		return c.Given
	}
	return fmt.Sprintf("request to node %d in term %d", c.Leader, c.Term)
}

// commandOf is the command of an entry, which is one of ours.
func commandOf(e raft.Entry) command { return e.Command.(command) }
