// Package event reads the records of a trace, as GET /v1/events and trace files
// have them, and tells each in one line of words.
//
// The contract: Parse and Of give the same Event for the same record, and
// Event.String needs nothing but the Event. Nothing here knows a cluster.
package event

import (
	"encoding/json"
	"fmt"
	"time"

	"rrmq.example/emulator/emulator/sim/trace"
)

// Nobody stands where no node is meant: for an event that concerns all nodes,
// and for a vote that nobody has.
const Nobody = -1

// An Event is one record of the trace: something that happened to the cluster.
// Which of the pointers are set depends on Kind.
type Event struct {
	// Seq numbers the events from 1 on. It is what since means.
	Seq uint64 `json:"seq"`
	// Time is the cluster's time, counted from its start.
	Time time.Duration `json:"time_ns"`
	// Step is the number of events that the world had taken before.
	Step uint64 `json:"step"`
	// Cause is the Seq of the event that led to this one; 0 when it came from
	// outside, or from the beginning.
	Cause uint64 `json:"cause"`
	// Kind is the name of an action of raft.tla, such as "BecomeLeader", or one
	// of the emulator's own, such as "DropMessage" or "Nemesis".
	Kind string `json:"event"`
	// Node is where it happened: for what happens to a message in the network
	// its receiver. Nobody when it concerns them all.
	Node int `json:"node"`
	// Index is a log index, for ClientRequest, Apply and Response; else 0.
	Index uint64 `json:"index"`
	// Message is the one that was sent, received, dropped and so on.
	Message *Message `json:"message"`
	// State is the node's after the event.
	State *State `json:"state"`
	// Request is a client's, for Request and ClientRequest.
	Request *Request `json:"request"`
	// Response is what a client was answered, for Response.
	Response *Response `json:"response"`
	// Init is what State does not say of how a node begins, for Init.
	Init *Init `json:"init"`
	// Stored is the term and vote that are on stable storage now, for Persist; so
	// is what was the log up to Index.
	Stored *HardState `json:"stored"`
	// Change is what somebody did to the cluster, for Nemesis.
	Change *Change `json:"change"`
	// Fault is the name of the rule that acted on a message, or ended.
	Fault string `json:"fault"`
	// Reason says why a message was dropped when no rule did it: "partition",
	// "crash" or "overflow".
	Reason string `json:"reason"`
}

// A Message is one that a node sends to another. ID is the Seq of the event of
// its sending, and each type has its own of the fields after Term (Figure 2 of
// the Raft paper).
type Message struct {
	ID   uint64 `json:"id"`
	Type string `json:"type"` // "RequestVoteRequest", "AppendEntriesResponse", …
	From int    `json:"from"`
	To   int    `json:"to"`
	Term uint64 `json:"term"`

	LastLogIndex uint64 `json:"last_log_index"`
	LastLogTerm  uint64 `json:"last_log_term"`

	VoteGranted bool `json:"vote_granted"`

	PrevLogIndex uint64  `json:"prev_log_index"`
	PrevLogTerm  uint64  `json:"prev_log_term"`
	Entries      []Entry `json:"entries"`
	LeaderCommit uint64  `json:"leader_commit"`

	Success       bool   `json:"success"`
	MatchIndex    uint64 `json:"match_index"`    // when Success
	ConflictIndex uint64 `json:"conflict_index"` // when not: where to try next
	ConflictTerm  uint64 `json:"conflict_term"`
}

// An Entry is one of a log on its way.
type Entry struct {
	Term uint64 `json:"term"`
	Command
}

// A Command is an operation on the message queue.
type Command struct {
	Op      string `json:"op"` // "put_topic", "get_topics", "put_message", "get_message"
	Topic   string `json:"topic"`
	Message string `json:"message"`
}

// A State is what the trace shows of a node.
type State struct {
	Role        string `json:"role"` // "Follower", "Candidate", "Leader"
	Term        uint64 `json:"term"`
	VotedFor    int    `json:"voted_for"` // or Nobody
	Leader      int    `json:"leader"`    // whom the node takes for it, or Nobody
	CommitIndex uint64 `json:"commit_index"`
	LastApplied uint64 `json:"last_applied"`
	LastIndex   uint64 `json:"last_index"` // of the log; 0: it is empty
	LastTerm    uint64 `json:"last_term"`
}

// An Init is how a node begins, beside its State.
type Init struct {
	Up  bool    `json:"up"`
	Log []Entry `json:"log"` // from index 1 on
	// NextIndex and MatchIndex are a leader's, by node; nil: those of a leader that
	// has just been elected.
	NextIndex  []uint64 `json:"next_index"`
	MatchIndex []uint64 `json:"match_index"`
	// Votes are those that a candidate has; nil: only its own.
	Votes []int `json:"votes"`
	// Bug is the one that is planted in the node, or "".
	Bug string `json:"bug"`
	// Stored is on stable storage while Writes are not done, the oldest first; nil:
	// all is.
	Stored *HardState `json:"stored"`
	Writes []Write    `json:"writes"`
}

// A HardState is what a node must find again after a crash, beside its log.
type HardState struct {
	Term     uint64 `json:"term"`
	VotedFor int    `json:"voted_for"` // or Nobody
}

// A Write is one to stable storage that is not done: before it, the log went on
// after Kept with Removed.
type Write struct {
	HardState
	Kept    uint64  `json:"kept"`
	Removed []Entry `json:"removed"`
}

// A Request is a client's.
type Request struct {
	ID      string   `json:"id"` // a UUID, also in the answer's X-Request-Id
	Command *Command `json:"command"`
}

// A Response is what a client was answered.
type Response struct {
	ID string `json:"id"`
	OK bool   `json:"ok"`
	// Message and Topics are what get_message and get_topics found.
	Message string   `json:"message"`
	Topics  []string `json:"topics"`
	// Error is "not_leader", "leadership_lost", "busy" or "node_down"; "" when
	// the request was applied, with success or without.
	Error string `json:"error"`
}

// A Change is what somebody did to the cluster.
type Change struct {
	Op    string          `json:"op"`    // "crash", "partition", "set_fault", …
	Node  int             `json:"node"`  // or Nobody
	Wipe  bool            `json:"wipe"`  // crash: the disk was lost, too
	Links [][2]int        `json:"links"` // partition: those that were cut, from and to
	Fault json.RawMessage `json:"fault"` // set_fault: the rule
	Name  string          `json:"name"`  // delete_fault
	Skew  float64         `json:"skew"`  // skew: the factor
	Bug   string          `json:"bug"`   // plant: its name, or ""
}

// Parse reads an event as the API and trace files write it.
func Parse(data []byte) (Event, error) {
	var e Event
	if err := json.Unmarshal(data, &e); err != nil {
		return Event{}, fmt.Errorf("not a record of a trace: %w", err)
	}
	return e, nil
}

// Of reads a record of a world.
func Of(r *trace.Record) Event {
	e, err := Parse(r.AppendJSON(nil))
	if err != nil { // it has just been written
		panic(err)
	}
	return e
}

// UnmarshalJSON implements json.Unmarshaler: null for a node is Nobody.
func (e *Event) UnmarshalJSON(data []byte) error {
	type plain Event
	p := plain{Node: Nobody}
	err := json.Unmarshal(data, &p)
	*e = Event(p)
	return err
}

// UnmarshalJSON implements json.Unmarshaler: null for a node is Nobody.
func (s *State) UnmarshalJSON(data []byte) error {
	type plain State
	p := plain{VotedFor: Nobody, Leader: Nobody}
	err := json.Unmarshal(data, &p)
	*s = State(p)
	return err
}

// UnmarshalJSON implements json.Unmarshaler: null for a node is Nobody.
func (h *HardState) UnmarshalJSON(data []byte) error {
	type plain HardState
	p := plain{VotedFor: Nobody}
	err := json.Unmarshal(data, &p)
	*h = HardState(p)
	return err
}

// UnmarshalJSON implements json.Unmarshaler: null for a node is Nobody.
func (w *Write) UnmarshalJSON(data []byte) error {
	var p struct {
		Kept    uint64
		Removed []Entry
	}
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	w.Kept, w.Removed = p.Kept, p.Removed
	return json.Unmarshal(data, &w.HardState)
}

// UnmarshalJSON implements json.Unmarshaler: a node that is left out is Nobody.
func (c *Change) UnmarshalJSON(data []byte) error {
	type plain Change
	p := plain{Node: Nobody}
	err := json.Unmarshal(data, &p)
	*c = Change(p)
	return err
}
