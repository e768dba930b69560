package condition

import "rrmq.example/emulator/raft"

// An Env is what conditions need beside the cluster.
type Env struct {
	// Since is the place in the trace behind which events count; it may be Now.
	Since uint64
	// Resolve gives the node that a scenario has bound to a name, if it has yet.
	// nil: no names are bound.
	Resolve func(name string) (raft.NodeID, bool)
	// Answers gives the answers to the client requests of a name so far, one for
	// each that was sent, in that order. An answer that is not AnswerPending
	// stays as it is. nil: answers are not observable.
	Answers func(request string) []Answer
}

// An AnswerStatus says how a client's request came out.
type AnswerStatus uint8

// The statuses.
const (
	AnswerPending AnswerStatus = iota // not answered so far
	AnswerOK                          // success
	AnswerRefused                     // {"success": false}
	AnswerLost                        // cut off, or not answered in time
)

var answerWords = [...]string{"none", "ok", "refused", "lost"}

// String gives the status as conditions write it.
func (s AnswerStatus) String() string {
	if int(s) < len(answerWords) {
		return answerWords[s]
	}
	return "invalid status"
}

// An Answer is what a client got for one request.
type Answer struct {
	Status     AnswerStatus
	Message    string // of an AnswerOK that brought one
	HasMessage bool
}

// An Aspect is something of a cluster that an Observer shows.
type Aspect string

// The aspects. Whether nodes are up or paused is known to whoever observes.
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

// A Blind is an Observer that does not show everything. A condition on what it
// does not show is not observable: it does not hold, nor is it known not to.
// An Observer that is no Blind shows all.
type Blind interface {
	Shows(what Aspect) bool
}

// The names that stand for a node whenever there is such a node.
const (
	Leader    = "leader"    // the node that is up and leads the highest term
	Follower  = "follower"  // the lowest id that is up and does not lead
	Candidate = "candidate" // the lowest id that is up and a candidate
	Any       = "any"       // the lowest id that is up; for requests only, not for conditions
)

// Find gives the node that Leader, Follower, Candidate or Any stands for now.
func Find(o Observer, name string) (raft.NodeID, bool) {
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
