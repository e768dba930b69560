package oracle

import (
	"encoding/json"
	"time"
)

// A nodeID is a server's id, or null for Nobody.
type nodeID int

func (n *nodeID) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*n = Nobody
		return nil
	}
	return json.Unmarshal(data, (*int)(n))
}

// A recordJSON is a record as encoding/json reads it.
type recordJSON struct {
	Seq, Step, Cause uint64
	Time             time.Duration `json:"time_ns"`
	Event            string
	Node             nodeID
	Index            uint64
	Message          *messageJSON
	State            *struct {
		Role     string
		Term     uint64
		VotedFor nodeID `json:"voted_for"`
		Leader   nodeID
		Commit   uint64 `json:"commit_index"`
		Applied  uint64 `json:"last_applied"`
		Last     uint64 `json:"last_index"`
		LastTerm uint64 `json:"last_term"`
	}
	Request *struct {
		ID      string
		Command *commandJSON
	}
	Response *struct {
		ID, Error, Message string
		OK                 bool
		Topics             []string
	}
	Init   *initJSON
	Stored *hardJSON
	Change *struct {
		Op    string
		Node  *nodeID
		Wipe  bool
		Links [][2]int
		Name  string
		Fault *struct {
			Name     string
			SlowDisk any `json:"slow_disk_ms"` // there in a rule about writes
		}
	}
	Fault, Reason string
}

type messageJSON struct {
	ID            uint64
	Type          string
	From, To      nodeID
	Term          uint64
	LastLogIndex  uint64 `json:"last_log_index"`
	LastLogTerm   uint64 `json:"last_log_term"`
	VoteGranted   bool   `json:"vote_granted"`
	PrevLogIndex  uint64 `json:"prev_log_index"`
	PrevLogTerm   uint64 `json:"prev_log_term"`
	Entries       []entryJSON
	LeaderCommit  uint64 `json:"leader_commit"`
	Success       bool
	MatchIndex    uint64 `json:"match_index"`
	ConflictIndex uint64 `json:"conflict_index"`
	ConflictTerm  uint64 `json:"conflict_term"`
}

type commandJSON struct {
	Op             *string
	Topic, Message string
}

type entryJSON struct {
	Term uint64
	commandJSON
}

type hardJSON struct {
	Term     uint64
	VotedFor nodeID `json:"voted_for"`
}

type initJSON struct {
	Up     bool
	Log    []entryJSON
	Match  []uint64 `json:"match_index"`
	Votes  *[]int
	Stored hardJSON
	Writes []struct {
		hardJSON
		Kept    uint64
		Removed []entryJSON
	}
}
