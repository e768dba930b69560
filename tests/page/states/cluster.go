package main

import (
	"encoding/json"
	"strconv"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A Cluster is the whole state of a cluster, as the page's model gives it in plain().
type Cluster struct {
	Nodes    []Node   `json:"nodes"`
	Messages []uint64 `json:"messages"` // the ids of those that no rule holds, in order, with repeats
	Held     []uint64 `json:"held"`     // those of the others
	Cuts     [][2]int `json:"cuts"`     // from, to
	Rules    []string `json:"rules"`
}

// A Node is the state of a node. Fields that a node in its role does not have are null.
type Node struct {
	ID       int             `json:"id"`
	Up       bool            `json:"up"`
	Paused   bool            `json:"paused"`
	Role     string          `json:"role"`
	Term     uint64          `json:"term"`
	VotedFor *int            `json:"voted_for"`
	Leader   *int            `json:"leader"`
	Commit   uint64          `json:"commit_index"`
	Applied  uint64          `json:"last_applied"`
	Log      json.RawMessage `json:"log"`
	Next     []*uint64       `json:"next_index"`  // null at the node's own place
	Match    []*uint64       `json:"match_index"` // null at the node's own place
	Votes    []int           `json:"votes"`
	Timer    *Timer          `json:"timer"`
	Skew     float64         `json:"skew"`
	Bug      string          `json:"bug"`
	Queue    []Topic         `json:"queue"`
}

// A Timer is a node's timer.
type Timer struct {
	Kind string `json:"kind"`
	At   int64  `json:"at_ns"`
}

// A Topic is a topic of the queue with its pending messages.
type Topic struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

// clusterOf returns the state of a world.
func clusterOf(w *world.World) Cluster {
	c := Cluster{Messages: []uint64{}, Held: []uint64{}, Cuts: [][2]int{}, Rules: []string{}}
	for id := range raft.NodeID(w.Nodes()) {
		c.Nodes = append(c.Nodes, nodeOf(w, id))
	}
	for _, m := range w.Messages() {
		if m.Rule != "" {
			c.Held = append(c.Held, m.ID)
		} else {
			c.Messages = append(c.Messages, m.ID)
		}
	}
	for _, l := range w.Cuts() {
		c.Cuts = append(c.Cuts, [2]int{int(l.From), int(l.To)})
	}
	for _, r := range w.Rules() {
		c.Rules = append(c.Rules, r.Name)
	}
	return c
}

// nodeOf returns the state of a node.
func nodeOf(w *world.World, id raft.NodeID) Node {
	v := w.View(id, 1<<30)
	n := Node{
		ID: int(id), Up: v.Up, Paused: v.Paused, Role: v.Role.String(), Term: uint64(v.Term),
		VotedFor: idOrNull(v.VotedFor), Leader: idOrNull(v.Leader), Commit: uint64(v.CommitIndex), Applied: uint64(v.LastApplied),
		Log: logJSON(v.Log), Next: othersOf(id, v.NextIndex), Match: othersOf(id, v.MatchIndex), Skew: v.Skew, Bug: v.Bug,
		Queue: topicsOf(v.Machine),
	}
	if v.Role == raft.Candidate {
		n.Votes = []int{}
		for _, j := range v.VotesGranted {
			n.Votes = append(n.Votes, int(j))
		}
	}
	switch v.Timer {
	case raft.ElectionTimer:
		n.Timer = &Timer{"election", int64(v.TimerAt)}
	case raft.HeartbeatTimer:
		n.Timer = &Timer{"heartbeat", int64(v.TimerAt)}
	}
	return n
}

func idOrNull(id raft.NodeID) *int {
	if id == raft.None {
		return nil
	}
	n := int(id)
	return &n
}

// othersOf returns a leader's indices for the other nodes.
func othersOf(id raft.NodeID, indices []raft.Index) []*uint64 {
	if indices == nil {
		return nil
	}
	list := make([]*uint64, len(indices))
	for j, index := range indices {
		if j != int(id) {
			list[j] = new(uint64(index))
		}
	}
	return list
}

func topicsOf(v machine.View) []Topic {
	topics := []Topic{}
	for _, item := range v.Items {
		topics = append(topics, Topic{item.Name, item.Values})
	}
	return topics
}

// logJSON writes a log as records have it.
func logJSON(entries []raft.Entry) json.RawMessage {
	b := []byte{'['}
	for i := range entries {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendUint(append(b, `{"term":`...), uint64(entries[i].Term), 10)
		c, _ := entries[i].Command.(*machine.Command)
		b = append(c.AppendJSON(append(b, ',')), '}')
	}
	return append(b, ']')
}
