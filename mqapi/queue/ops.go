package queue

import (
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/text/bounds"
)

var (
	topic   = machine.Arg{Key: "topic", Bound: bounds.Topic}
	message = machine.Arg{Key: "message", Doc: "the message to put", Text: true, Bound: bounds.Message}
)

// The operations. PopMessage takes a message away and so goes through the log like
// a write; GetTopics does too, which makes it linearizable.
var (
	PutTopic = &machine.Operation{
		Name: "put_topic", Args: []machine.Arg{topic}, Access: machine.Writes, Creates: true,
		Doc: "creates a topic; not OK when it exists",
	}
	GetTopics = &machine.Operation{
		Name: "get_topics", Access: machine.Reads, Gives: machine.List, Key: "topics",
		Doc: "lists the topics in order of creation; always OK",
	}
	PutMessage = &machine.Operation{
		Name: "put_message", Args: []machine.Arg{topic, message}, Access: machine.Writes,
		Doc: "puts a message behind the others of a topic; not OK when there is no such topic",
	}
	PopMessage = &machine.Operation{
		Name: "get_message", Args: []machine.Arg{topic}, Access: machine.Takes, Gives: machine.Text, Key: "message",
		Doc: "takes the oldest message of a topic; not OK when there is none, or no such topic",
	}
)

// Type describes the queue.
var Type = &machine.Type{
	Name: "queue",
	Ops:  []*machine.Operation{PutTopic, GetTopics, PutMessage, PopMessage},
	New:  func() machine.Machine { return New() },
}
