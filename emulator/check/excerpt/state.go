package excerpt

import (
	"encoding/json"
	"strconv"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A State is the whole state of a cluster, as the page's model begins with it.
type State struct {
	Seq      uint64        `json:"seq"` // of the last record before
	Time     time.Duration `json:"time_ns"`
	Nodes    []Node        `json:"nodes"`
	Messages []uint64      `json:"messages"` // the ids of those that no rule holds
	Held     []uint64      `json:"held"`     // those of the others
	Flights  []Flight      `json:"flights"`  // all of them
	Cuts     [][2]int      `json:"cuts"`     // from, to
	Rules    []string      `json:"rules"`
	Faults   []fault.Rule  `json:"faults"` // the rules in full
}

// A Node is the state of a node. Fields that its role does not have are null.
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
	Next     []*uint64       `json:"next_index"`  // null at its own place
	Match    []*uint64       `json:"match_index"` // null at its own place
	Votes    []int           `json:"votes"`
	Timer    *Timer          `json:"timer"`
	Skew     float64         `json:"skew"`
	Bug      string          `json:"bug"`
	Queue    []Topic         `json:"queue"`
}

// A Timer is the one of a node.
type Timer struct {
	Kind string        `json:"kind"`
	At   time.Duration `json:"at_ns"`
}

// A Topic is one of the queue, with its pending messages.
type Topic struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

// A Flight is a message on its way.
type Flight struct {
	Message json.RawMessage `json:"message"`
	SentAt  time.Duration   `json:"sentAt"`
	Held    string          `json:"held"` // the rule that holds it, or ""
}

// StateOf returns the state of a world. sent says when the record was made with which a
// message was sent.
func StateOf(w *world.World, sent func(seq uint64) time.Duration) (*State, error) {
	s := &State{
		Seq: w.Trace().Last(), Time: w.Now(),
		Messages: []uint64{}, Held: []uint64{}, Flights: []Flight{}, Cuts: [][2]int{}, Rules: []string{}, Faults: []fault.Rule{},
	}
	for id := range raft.NodeID(w.Nodes()) {
		s.Nodes = append(s.Nodes, nodeOf(w, id))
	}
	for _, m := range w.Messages() {
		if m.Rule != "" {
			s.Held = append(s.Held, m.ID)
		} else {
			s.Messages = append(s.Messages, m.ID)
		}
		message, err := messageJSON(&m)
		if err != nil {
			return nil, err
		}
		s.Flights = append(s.Flights, Flight{message, sent(m.ID), m.Rule})
	}
	for _, l := range w.Cuts() {
		s.Cuts = append(s.Cuts, [2]int{int(l.From), int(l.To)})
	}
	for _, r := range w.Rules() {
		s.Rules = append(s.Rules, r.Name)
		s.Faults = append(s.Faults, r.Rule)
	}
	return s, nil
}

// messageJSON writes a message as the records about it have it.
func messageJSON(m *world.InFlight) (json.RawMessage, error) {
	r := trace.Record{Seq: m.ID, Kind: trace.DropMessage, Node: m.Message.To, Message: m.Message, Cause: m.ID}
	var e struct{ Message map[string]json.RawMessage }
	if err := json.Unmarshal(r.AppendJSON(nil), &e); err != nil {
		return nil, err
	}
	e.Message["id"] = strconv.AppendUint(nil, m.ID, 10)
	return json.Marshal(e.Message)
}

func nodeOf(w *world.World, id raft.NodeID) Node {
	v := w.View(id, 1<<30)
	n := Node{
		ID: int(id), Up: v.Up, Paused: v.Paused, Role: v.Role.String(), Term: uint64(v.Term),
		VotedFor: idOrNull(v.VotedFor), Leader: idOrNull(v.Leader), Commit: uint64(v.CommitIndex), Applied: uint64(v.LastApplied),
		Log: logJSON(v.Log), Next: ofOthers(id, v.NextIndex), Match: ofOthers(id, v.MatchIndex), Skew: v.Skew, Bug: v.Bug,
		Queue: []Topic{},
	}
	if v.Role == raft.Candidate {
		n.Votes = []int{}
		for _, j := range v.VotesGranted {
			n.Votes = append(n.Votes, int(j))
		}
	}
	switch v.Timer {
	case raft.ElectionTimer:
		n.Timer = &Timer{"election", v.TimerAt}
	case raft.HeartbeatTimer:
		n.Timer = &Timer{"heartbeat", v.TimerAt}
	}
	for _, item := range v.Machine.Items {
		n.Queue = append(n.Queue, Topic{item.Name, item.Values})
	}
	return n
}

func idOrNull(id raft.NodeID) *int {
	if id == raft.None {
		return nil
	}
	return new(int(id))
}

// ofOthers returns a leader's indices for the other nodes.
func ofOthers(id raft.NodeID, indices []raft.Index) []*uint64 {
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
