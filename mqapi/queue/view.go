package queue

import "rrmq.example/emulator/raft"

// A View is what GET /force-view-state-machine shows of a node.
type View struct {
	Topics      []TopicView `json:"topics"` // in order of creation
	LastApplied raft.Index  `json:"lastApplied"`
}

// A TopicView is one topic with its pending messages, the oldest first.
type TopicView struct {
	Topic    string   `json:"topic"`
	Messages []string `json:"messages"`
}
