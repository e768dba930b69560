package condition

import "rrmq.example/emulator/raft"

// An Env is the input of conditions beside the cluster.
type Env struct {
	// Since is a place in the trace: only later events count. It may be Now.
	Since uint64
	// Resolve returns the node that a scenario has bound to a name; false if none yet.
	// nil: no names are bound.
	Resolve func(name string) (raft.NodeID, bool)
	// Answers returns the answers so far to the client requests of a name, in the order
	// in which they were sent. An answer other than AnswerPending is final. nil:
	// answers are not observable.
	Answers func(request string) []Answer
}

// An AnswerStatus says how a client request ended.
type AnswerStatus uint8

// The statuses.
const (
	AnswerPending AnswerStatus = iota // not answered yet
	AnswerOK                          // success
	AnswerRefused                     // {"success": false}
	AnswerLost                        // cut off, or not answered in time
)

var answerWords = [...]string{"none", "ok", "refused", "lost"}

// String returns the status as conditions write it.
func (s AnswerStatus) String() string {
	if int(s) < len(answerWords) {
		return answerWords[s]
	}
	return "invalid status"
}

// An Answer is what a client got for one request.
type Answer struct {
	Status     AnswerStatus
	Message    string // of an AnswerOK with a message
	HasMessage bool
}

// An Aspect is a part of a cluster that a Cluster may show.
type Aspect string

// The aspects. Every Cluster shows whether nodes are up or paused.
const (
	AspectRole    Aspect = "role"
	AspectTerm    Aspect = "term"
	AspectVote    Aspect = "vote"
	AspectLog     Aspect = "log"
	AspectCommit  Aspect = "commit"
	AspectApplied Aspect = "applied"
	AspectQueue   Aspect = "queue"
	AspectTrace   Aspect = "trace"
)

// A Partial is a Cluster that does not show everything. A condition on a hidden
// aspect is not observable: it does not hold, and it is not known to be false. An
// Cluster that is not a Partial shows all.
type Partial interface {
	Shows(what Aspect) bool
}

// Names that stand for a node whenever such a node exists.
const (
	Leader    = "leader"    // the node that is up and leads the highest term
	Follower  = "follower"  // the lowest id that is up and does not lead
	Candidate = "candidate" // the lowest id that is up and a candidate
	Any       = "any"       // the lowest id that is up; for requests only, not for conditions
)

// Find returns the node that Leader, Follower, Candidate or Any stands for now.
func Find(o Cluster, name string) (raft.NodeID, bool) {
	found, term := raft.None, raft.Term(0)
	for id := range raft.NodeID(o.Nodes()) {
		s, up, _ := o.State(id)
		if !up {
			continue
		}
		switch name {
		case Leader:
			if s.Role == raft.Leader && (found == raft.None || s.Term > term) {
				found, term = id, s.Term
			}
			continue
		case Follower:
			if s.Role == raft.Leader {
				continue
			}
		case Candidate:
			if s.Role != raft.Candidate {
				continue
			}
		case Any:
		default:
			return raft.None, false
		}
		return id, true
	}
	return found, found != raft.None
}
