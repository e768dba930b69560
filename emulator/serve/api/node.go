package api

import (
	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/raft"
)

// A NodesAnswer shows all nodes.
type NodesAnswer struct {
	Place
	Nodes []NodeState `json:"nodes"`
}

// A NodeAnswer shows one node.
type NodeAnswer struct {
	Place
	NodeState
}

// A NodeState is everything that can be seen of a node.
type NodeState struct {
	ID              raft.NodeID   `json:"id"`
	URL             string        `json:"url"`
	Up              bool          `json:"up"`
	Paused          bool          `json:"paused"`
	Role            *string       `json:"role" enum:"Follower|Candidate|Leader" doc:"null for a node that is down"`
	Leader          NodeRef       `json:"leader" doc:"the leader as this node sees it; null: none"`
	Term            raft.Term     `json:"term"`
	VotedFor        NodeRef       `json:"voted_for"`
	FirstIndex      raft.Index    `json:"first_index" doc:"the index of the first entry in log; log may begin later than the node's log"`
	LastIndex       raft.Index    `json:"last_index" doc:"the index of the last entry"`
	Log             []Entry       `json:"log"`
	CommitIndex     raft.Index    `json:"commit_index"`
	LastApplied     raft.Index    `json:"last_applied"`
	NextIndex       Indices       `json:"next_index" doc:"a leader's, by the ids of the others, else null"`
	MatchIndex      Indices       `json:"match_index" doc:"a leader's, by the ids of the others, else null"`
	VotesGranted    []raft.NodeID `json:"votes_granted" null:"true" doc:"a candidate's, else null"`
	Timer           *TimerState   `json:"timer" doc:"null: no timer runs"`
	Skew            float64       `json:"skew" doc:"the factor on the length of the node's timers"`
	Bug             string        `json:"bug" doc:"the planted bug; empty: none"`
	PartitionedFrom []raft.NodeID `json:"partitioned_from" doc:"the nodes that get no messages from it"`
	Queue           []TopicState  `json:"queue"`
}

// An Entry of a log has its command in words and in parts.
type Entry struct {
	Index   raft.Index      `json:"index"`
	Term    raft.Term       `json:"term"`
	Command string          `json:"command" doc:"in words"`
	Op      *history.OpName `json:"op" doc:"null: a command of no known kind"`
	Topic   *string         `json:"topic,omitempty"`
	Message *string         `json:"message,omitempty"`
}

// A TimerState is a timer that runs.
type TimerState struct {
	Kind string `json:"kind" enum:"election|heartbeat"`
	AtMS Millis `json:"at_ms"`
	InMS Millis `json:"in_ms"`
}

// A TopicState is a topic with its oldest pending messages.
type TopicState struct {
	Topic    string   `json:"topic"`
	Pending  int      `json:"pending"`
	Messages []string `json:"messages"`
}
