package raft

// NodeID names a node. The ids of a cluster of n nodes are 0 to n-1, so that
// sets of nodes are slices and every loop over them has one order.
type NodeID int32

// None is the NodeID of nobody: no vote given, no leader known.
const None NodeID = -1

// A Term numbers an election and what follows from it (§5.1). The first term
// is 0, in which nobody leads.
type Term uint64

// An Index is a place in the log. The first entry has index 1; index 0 stands
// for the place before it.
type Index uint64

// A Role is what raft.tla calls a server's state (§5.1).
type Role uint8

// The three roles. A node starts, and restarts, as a Follower.
const (
	Follower Role = iota
	Candidate
	Leader
)

// String gives the role's name as the paper and the nodes' API write it.
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

// An Entry is one place in the log: a command for the state machine and the
// term in which a leader received it (§5.3). The core never looks into the
// command.
type Entry struct {
	Term    Term
	Command any
}

// A MessageType tells the four messages of the paper's Figure 2 apart. The
// names are those of raft.tla.
type MessageType uint8

// The types of messages.
const (
	RequestVoteRequest MessageType = iota
	RequestVoteResponse
	AppendEntriesRequest
	AppendEntriesResponse
)

// String gives the name that raft.tla has for the type.
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

// IsResponse tells whether the type is that of an answer.
func (t MessageType) IsResponse() bool {
	return t == RequestVoteResponse || t == AppendEntriesResponse
}

// A Message is one of Figure 2's requests or responses. Type says which, and
// so which of the fields mean something; the others are zero.
//
// Entries is shared between the sender's log, the message and its copies.
// Nobody may write to it: a Log never overwrites an entry in place either.
type Message struct {
	Type MessageType
	// VoteGranted answers a RequestVoteRequest (§5.2).
	VoteGranted bool
	// Success answers an AppendEntriesRequest: the log matched at PrevLogIndex (§5.3).
	Success bool

	From, To NodeID
	Term     Term

	// LastLogIndex and LastLogTerm say how up to date a candidate's log is (§5.4.1).
	LastLogIndex Index
	LastLogTerm  Term

	// PrevLogIndex and PrevLogTerm name the entry before Entries (§5.3). A
	// response repeats the request's PrevLogIndex, by which a leader knows a
	// late rejection from a new one.
	PrevLogIndex Index
	PrevLogTerm  Term
	Entries      []Entry
	LeaderCommit Index

	// Round numbers the AppendEntries requests of a leader in its term. A
	// response repeats it, as the answer of a call is known by its call: so a
	// leader knows what a follower said after it agreed. It is 0 in what did not
	// come from a leader's core.
	Round uint64

	// MatchIndex is the last index known to agree, in a response with Success.
	MatchIndex Index

	// ConflictIndex and ConflictTerm come with a rejection: the follower's last
	// entry that could agree with the leader's log, and its term (end of §5.3).
	ConflictIndex Index
	ConflictTerm  Term
}

// An InputKind says what happened to a node.
type InputKind uint8

// The kinds of input.
const (
	// Start is the first input of every life of a node.
	Start InputKind = iota
	// ElectionTimeout: the election timer ran out.
	ElectionTimeout
	// HeartbeatTimeout: the leader's heartbeat timer ran out.
	HeartbeatTimeout
	// Receive: Input.Message has arrived.
	Receive
	// Propose: clients ask for Input.Commands to be appended, in this order.
	Propose
	// Stored: a write that Effects.Persist asked for is done. Writes are done in
	// the order in which they were asked for.
	Stored
)

// An Input is the one way into a Node. It is never changed by it.
type Input struct {
	Kind     InputKind
	Message  *Message // Receive
	Commands []any    // Propose
	// StoredTerm and StoredIndex are HardState.Term and the log's last index as
	// they were when the write was asked for (Stored).
	StoredTerm  Term
	StoredIndex Index
}

// A Timer is what the host shall do with the node's one timer. A follower or
// candidate has an election timer, a leader a heartbeat timer.
type Timer uint8

// What to do with the timer. Setting one replaces the other.
const (
	KeepTimer      Timer = iota
	ElectionTimer        // run out after a new random election timeout (§5.2)
	HeartbeatTimer       // run out after one heartbeat interval
)

// An ActionKind is the name of an action of raft.tla.
type ActionKind uint8

// The actions that the core takes. DuplicateMessage and DropMessage are the
// network's.
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

// String gives the name that raft.tla has for the action.
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
	Leader      NodeID // the leader of Term that the node knows of, or None
	Term        Term
	CommitIndex Index
	LastApplied Index
	LastIndex   Index
	LastTerm    Term
}

// An Action is the record of one action of raft.tla.
type Action struct {
	Kind ActionKind
	// Index is the new entry's of a ClientRequest, else 0.
	Index Index
	// Sends is the place in Effects.Messages of the message that the action
	// sent, or -1.
	Sends int32
	// State is the node's after the action.
	State State
}

// HardState is what a node must find again after a crash, apart from its log
// (Figure 2, persistent state).
type HardState struct {
	Term     Term
	VotedFor NodeID
}

// Effects is the one way out of a Node: what the host must do after a Step,
// in the order of the fields. A caller hands in the same Effects again and
// again, so that a step allocates nothing; Step resets it.
type Effects struct {
	// Actions are the actions taken, in order, for the trace.
	Actions []Action

	// Persist says that HardState or the log changed: HardState and the log
	// from TruncatedTo+1 to the node's last index must be on stable storage
	// before any of Messages is sent and before Stored is reported.
	Persist   bool
	HardState HardState
	// TruncatedTo is the last index that the log kept of what it held before
	// the step. When it is lower than the last index was, Removed holds what
	// was cut off behind it.
	TruncatedTo Index
	Removed     []Entry

	// Messages are to be sent in this order.
	Messages []Message

	// Timer says what to do with the node's timer.
	Timer Timer

	// ApplyFrom and ApplyTo: the entries ApplyFrom to ApplyTo, both included,
	// are to be applied to the state machine, in order. There are none when
	// ApplyTo is less than ApplyFrom.
	ApplyFrom, ApplyTo Index
}
