package raft

// NodeID identifies a node. A cluster of n nodes has the ids 0 to n-1, so that a
// set of nodes is a slice and every loop over it has the same order.
type NodeID int32

// None is no node: no vote given, no leader known.
const None NodeID = -1

// A Term is the number of an election and of the time up to the next one (§5.1).
// The first term is 0 and has no leader.
type Term uint64

// An Index is a place in the log. The first entry has index 1; index 0 is the
// place before it.
type Index uint64

// A Role is the state of a server in raft.tla (§5.1).
type Role uint8

// The three roles. A node starts and restarts as a Follower.
const (
	Follower Role = iota
	Candidate
	Leader
)

// String returns the role's name as the paper and the nodes' API write it.
func (r Role) String() string {
	switch r {
	case Follower:
		return "Follower"
	case Candidate:
		return "Candidate"
	case Leader:
		return "Leader"
	}
	return "invalid role"
}

// An Entry is one entry of the log: a command for the state machine and the term
// in which a leader received it (§5.3). The core never reads the command.
type Entry struct {
	Term    Term
	Command any
}

// A MessageType is one of the four messages of Figure 2, with its name in raft.tla.
type MessageType uint8

// The types of messages.
const (
	RequestVoteRequest MessageType = iota
	RequestVoteResponse
	AppendEntriesRequest
	AppendEntriesResponse
)

// String returns the type's name in raft.tla.
func (t MessageType) String() string {
	switch t {
	case RequestVoteRequest:
		return "RequestVoteRequest"
	case RequestVoteResponse:
		return "RequestVoteResponse"
	case AppendEntriesRequest:
		return "AppendEntriesRequest"
	case AppendEntriesResponse:
		return "AppendEntriesResponse"
	}
	return "invalid message type"
}

// IsResponse reports whether a message of the type answers a request.
func (t MessageType) IsResponse() bool {
	return t == RequestVoteResponse || t == AppendEntriesResponse
}

// A Message is a request or response of Figure 2. Type says which of the fields
// are used; the others are zero.
//
// The sender's log, the message and its copies share Entries. Never write to it; a
// Log does not overwrite an entry in place either.
type Message struct {
	Type MessageType
	// VoteGranted is the answer to a RequestVoteRequest (§5.2).
	VoteGranted bool
	// Success is the answer to an AppendEntriesRequest: the log matched at
	// PrevLogIndex (§5.3).
	Success bool

	From, To NodeID
	Term     Term

	// LastLogIndex and LastLogTerm say how up to date a candidate's log is (§5.4.1).
	LastLogIndex Index
	LastLogTerm  Term

	// PrevLogIndex and PrevLogTerm are those of the entry before Entries (§5.3).
	// A response repeats PrevLogIndex, so that a leader recognizes a late rejection.
	PrevLogIndex Index
	PrevLogTerm  Term
	Entries      []Entry
	LeaderCommit Index

	// Round is the number of an AppendEntries request in its leader's term. A
	// response repeats it, so that a leader recognizes a rejection that answers a
	// request from before the follower agreed. It is 0 in a message from outside.
	Round uint64

	// MatchIndex is the last index at which the logs agree, in a response with
	// Success.
	MatchIndex Index

	// ConflictIndex and ConflictTerm are in a rejection: the index and term of the
	// follower's last entry that may agree with the leader's log (end of §5.3).
	ConflictIndex Index
	ConflictTerm  Term
}

// An InputKind says what happened to a node.
type InputKind uint8

// The kinds of input.
const (
	// Start is the first input of a node, and the first after a restart.
	Start InputKind = iota
	// ElectionTimeout: the election timer ran out.
	ElectionTimeout
	// HeartbeatTimeout: the leader's heartbeat timer ran out.
	HeartbeatTimeout
	// Receive: Input.Message has arrived.
	Receive
	// Propose: clients ask the node to append Input.Commands, in this order.
	Propose
	// Stored: a write that Effects.Persist asked for is done. Writes finish in the
	// order of the steps that asked for them.
	Stored
)

// An Input is the only way into a Node, which never changes it.
type Input struct {
	Kind     InputKind
	Message  *Message // Receive
	Commands []any    // Propose
	// StoredTerm and StoredIndex are HardState.Term and the log's last index as
	// they were when the write was asked for (Stored).
	StoredTerm  Term
	StoredIndex Index
}

// A Timer is what the host must do with the node's timer. Followers and candidates
// have an election timer, a leader has a heartbeat timer.
type Timer uint8

// Effects on the timer. Setting one replaces the other.
const (
	KeepTimer      Timer = iota
	ElectionTimer        // set it to a new random election timeout (§5.2)
	HeartbeatTimer       // set it to the heartbeat interval
)

// An ActionKind is the name of an action of raft.tla.
type ActionKind uint8

// The actions of the core. DuplicateMessage and DropMessage are actions of the
// network.
const (
	Restart ActionKind = iota
	Timeout
	RequestVote
	BecomeLeader
	ClientRequest
	AdvanceCommitIndex
	AppendEntries
	UpdateTerm
	HandleRequestVoteRequest
	HandleRequestVoteResponse
	DropStaleResponse
	HandleAppendEntriesRequest
	HandleAppendEntriesResponse
	numActions
)

var actionNames = [numActions]string{
	"Restart", "Timeout", "RequestVote", "BecomeLeader", "ClientRequest",
	"AdvanceCommitIndex", "AppendEntries", "UpdateTerm",
	"HandleRequestVoteRequest", "HandleRequestVoteResponse", "DropStaleResponse",
	"HandleAppendEntriesRequest", "HandleAppendEntriesResponse",
}

// String returns the action's name in raft.tla.
func (k ActionKind) String() string {
	if k < numActions {
		return actionNames[k]
	}
	return "invalid action"
}

// State is what a trace shows of a node after each action.
type State struct {
	Role        Role
	VotedFor    NodeID
	Leader      NodeID // of Term, None while the node does not know it
	Term        Term
	CommitIndex Index
	LastApplied Index
	LastIndex   Index
	LastTerm    Term
}

// An Action is the record of one action of raft.tla.
type Action struct {
	Kind ActionKind
	// Index is that of the new entry in a ClientRequest, otherwise 0.
	Index Index
	// Sends is the index in Effects.Messages of the message that the action sends,
	// or -1.
	Sends int32
	// State is the node's state after the action.
	State State
}

// HardState is what a node must find again after a crash, beside its log (Figure 2,
// persistent state).
type HardState struct {
	Term     Term
	VotedFor NodeID
}

// Effects is the only way out of a Node: what the host must do after a Step, in the
// order of the fields. Pass the same Effects to every Step, so that a step allocates
// nothing; Step resets it.
type Effects struct {
	// Actions are the actions taken, in order, for the trace.
	Actions []Action

	// Persist is set when HardState or the log changed. Then HardState and the log
	// from TruncatedTo+1 to the last index must be on stable storage before any of
	// Messages is sent and before the input Stored.
	Persist   bool
	HardState HardState
	// TruncatedTo is the last index that the log kept from before the step. When it
	// is lower than the last index was, Removed holds the entries that followed it.
	TruncatedTo Index
	Removed     []Entry

	// Messages must be sent in this order.
	Messages []Message

	Timer Timer

	// The entries ApplyFrom to ApplyTo, both included, must be applied to the state
	// machine in order. ApplyTo is less than ApplyFrom when there are none.
	ApplyFrom, ApplyTo Index
}
