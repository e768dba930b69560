package world

import (
	"time"

	"rrmq.example/emulator/raft"
)

// A Kind says what a Record is about. The first ones are the actions of
// raft.tla that the core takes, with the values that they have there.
type Kind uint8

// The kinds of records beyond the core's actions.
const (
	// Init is a node's state when the world begins. Detail: *NodeConfig.
	Init Kind = Kind(raft.HandleAppendEntriesResponse) + 1 + iota
	// Reply is the sending of a response. Requests are sent by RequestVote and
	// AppendEntries, so each message has one record of its sending, and the
	// sequence number of that record is the message's id.
	Reply
	// DuplicateMessage: the network made one more copy (raft.tla). Detail: *Rule.
	DuplicateMessage
	// DropMessage: the network lost it (raft.tla). Detail: *Rule or Reason.
	DropMessage
	// HoldMessage: a rule holds it. ReleaseMessage: it goes on. Detail: *Rule.
	HoldMessage
	ReleaseMessage
	// ResumeMessage: it was on its way already when the world began, and this
	// record counts as that of its sending.
	ResumeMessage
	// Persist: a write to stable storage is done, where writes take time: what was
	// the log up to Index, and the Detail: raft.HardState.
	Persist
	// Apply: entries up to Index were applied to the node's queue.
	Apply
	// Request: a client's request reached the node. Detail: *ClientRequest, as
	// for the core's ClientRequest.
	Request
	// Response: the client was answered. Index is its entry's. Detail: *ClientRequest.
	Response
	// RPC: a message from outside reached the node. Detail: nil.
	RPC
	// Nemesis: somebody changed the world. Detail: *Change.
	Nemesis
	// RuleEnded: a rule ran out. Detail: *Rule.
	RuleEnded
	numKinds
)

var kindNames = [numKinds - Init]string{
	"Init", "Reply", "DuplicateMessage", "DropMessage", "HoldMessage",
	"ReleaseMessage", "ResumeMessage", "Persist", "Apply", "Request", "Response", "RPC", "Nemesis", "RuleEnded",
}

// String gives the kind as a trace writes it; for the core's actions that is
// their name in raft.tla.
func (k Kind) String() string {
	if k < Init {
		return raft.ActionKind(k).String()
	}
	if k < numKinds {
		return kindNames[k-Init]
	}
	return "invalid kind"
}

// IsInput tells whether records of the kind stand for something that came from
// outside: those must be given again to repeat a run.
func (k Kind) IsInput() bool { return k == Request || k == RPC || k == Nemesis }

// HasMessage tells whether records of the kind show a message.
func (k Kind) HasMessage() bool {
	switch raft.ActionKind(k) {
	case raft.RequestVote, raft.AppendEntries, raft.UpdateTerm, raft.DropStaleResponse,
		raft.HandleRequestVoteRequest, raft.HandleRequestVoteResponse,
		raft.HandleAppendEntriesRequest, raft.HandleAppendEntriesResponse:
		return true
	}
	switch k {
	case Reply, DuplicateMessage, DropMessage, HoldMessage, ReleaseMessage, ResumeMessage, RPC:
		return true
	}
	return false
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

// DefaultTraceSize is the number of records that a trace keeps.
const DefaultTraceSize = 1 << 16

// A Trace holds the last records of a world: all of them at first, then a
// bounded number of the newest.
type Trace struct {
	ring   []Record
	size   int
	last   uint64
	place  int // of the record to come, once the ring is full
	counts [numKinds]uint64
}

func newTrace(size int) *Trace {
	if size <= 0 {
		size = DefaultTraceSize
	}
	return &Trace{size: size}
}

// next gives the place of the next record, with whatever it held before.
func (t *Trace) next() *Record {
	t.last++
	if len(t.ring) < t.size {
		t.ring = append(t.ring, Record{})
		return &t.ring[len(t.ring)-1]
	}
	r := &t.ring[t.place]
	t.place++
	if t.place == t.size {
		t.place = 0
	}
	return r
}

// Last is the sequence number of the newest record, 0 when there is none.
func (t *Trace) Last() uint64 { return t.last }

// First is the sequence number of the oldest record still held, Last+1 when
// there is none.
func (t *Trace) First() uint64 { return t.last - uint64(len(t.ring)) + 1 }

// At gives the record with this sequence number, which must be one from First
// to Last. It is good until the world moves on.
func (t *Trace) At(seq uint64) *Record { return &t.ring[(seq-1)%uint64(t.size)] }

// Count is the number of records of a kind so far, those no longer held
// included.
func (t *Trace) Count(k Kind) uint64 {
	if k >= numKinds {
		return 0
	}
	return t.counts[k]
}
