package history

import "rrmq.example/emulator/emulator/sim/machine"

// The operations of the message queue, by their names in its table. This package checks
// answers against its own model of the queue.
const (
	putTopic   = "put_topic"
	getTopics  = "get_topics"
	putMessage = "put_message"
	popMessage = "get_message"
)

// An OpName is the name of an operation.
type OpName string

// Enum lists the operations that histories have.
func (OpName) Enum() []string { return []string{putTopic, getTopics, putMessage, popMessage} }

// noCommand stands for a request without a valid command: it changes nothing.
var noCommand = &machine.Operation{Name: getTopics, Access: machine.Reads, Gives: machine.List, Key: "topics"}

// kindOf returns the effect of a request that was carried out.
func kindOf(c *machine.Command, ok bool) kind {
	switch {
	case c.Is(putTopic) && ok:
		return create
	case c.Is(putTopic):
		return createExists
	case c.Is(putMessage) && ok:
		return put
	case c.Is(putMessage):
		return putNowhere
	case ok:
		return pop
	}
	return popEmpty
}

// maybeKindOf returns the possible effect of a request without an answer.
func maybeKindOf(c *machine.Command) kind {
	switch {
	case c.Is(putTopic):
		return create
	case c.Is(putMessage):
		return putMaybe
	}
	return vanish
}
