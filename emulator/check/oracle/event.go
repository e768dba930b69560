package oracle

import "time"

// Nobody stands for no server: raft.tla's Nil.
const Nobody = -1

// A Kind is the kind of a record: an action of raft.tla, or something that the network,
// the storage or a client did.
type Kind uint8

// The kinds. The first ones, up to Reply, belong to the step of a server.
const (
	Restart Kind = iota
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
	Reply
	Init
	DuplicateMessage
	DropMessage
	HoldMessage
	ReleaseMessage
	ResumeMessage
	Persist
	Apply
	Request
	Response
	RPC
	Nemesis
	RuleEnded
	SetTimer
	numKinds
)

var kindNames = [numKinds]string{
	"Restart", "Timeout", "RequestVote", "BecomeLeader", "ClientRequest",
	"AdvanceCommitIndex", "AppendEntries", "UpdateTerm", "HandleRequestVoteRequest",
	"HandleRequestVoteResponse", "DropStaleResponse", "HandleAppendEntriesRequest",
	"HandleAppendEntriesResponse", "Reply", "Init", "DuplicateMessage", "DropMessage",
	"HoldMessage", "ReleaseMessage", "ResumeMessage", "Persist", "Apply", "Request",
	"Response", "RPC", "Nemesis", "RuleEnded", "SetTimer",
}

var kindsByName = func() map[string]Kind {
	m := make(map[string]Kind, numKinds)
	for k, name := range kindNames {
		m[name] = Kind(k)
	}
	return m
}()

// KindOf finds a kind by its name in a trace.
func KindOf(name string) (Kind, bool) {
	k, ok := kindsByName[name]
	return k, ok
}

// String returns the kind as a trace writes it.
func (k Kind) String() string {
	if k < numKinds {
		return kindNames[k]
	}
	return "invalid kind"
}

// isAction reports whether the kind is an action of a server. A Reply is not: it is the
// second half of handling a request.
func (k Kind) isAction() bool { return k < Reply }

// A Role is raft.tla's state[i].
type Role uint8

// The roles.
const (
	Follower Role = iota
	Candidate
	Leader
)

var roleNames = [...]string{"Follower", "Candidate", "Leader"}

// String returns the role as a trace writes it.
func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return "invalid role"
}

// A State is the state of a server in a record.
type State struct {
	Role                 Role
	Term                 uint64
	VotedFor, Leader     int // or Nobody
	CommitIndex, Applied uint64
	LastIndex, LastTerm  uint64 // of the log
}

// A MessageType is raft.tla's mtype.
type MessageType uint8

// The types of messages.
const (
	RequestVoteRequest MessageType = iota
	RequestVoteResponse
	AppendEntriesRequest
	AppendEntriesResponse
)

var typeNames = [...]string{"RequestVoteRequest", "RequestVoteResponse", "AppendEntriesRequest", "AppendEntriesResponse"}

// String gives the type's name in raft.tla.
func (t MessageType) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return "invalid type"
}

// A Head is a message without its entries. The fields that its type does not have are 0.
type Head struct {
	ID       uint64 // the Seq of the record that sent it
	Type     MessageType
	From, To int
	Term     uint64

	LastLogIndex, LastLogTerm uint64 // RequestVoteRequest
	VoteGranted               bool   // RequestVoteResponse

	PrevLogIndex, PrevLogTerm uint64 // AppendEntriesRequest; a response repeats the index
	LeaderCommit              uint64

	Success                     bool // AppendEntriesResponse
	MatchIndex                  uint64
	ConflictIndex, ConflictTerm uint64
}

// A Message is a message between two servers.
type Message struct {
	Head
	Entries []Entry // AppendEntriesRequest
}

// An Entry is an entry of a log: a term and a value. Equal values (==) are the same
// command, which Setup.Command returns.
type Entry struct {
	Term  uint64
	Value any
}

// A Command is an operation of the message queue. The zero value does nothing.
type Command struct{ Op, Topic, Message string }

// An ID identifies a client's request.
type ID [16]byte

// An Answer is the answer to a client's request.
type Answer struct {
	OK      bool
	Error   string // "not_leader", "leadership_lost", "busy", "node_down", or "" when it was applied
	Message string
	Topics  []string
}

// A Hard is the stable storage beside the log (Figure 2).
type Hard struct {
	Term     uint64
	VotedFor int
}

// A Begin is the start of a server, beside its State.
type Begin struct {
	Up      bool
	Log     []Entry
	Match   []uint64 // of a leader, by server; nil stands for all 0
	Votes   []int    // of a candidate if Counted; otherwise it has only its own
	Counted bool
	// With Writes that have not ended, Stored is on stable storage.
	Stored Hard
	Writes []Write
}

// A Start is the state in which a server must begin.
type Start struct {
	State
	Begin
}

// A Write is a write to stable storage that has not ended. Before it, the log had Removed
// after index Kept.
type Write struct {
	Hard
	Kept    uint64
	Removed []Entry
}

// A Change is a change of the cluster.
type Change struct {
	Op    string // "crash", "partition", …
	Node  int    // or Nobody
	Wipe  bool
	Links [][2]int // partition
	Fault string   // set_fault, delete_fault: the rule's name
	// OnWrites: the rule of a set_fault is about writes.
	OnWrites bool
}

// An Event is one record of a trace. The oracle ignores the fields that the Kind does not
// have. It keeps only the values of entries.
type Event struct {
	Seq, Step, Cause uint64
	Time             time.Duration
	Kind             Kind
	Node             int // or Nobody
	Index            uint64
	Message          Message
	State            State  // unless Node is Nobody
	Request          ID     // Request, ClientRequest, Response
	Value            any    // Request, ClientRequest: the command
	Answer           Answer // Response
	Stored           Hard   // Persist
	Begin            *Begin // Init
	Change           *Change
	Fault, Reason    string // DropMessage: one of them is "". Fault: also the other actions of a fault
}
