package trace

import (
	"time"

	"rrmq.example/emulator/raft"
)

// A Record is one event of the trace.
type Record struct {
	// Seq numbers the records from 1 on.
	Seq uint64
	// Time is the world's time, since it began.
	Time time.Duration
	// Step is the number of events that the world had taken before. With it an
	// input finds its place when a run is repeated.
	Step uint64
	// Cause is the Seq of the record that led to this one; 0 when it came from
	// outside, or from the beginning.
	Cause uint64
	Kind  Kind
	// Node is where it happened: for what happens to a message in the network
	// its receiver. raft.None when it concerns them all.
	Node raft.NodeID
	// Index is a log index, for ClientRequest, Apply and Response.
	Index raft.Index
	// Message is the one received or sent; it means something only where
	// Kind.HasMessage.
	Message raft.Message
	// State is the node's after the event.
	State raft.State
	// Detail is what Kind says.
	Detail any
}

// MessageID is the sequence number of the record of the message's sending,
// which all records about one message share; 0 when the record has no message.
// What comes from outside is sent by its RPC record.
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
