package queue

import (
	"fmt"
	"strconv"
	"strings"
)

// An Op is what a Command does to the queue.
type Op uint8

// The four operations of the API. PopMessage takes a message away and so goes
// through the log like a write; GetTopics does too, which makes it linearizable.
const (
	PutTopic Op = iota
	GetTopics
	PutMessage
	PopMessage
	NumOps
)

var opNames = [NumOps]string{"put_topic", "get_topics", "put_message", "get_message"}

// String gives the operation's name as fixtures and traces write it.
func (op Op) String() string {
	if op < NumOps {
		return opNames[op]
	}
	return fmt.Sprintf("invalid op %d", uint8(op))
}

// ParseOp is the reverse of Op.String.
func ParseOp(s string) (Op, error) {
	for i, name := range opNames {
		if s == name {
			return Op(i), nil
		}
	}
	return 0, fmt.Errorf("unknown op %q, want one of put_topic, get_topics, put_message, get_message", s)
}

// A Command is one operation on the replicated queue: the value of a log
// entry. A log holds *Command, shared by all nodes and never changed.
type Command struct {
	Op      Op
	Topic   string // PutTopic, PutMessage, PopMessage
	Message string // PutMessage
}

// String writes the command as people read it, for example
// `put_message dog "I love dogs!"`. A topic that is not one plain word is quoted.
func (c *Command) String() string {
	switch {
	case c == nil:
		return "no command"
	case c.Op == GetTopics || c.Op >= NumOps:
		return c.Op.String()
	case c.Op == PutMessage:
		return c.Op.String() + " " + word(c.Topic) + " " + strconv.Quote(c.Message)
	}
	return c.Op.String() + " " + word(c.Topic)
}

// word quotes s unless it can be told from the text around it without.
func word(s string) string {
	if quoted := strconv.Quote(s); s == "" || len(quoted) != len(s)+2 || strings.Contains(s, " ") {
		return quoted
	}
	return s
}

// A Result is what applying a Command gave.
type Result struct {
	// OK is false when the topic existed already (PutTopic), when there is no
	// such topic (PutMessage), or when there was nothing to pop (PopMessage).
	OK      bool
	Message string   // PopMessage
	Topics  []string // GetTopics, in order of creation; not to be changed
}
