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
	Topics     []string // of an AnswerOK with a list
	HasTopics  bool
	// Unsure: the request may have been done, although it was refused.
	Unsure bool
	// Unsent: the request reached no node, and so was not done. It is AnswerLost.
	Unsent bool
	// ByFollower: the node that answered with success followed another one, or stood for
	// election, from before it got the request until after it answered, in one term. A
	// target that cannot be sure leaves it false.
	ByFollower bool
}

// Repeatable reports whether the request was certainly not done, so that a client may send
// it again.
func (a *Answer) Repeatable() bool {
	return a.Status == AnswerRefused && !a.Unsure || a.Status == AnswerLost && a.Unsent
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
