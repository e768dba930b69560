package trace

import (
	"time"

	"rrmq.example/emulator/raft"
)

// A Record is one event of the trace.
type Record struct {
	// Seq numbers the records from 1 on.
	Seq uint64
	// Time is the time since the world began.
	Time time.Duration
	// Step is the number of events that the world had taken before. It gives an input its
	// place in a repetition.
	Step uint64
	// Cause is the Seq of the record that led to this one; 0 for an input or the start.
	Cause uint64
	Kind  Kind
	// Node is the node of the event: the receiver, for events of a message in the network.
	// It is raft.None for an event of the whole cluster.
	Node raft.NodeID
	// Index is a log index, for ClientRequest, Apply and Response.
	Index raft.Index
	// Message is the message received or sent; it is meaningful only if Kind.HasMessage.
	Message raft.Message
	// State is the node's state after the event.
	State raft.State
	// Extra is what the event did to the node beside State.
	Extra Extra
	// Log is what a crash did to the node's log; nil when the log stayed.
	Log *LogChange
	// Detail has the type that Kind says.
	Detail any
}

// MessageID returns the sequence number of the record of the message's sending, which all
// records about one message share; 0 when the record has no message. The sending of a
// message from outside is its RPC record.
func (r *Record) MessageID() uint64 {
	if !r.Kind.HasMessage() {
		return 0
	}
	switch r.Kind {
	case Kind(raft.RequestVote), Kind(raft.AppendEntries), Reply, ResumeMessage, RPC:
		return r.Seq
	}
	return r.Cause
}
