package wire

import "encoding/json"

// The shapes of messages in JSON, for [Decode] and for the description of the
// API. A max is maxNumber, or the highest id.
type (
	// A VoteRequest is a request of class VoteRequestMessage.
	VoteRequest struct {
		Class string   `json:"class" enum:"VoteRequestMessage" must:"true"`
		Dict  voteDict `json:"dict" must:"true"`
	}
	voteDict struct {
		Term         uint64 `json:"term" must:"true" max:"4503599627370496"`
		CandidateID  uint   `json:"candidateId" want:"the sender in the path" must:"true" max:"2147483647"`
		LastLogIndex uint64 `json:"lastLogIndex" must:"true" max:"4503599627370496"`
		LastLogTerm  uint64 `json:"lastLogTerm" must:"true" max:"4503599627370496"`
	}

	// An AppendRequest is a request of class AppendEntriesMessage.
	AppendRequest struct {
		Class string     `json:"class" enum:"AppendEntriesMessage" must:"true"`
		Dict  appendDict `json:"dict" must:"true"`
	}
	appendDict struct {
		Term         uint64      `json:"term" must:"true" max:"4503599627370496"`
		LeaderID     uint        `json:"leaderId" want:"the sender in the path" must:"true" max:"2147483647"`
		PrevLogIndex uint64      `json:"prevLogIndex" must:"true" max:"4503599627370496"`
		PrevLogTerm  uint64      `json:"prevLogTerm" must:"true" max:"4503599627370496"`
		Entries      []wireEntry `json:"entries" want:"a list of entries, empty for a heartbeat" must:"true"`
		LeaderCommit uint64      `json:"leaderCommit" must:"true" max:"4503599627370496"`
	}
	wireEntry struct {
		Term    uint64      `json:"term" must:"true" max:"4503599627370496"`
		Index   uint64      `json:"index" must:"true" max:"4503599627370496"`
		Command wireCommand `json:"command" must:"true"`
		Result  any         `json:"result" want:"is ignored"`
	}
	wireCommand struct {
		Endpoint endpoint  `json:"endpoint" must:"true"`
		Method   method    `json:"method" must:"true"`
		Body     *wireBody `json:"body"`
	}
	wireBody struct {
		Topic   *string `json:"topic"`
		Message *string `json:"message"`
	}

	// A VoteAnswer answers a VoteRequest.
	VoteAnswer struct {
		Term        uint64 `json:"term"`
		VoteGranted bool   `json:"voteGranted"`
	}
	// An AppendedAnswer answers an AppendRequest whose entries are in the log.
	AppendedAnswer struct {
		Term       uint64 `json:"term"`
		Success    bool   `json:"success" enum:"true"`
		MatchIndex uint64 `json:"matchIndex" doc:"the last index up to which the node's log equals the sender's"`
	}
	// A RejectedAnswer answers an AppendRequest that was refused.
	RejectedAnswer struct {
		Term          uint64 `json:"term"`
		Success       bool   `json:"success" enum:"false"`
		ConflictIndex uint64 `json:"conflictIndex"`
		ConflictTerm  uint64 `json:"conflictTerm"`
	}
)

// The words of a command.
type endpoint string
type method string

// Enum implements [readjson.Enum].
func (endpoint) Enum() []string { return Endpoints() }

// Enum implements [readjson.Enum].
func (method) Enum() []string { return Methods() }

// A request is of either class. Its dict is read once the class is known.
type request struct {
	Class string          `json:"class" enum:"VoteRequestMessage|AppendEntriesMessage" must:"true"`
	Dict  json.RawMessage `json:"dict" want:"an object" must:"true"`
}
