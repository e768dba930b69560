package trace

import (
	"rrmq.example/emulator/raft"
)

// A Kind is the kind of a Record. The first ones are the core's actions of raft.tla, with
// the values that they have there.
type Kind uint8

// The kinds of records beyond the core's actions.
const (
	// Init: a node's state when the world begins. Detail: *Start.
	Init Kind = Kind(raft.HandleAppendEntriesResponse) + 1 + iota
	// Reply: a node sent a response. RequestVote and AppendEntries are the sending of
	// requests. So each message has one record of its sending, and the sequence number of
	// that record is the message's id.
	Reply
	// DuplicateMessage: the network made one more copy (raft.tla). Detail: *Rule.
	DuplicateMessage
	// DropMessage: the network lost a message (raft.tla). Detail: *Rule or Reason.
	DropMessage
	// HoldMessage: a rule holds a message. ReleaseMessage: the message goes on. Detail:
	// *Rule.
	HoldMessage
	ReleaseMessage
	// ResumeMessage: a message was in flight when the world began. This record counts as
	// its sending. Detail: the *Rule that holds the message, if one does.
	ResumeMessage
	// Persist: a write to stable storage has ended, if writes take time. It stored the log
	// up to Index, and the Detail: raft.HardState.
	Persist
	// Apply: the node's state machine applied the entries up to Index. Detail: Again, of a
	// node with a bug.
	Apply
	// Request: a client's request reached the node. Detail: *Call, as for the core's
	// ClientRequest.
	Request
	// Response: a client got its answer. Index is its entry's. Detail: *Call.
	Response
	// RPC: a message from outside reached the node. Detail: nil.
	RPC
	// Nemesis: somebody changed the cluster. Detail: *Change.
	Nemesis
	// RuleEnded: a rule ended by itself. Detail: *Rule.
	RuleEnded
	// SetTimer: a node's timer was set or moved; see Extra. A crash stops the timer without
	// a record.
	SetTimer
	// NumKinds is the number of kinds: each is less than it.
	NumKinds
)

var kindNames = [NumKinds - Init]string{
	"Init", "Reply", "DuplicateMessage", "DropMessage", "HoldMessage",
	"ReleaseMessage", "ResumeMessage", "Persist", "Apply", "Request", "Response", "RPC", "Nemesis", "RuleEnded", "SetTimer",
}

// String returns the kind as a trace writes it: for the core's actions the name in
// raft.tla.
func (k Kind) String() string {
	if k < Init {
		return raft.ActionKind(k).String()
	}
	if k < NumKinds {
		return kindNames[k-Init]
	}
	return "invalid kind"
}

// IsInput reports whether records of the kind are inputs from outside, which a repetition
// needs.
func (k Kind) IsInput() bool { return k == Request || k == RPC || k == Nemesis }

// HasMessage reports whether records of the kind have a message.
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
