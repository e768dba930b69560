package oracle

import "time"

// Nobody stands where no server is meant: raft.tla's Nil.
const Nobody = -1

// A Kind is the name of what a record says has happened: an action of raft.tla,
// or something that the network, the storage or a client did.
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
	numKinds
)

var kindNames = [numKinds]string{
	"Restart", "Timeout", "RequestVote", "BecomeLeader", "ClientRequest",
	"AdvanceCommitIndex", "AppendEntries", "UpdateTerm", "HandleRequestVoteRequest",
	"HandleRequestVoteResponse", "DropStaleResponse", "HandleAppendEntriesRequest",
	"HandleAppendEntriesResponse", "Reply", "Init", "DuplicateMessage", "DropMessage",
	"HoldMessage", "ReleaseMessage", "ResumeMessage", "Persist", "Apply", "Request",
	"Response", "RPC", "Nemesis", "RuleEnded",
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

// String gives the kind as a trace writes it.
func (k Kind) String() string {
	if k < numKinds {
		return kindNames[k]
	}
	return "invalid kind"
}

// isAction tells whether a server's step consists of such records. Reply is the
// second half of the handling of a request.
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

// String gives the role as a trace writes it.
func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return "invalid role"
}

// A State is what a record shows of the server that it is about.
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

// A Head is a message but for its entries. What a type does not have is 0.
type Head struct {
	ID       uint64 // the Seq of the record of its sending
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

// A Message is one between two servers.
type Message struct {
	Head
	Entries []Entry // AppendEntriesRequest
}

// An Entry is one of a log: a term and a value. Two values that are == are the
// same command; what it does, Setup.Command tells.
type Entry struct {
	Term  uint64
	Value any
}

// A Command is what a value asks of the message queue. The zero value does
// nothing.
type Command struct{ Op, Topic, Message string }

// An ID names a client's request.
type ID [16]byte

// An Answer is what a client got.
type Answer struct {
	OK      bool
	Error   string // "not_leader", "leadership_lost", "busy", "node_down"; "": it was applied
	Message string
	Topics  []string
}

// A Hard is what is on stable storage, beside the log (Figure 2).
type Hard struct {
	Term     uint64
	VotedFor int
}

// A Begin is how a server begins, beside its State.
type Begin struct {
	Up      bool
	Log     []Entry
	Match   []uint64 // a leader's, by server; nil: all 0
	Votes   []int    // a candidate's, if Counted; else it has its own only
	Counted bool
	// With Writes that are not done, Stored is on stable storage.
	Stored Hard
	Writes []Write
}

// A Write is one to stable storage that is not done: before it, the log went on
// after index Kept with Removed.
type Write struct {
	Hard
	Kept    uint64
	Removed []Entry
}

// A Change is what somebody did to the cluster.
type Change struct {
	Op    string // "crash", "partition", …
	Node  int    // or Nobody
	Wipe  bool
	Links [][2]int // partition
	Fault string   // set_fault, delete_fault: the rule's name
}

// An Event is one record of a trace. A field that the Kind does not have may hold
// anything. The oracle keeps nothing of it but the values of entries.
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
	Fault, Reason    string // why a message was dropped: one of them is "". Fault also: RuleEnded, …
}
