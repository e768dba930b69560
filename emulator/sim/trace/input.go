package trace

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"

	"rrmq.example/emulator/raft"
)

// ErrNotInput: the record is of something that follows from the inputs, and so
// nothing that could be given to a world.
var ErrNotInput = errors.New("the record is not that of an input")

// An Input is what came to a world from outside, with its place among the
// world's events: all that it takes to do so again.
type Input struct {
	Seq  uint64        // of its record
	Step uint64        // the number of events taken before
	Time time.Duration // the world's time
	Kind Kind          // Request, RPC or Nemesis: what World.Do, RPC or Change was asked

	Node    raft.NodeID      // Request: the node asked
	Command *machine.Command // Request
	Message raft.Message     // RPC
	Change  fault.Change     // Nemesis
}

// DecodeInput reads a line that Record.AppendJSON wrote, of a cluster that
// replicates a machine of type t. The error is ErrNotInput when the line is well,
// but not that of an input; it finds that out without reading all of the line.
func DecodeInput(line []byte, t *machine.Type) (Input, error) {
	const key = `"event":"`
	if at := bytes.Index(line, []byte(key)); at >= 0 {
		name := line[at+len(key):]
		if end := bytes.IndexByte(name, '"'); end >= 0 {
			if _, err := inputKind(string(name[:end])); err != nil {
				return Input{}, err
			}
		}
	}
	var j recordJSON
	if err := json.Unmarshal(line, &j); err != nil {
		return Input{}, fmt.Errorf("not a record of a trace: %w", err)
	}
	in, err := j.input(t)
	if err != nil && !errors.Is(err, ErrNotInput) {
		err = fmt.Errorf("record %d: %w", j.Seq, err)
	}
	return in, err
}

// inputKind gives the kind of this name, if it is that of an input.
func inputKind(name string) (Kind, error) {
	for k := range NumKinds {
		if k.String() != name {
			continue
		}
		if !k.IsInput() {
			return 0, ErrNotInput
		}
		return k, nil
	}
	return 0, fmt.Errorf("unknown event %q", name)
}

// A recordJSON is what encoding/json reads of a record.
type recordJSON struct {
	Seq     uint64
	Step    uint64
	TimeNS  time.Duration `json:"time_ns"`
	Event   string
	Node    *raft.NodeID
	Message *messageJSON
	Request *struct{ Command map[string]json.RawMessage }
	Change  json.RawMessage
}

func (j *recordJSON) input(t *machine.Type) (Input, error) {
	kind, err := inputKind(j.Event)
	if err != nil {
		return Input{}, err
	}
	in := Input{Seq: j.Seq, Step: j.Step, Time: j.TimeNS, Kind: kind, Node: raft.None}
	switch {
	case kind == Request && j.Request != nil && j.Node != nil:
		in.Node = *j.Node
		in.Command, err = t.ReadJSON(j.Request.Command)
	case kind == RPC && j.Message != nil:
		in.Message, err = j.Message.message(t)
	case kind == Nemesis && j.Change != nil:
		if err = json.Unmarshal(j.Change, &in.Change); err != nil {
			err = fmt.Errorf("change.%w", err)
		}
	default:
		err = fmt.Errorf("a %s needs the node and the request, the message or the change that it is about", kind)
	}
	if err != nil {
		return Input{}, err
	}
	return in, nil
}

// A messageJSON is a request between nodes as encoding/json reads it. No
// response comes from outside.
type messageJSON struct {
	Type         string
	From, To     raft.NodeID
	Term         raft.Term
	LastLogIndex raft.Index `json:"last_log_index"`
	LastLogTerm  raft.Term  `json:"last_log_term"`
	PrevLogIndex raft.Index `json:"prev_log_index"`
	PrevLogTerm  raft.Term  `json:"prev_log_term"`
	Entries      []map[string]json.RawMessage
	LeaderCommit raft.Index `json:"leader_commit"`
}

func (j *messageJSON) message(t *machine.Type) (raft.Message, error) {
	m := raft.Message{
		From: j.From, To: j.To, Term: j.Term, LastLogIndex: j.LastLogIndex, LastLogTerm: j.LastLogTerm,
		PrevLogIndex: j.PrevLogIndex, PrevLogTerm: j.PrevLogTerm, LeaderCommit: j.LeaderCommit,
	}
	switch j.Type {
	case raft.RequestVoteRequest.String():
		m.Type = raft.RequestVoteRequest
	case raft.AppendEntriesRequest.String():
		m.Type = raft.AppendEntriesRequest
	default:
		return raft.Message{}, fmt.Errorf("message.type: %q is not that of a request", j.Type)
	}
	for i, members := range j.Entries {
		entry, err := readEntry(t, members)
		if err != nil {
			return raft.Message{}, fmt.Errorf("message.entries[%d]: %w", i, err)
		}
		m.Entries = append(m.Entries, entry)
	}
	return m, nil
}

// readEntry reads an entry: its term beside its command's members.
func readEntry(t *machine.Type, members map[string]json.RawMessage) (raft.Entry, error) {
	var e raft.Entry
	if raw := members["term"]; raw != nil {
		if err := json.Unmarshal(raw, &e.Term); err != nil {
			return raft.Entry{}, fmt.Errorf("term: %w", err)
		}
	}
	c, err := t.ReadJSON(members)
	if c != nil {
		e.Command = c
	}
	return e, err
}
