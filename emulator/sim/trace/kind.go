package trace

import (
	"rrmq.example/emulator/raft"
)

// A Kind says what a Record is about. The first ones are the actions of
// raft.tla that the core takes, with the values that they have there.
type Kind uint8

// The kinds of records beyond the core's actions.
const (
	// Init is a node's state when the world begins. Detail: *Start.
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
	// Request: a client's request reached the node. Detail: *Call, as
	// for the core's ClientRequest.
	Request
	// Response: the client was answered. Index is its entry's. Detail: *Call.
	Response
	// RPC: a message from outside reached the node. Detail: nil.
	RPC
	// Nemesis: somebody changed the world. Detail: *Change.
	Nemesis
	// RuleEnded: a rule ran out. Detail: *Rule.
	RuleEnded
	// NumKinds is the number of kinds: each is less than it.
	NumKinds
)

var kindNames = [NumKinds - Init]string{
	"Init", "Reply", "DuplicateMessage", "DropMessage", "HoldMessage",
	"ReleaseMessage", "ResumeMessage", "Persist", "Apply", "Request", "Response", "RPC", "Nemesis", "RuleEnded",
}

// String gives the kind as a trace writes it; for the core's actions that is
// their name in raft.tla.
func (k Kind) String() string {
	if k < Init {
		return raft.ActionKind(k).String()
	}
	if k < NumKinds {
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
