package mqapi

// The shapes of bodies in JSON.
type (
	topicBody struct {
		Topic string `json:"topic" want:"a topic: any text" must:"true"`
	}
	newMessageBody struct {
		Topic   string `json:"topic" want:"a topic that exists" must:"true"`
		Message string `json:"message" want:"any text" must:"true"`
	}

	successAnswer struct {
		Success bool `json:"success"`
	}
	topicsAnswer struct {
		Success bool     `json:"success"`
		Topics  []string `json:"topics" doc:"in order of creation"`
	}
	messageAnswer struct {
		Success bool   `json:"success"`
		Message string `json:"message" doc:"the oldest one, which is taken away"`
	}
	errorAnswer struct {
		Error string `json:"error" doc:"what is wrong, and what would be right"`
	}
)

// The shapes of messages at /rpc in JSON.
type (
	voteRequest struct {
		Class string   `json:"class" enum:"VoteRequestMessage" must:"true"`
		Dict  voteDict `json:"dict" must:"true"`
	}
	voteDict struct {
		Term         uint64 `json:"term" must:"true"`
		CandidateID  uint   `json:"candidateId" want:"the sender in the path" must:"true"`
		LastLogIndex uint64 `json:"lastLogIndex" must:"true"`
		LastLogTerm  uint64 `json:"lastLogTerm" must:"true"`
	}
	appendRequest struct {
		Class string     `json:"class" enum:"AppendEntriesMessage" must:"true"`
		Dict  appendDict `json:"dict" must:"true"`
	}
	appendDict struct {
		Term         uint64      `json:"term" must:"true"`
		LeaderID     uint        `json:"leaderId" want:"the sender in the path" must:"true"`
		PrevLogIndex uint64      `json:"prevLogIndex" must:"true"`
		PrevLogTerm  uint64      `json:"prevLogTerm" must:"true"`
		Entries      []wireEntry `json:"entries" want:"none for a heartbeat" must:"true"`
		LeaderCommit uint64      `json:"leaderCommit" must:"true"`
	}
	wireEntry struct {
		Term    uint64      `json:"term" must:"true"`
		Index   uint64      `json:"index" must:"true"`
		Command wireCommand `json:"command" must:"true"`
		Result  any         `json:"result" want:"is ignored"`
	}
	wireCommand struct {
		Endpoint string   `json:"endpoint" enum:"topic|message" must:"true"`
		Method   string   `json:"method" enum:"PUT|GET" must:"true"`
		Body     wireBody `json:"body"`
	}
	wireBody struct {
		Topic   string `json:"topic"`
		Message string `json:"message"`
	}

	voteAnswer struct {
		Term        uint64 `json:"term"`
		VoteGranted bool   `json:"voteGranted"`
	}
	appendedAnswer struct {
		Term       uint64 `json:"term"`
		Success    bool   `json:"success" enum:"true"`
		MatchIndex uint64 `json:"matchIndex" doc:"up to here the node's log is the sender's"`
	}
	rejectedAnswer struct {
		Term          uint64 `json:"term"`
		Success       bool   `json:"success" enum:"false"`
		ConflictIndex uint64 `json:"conflictIndex"`
		ConflictTerm  uint64 `json:"conflictTerm"`
	}
)
