package trace

import (
	"encoding/json"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// Nobody stands for no node: in an event that concerns all nodes, and in a vote that a node
// has not given.
const Nobody = -1

// An Event is a record as users see it: in a trace file, in GET /v1/events, and in the Go
// API. It describes a record's JSON. Its fields stand in the order of the keys; the decoder
// and the schema are made from them, and a test checks AppendJSON against them. Kind
// decides which of the pointers are set.
type Event struct {
	Seq   uint64        `json:"seq" minimum:"1" doc:"its place"`
	Time  time.Duration `json:"time_ns" minimum:"0" doc:"the cluster's time, counted from its start"`
	Step  uint64        `json:"step" doc:"the number of events that the world had taken before"`
	Cause uint64        `json:"cause" doc:"the seq of the record that led to it; 0 for an input and for the start"`
	// Kind is the name of an action of raft.tla, such as "BecomeLeader", or one
	// of the emulator's own, such as "DropMessage" or "Nemesis".
	Kind string `json:"event" schema:"EventKind"`
	// Node is the node of the event: the receiver, for events of a message in the network.
	// It is Nobody for an event of the whole cluster.
	Node int `json:"node" minimum:"0" null:"true" doc:"the node of the event; null: the whole cluster"`
	// Index is a log index, for ClientRequest, Apply, Response and Persist; otherwise 0.
	Index    uint64         `json:"index,omitempty" minimum:"1" doc:"of a log entry"`
	Message  *EventMessage  `json:"message,omitempty" doc:"the message that was sent, received, dropped and so on"`
	State    *EventState    `json:"state,omitempty" doc:"the node's state after the event"`
	Request  *EventRequest  `json:"request,omitempty" doc:"the client's request"`
	Response *EventResponse `json:"response,omitempty" doc:"the answer to the client"`
	Init     *EventInit     `json:"init,omitempty" doc:"the node's start, beside its state"`
	// Stored is for Persist, like the stored log up to Index.
	Stored *EventStored `json:"stored,omitempty" doc:"the content of stable storage now"`
	Change *EventChange `json:"change,omitempty" doc:"the change of the cluster"`
	Fault  string       `json:"fault,omitempty" doc:"the name of the rule that acted on the message, or ended"`
	Reason string       `json:"reason,omitempty" enum:"partition|crash|overflow" doc:"why the network lost a message without a rule"`
	// NextIndex and MatchIndex are of a BecomeLeader, by node.
	NextIndex  []uint64 `json:"next_index,omitempty" doc:"of a new leader, by node"`
	MatchIndex []uint64 `json:"match_index,omitempty" doc:"of a new leader, by node"`
	Again      []uint64 `json:"again,omitempty" doc:"the entries that a bug applied once more, each right after its first time"`
	// Kept is of a HandleAppendEntriesRequest that changed the log, and otherwise nil.
	Kept     *uint64        `json:"kept,omitempty" doc:"the log was cut behind this index, and the last entries of the message were appended"`
	Progress *EventProgress `json:"progress,omitempty" doc:"the leader's indices for the sender afterwards"`
	// Counted is about the vote of the sender, and in a Timeout or Persist of the node itself.
	Counted  bool          `json:"counted,omitempty" doc:"the vote counts for the candidate"`
	Unlogged *EventCommand `json:"unlogged,omitempty" doc:"the command that a bug applied without the log"`
	Timer    *EventTimer   `json:"timer,omitempty" doc:"the node's timer"`
	Log      *EventLog     `json:"log,omitempty" doc:"what a crash did to the node's log"`
}

// An EventProgress has a leader's nextIndex and matchIndex for a follower.
type EventProgress struct {
	Next  uint64 `json:"next" minimum:"1"`
	Match uint64 `json:"match"`
}

// An EventTimer is the timer of a node. Followers and candidates have an election timer, a
// leader has a heartbeat timer.
type EventTimer struct {
	Kind string        `json:"kind" enum:"election|heartbeat"`
	At   time.Duration `json:"at_ns" minimum:"0" doc:"the cluster's time at which it runs out"`
}

// An EventLog is a change of a log: it was cut behind an index, and entries were appended.
type EventLog struct {
	Kept    uint64       `json:"kept" doc:"the last index of the old log that stayed"`
	Entries []EventEntry `json:"entries" doc:"the entries behind it"`
}

// An EventMessage is a message between two nodes. Each type has its own fields after Term
// (Figure 2 of the Raft paper).
type EventMessage struct {
	ID   uint64 `json:"id" doc:"the seq of the record of its sending"`
	Type string `json:"type" enum:"RequestVoteRequest|RequestVoteResponse|AppendEntriesRequest|AppendEntriesResponse"`
	From int    `json:"from" minimum:"0" null:"true"`
	To   int    `json:"to" minimum:"0" null:"true"`
	Term uint64 `json:"term"`

	LastLogIndex uint64 `json:"last_log_index,omitempty"`
	LastLogTerm  uint64 `json:"last_log_term,omitempty"`

	VoteGranted bool `json:"vote_granted,omitempty"`

	Success      bool         `json:"success,omitempty"`
	PrevLogIndex uint64       `json:"prev_log_index,omitempty"`
	PrevLogTerm  uint64       `json:"prev_log_term,omitempty"`
	Entries      []EventEntry `json:"entries,omitempty"`
	LeaderCommit uint64       `json:"leader_commit,omitempty"`

	MatchIndex    uint64 `json:"match_index,omitempty" doc:"of a success"`
	ConflictIndex uint64 `json:"conflict_index,omitempty" doc:"of a failure: where the leader should try next"`
	ConflictTerm  uint64 `json:"conflict_term,omitempty"`
}

// An EventEntry is an entry of a log, or in a message.
type EventEntry struct {
	Term uint64 `json:"term"`
	EventCommand
}

// An EventCommand is an operation on the replicated machine, such as put_message. In JSON
// its arguments stand beside it, each under its name.
type EventCommand struct {
	Op   string            `json:"op"` // "": no operation of the machine
	Args map[string]string `json:"-"`  // by their names: "topic", "message"
}

// An EventState is the state of a node.
type EventState struct {
	Role        string `json:"role" enum:"Follower|Candidate|Leader"`
	Term        uint64 `json:"term"`
	VotedFor    int    `json:"voted_for" minimum:"0" null:"true"`
	Leader      int    `json:"leader" minimum:"0" null:"true" doc:"the leader according to the node"`
	CommitIndex uint64 `json:"commit_index"`
	LastApplied uint64 `json:"last_applied"`
	LastIndex   uint64 `json:"last_index" doc:"of the log; 0: it is empty"`
	LastTerm    uint64 `json:"last_term"`
}

// An EventRequest is a client's request.
type EventRequest struct {
	ID      string        `json:"id" doc:"also in the answer's X-Request-Id"`
	Command *EventCommand `json:"command"`
}

// An EventResponse is an answer to a client. In JSON the result stands beside the rest,
// under a key of its operation: "message", "topics".
type EventResponse struct {
	ID string `json:"id"`
	OK bool   `json:"ok"`
	// Error is "not_leader", "leadership_lost", "busy" or "node_down"; "" when the request
	// was applied, with success or without.
	Error string `json:"error,omitempty"`
	// Text or List is the operation's result.
	Text string   `json:"-"`
	List []string `json:"-"`
}

// An EventInit is the start of a node, beside its state.
type EventInit struct {
	Up         bool          `json:"up"`
	Log        []EventEntry  `json:"log" doc:"from index 1 on"`
	NextIndex  []uint64      `json:"next_index,omitempty" doc:"a leader's, by node; left out: that of one just elected"`
	MatchIndex []uint64      `json:"match_index,omitempty" doc:"a leader's, by node; left out: that of one just elected"`
	Votes      []raft.NodeID `json:"votes,omitempty" doc:"the votes of a candidate, if more than its own"`
	Bug        string        `json:"bug,omitempty" doc:"planted in the node"`
	Stored     *EventStored  `json:"stored,omitempty" doc:"the content of stable storage while there are unfinished writes"`
	Writes     []EventWrite  `json:"writes,omitempty" doc:"unfinished writes to stable storage, the oldest first"`
	Paused     bool          `json:"paused,omitempty"`
	Skew       float64       `json:"skew,omitempty" doc:"multiplies the length of its timers; left out: 1"`
	Cut        []raft.NodeID `json:"cut,omitempty" doc:"the nodes that get no messages from it"`
	Faults     []fault.Rule  `json:"faults,omitempty" doc:"the faults in force from the start, in order; in the first record only"`
}

// An EventStored is what a node finds after a crash, beside its log.
type EventStored struct {
	Term     uint64 `json:"term"`
	VotedFor int    `json:"voted_for" minimum:"0" null:"true"`
}

// An EventWrite is an unfinished write to stable storage.
type EventWrite struct {
	EventStored
	Kept    uint64       `json:"kept" doc:"the last index of the old log that stayed"`
	Removed []EventEntry `json:"removed" doc:"the old entries behind it"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (c *EventCommand) UnmarshalJSON(data []byte) error {
	var head struct{ Op string }
	if err := json.Unmarshal(data, &head); err != nil {
		return err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return err
	}
	*c = EventCommand{Op: head.Op}
	for name, value := range members {
		var text string
		if name == "op" || json.Unmarshal(value, &text) != nil {
			continue
		}
		if c.Args == nil {
			c.Args = map[string]string{}
		}
		c.Args[name] = text
	}
	return nil
}

// UnmarshalJSON implements json.Unmarshaler, instead of EventCommand's method.
func (e *EventEntry) UnmarshalJSON(data []byte) error {
	var head struct{ Term uint64 }
	if err := json.Unmarshal(data, &head); err != nil {
		return err
	}
	e.Term = head.Term
	return json.Unmarshal(data, &e.EventCommand)
}

// UnmarshalJSON implements json.Unmarshaler.
func (r *EventResponse) UnmarshalJSON(data []byte) error {
	type response EventResponse
	p := response{}
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return err
	}
	for name, value := range members { // at most one beside these
		if name != "id" && name != "ok" && name != "error" && json.Unmarshal(value, &p.Text) != nil {
			if err := json.Unmarshal(value, &p.List); err != nil {
				return err
			}
		}
	}
	*r = EventResponse(p)
	return nil
}

// An EventChange is a change of the cluster. Op, the name of the kind, decides which fields
// are set. Package fault describes its JSON.
type EventChange struct {
	Op string
	fault.Change
}

// UnmarshalJSON implements json.Unmarshaler, instead of fault.Change's method.
func (c *EventChange) UnmarshalJSON(data []byte) error {
	err := c.Change.UnmarshalJSON(data)
	c.Op = c.Kind.String()
	return err
}

// UnmarshalJSON implements json.Unmarshaler: null for a node is Nobody.
func (e *Event) UnmarshalJSON(data []byte) error {
	type event Event
	p := event{Node: Nobody}
	err := json.Unmarshal(data, &p)
	*e = Event(p)
	return err
}

// UnmarshalJSON implements json.Unmarshaler: null for a node is Nobody.
func (e *EventState) UnmarshalJSON(data []byte) error {
	type state EventState
	p := state{VotedFor: Nobody, Leader: Nobody}
	err := json.Unmarshal(data, &p)
	*e = EventState(p)
	return err
}

// UnmarshalJSON implements json.Unmarshaler: null for a node is Nobody.
func (e *EventStored) UnmarshalJSON(data []byte) error {
	type stored EventStored
	p := stored{VotedFor: Nobody}
	err := json.Unmarshal(data, &p)
	*e = EventStored(p)
	return err
}

// UnmarshalJSON implements json.Unmarshaler, instead of EventStored's method.
func (w *EventWrite) UnmarshalJSON(data []byte) error {
	var p struct {
		Kept    uint64
		Removed []EventEntry
	}
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	w.Kept, w.Removed = p.Kept, p.Removed
	return json.Unmarshal(data, &w.EventStored)
}
