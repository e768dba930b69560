package judge

import "time"

// A Violation is something that no correct program does, with what proves it.
type Violation struct {
	// Name is one of the words below.
	Name string
	At   time.Duration
	// Words say what happened, Right what would have been right, and Why the reason, with
	// the section of the paper.
	Words, Right, Why string
	// Calls and Polls are the witnesses: places in Evidence.Calls and polls of nodes.
	Calls []int
	Polls []Witness
}

// A Witness is one poll of a node.
type Witness struct {
	Node int
	Poll *Poll
}

// The names of violations, beside those of package history.
const (
	TwoLeaders       = "two_leaders"
	TermWentBack     = "term_went_back"
	PromisedAlone    = "promised_without_quorum"
	LeadsAlone       = "elected_without_quorum"
	ServedByFollower = "served_by_follower"
	WrongBody        = "wrong_body"
	WrongStatus      = "wrong_status"
	ImpossibleTopics = "impossible_topics"
)
