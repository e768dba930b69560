package trace

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/machines"
	"rrmq.example/emulator/emulator/text/readjson"
	"rrmq.example/emulator/raft"
)

// ErrNotInput means that the record is not of an input, so that no world can take it.
var ErrNotInput = errors.New("the record is not that of an input")

// Decode reads a line that Record.AppendJSON wrote. The commands in it are those of a
// machine of type t, or of any machine if t is nil.
func Decode(line []byte, t *machine.Type) (Record, error) {
	e, err := readEvent(line)
	if err != nil {
		return Record{}, err
	}
	return e.Record(t)
}

// readEvent reads a line, in which no key may be given twice.
func readEvent(line []byte) (*Event, error) {
	var e Event
	err := readjson.Check(line, readjson.Options{Name: "the line"})
	if err == nil {
		err = json.Unmarshal(line, &e)
	}
	if err != nil {
		return nil, fmt.Errorf("not a record of a trace: %w", err)
	}
	return &e, nil
}

// DecodeInput is Decode for the records of inputs, which came from outside. For any other
// record it returns ErrNotInput, without reading the whole line.
func DecodeInput(line []byte, t *machine.Type) (Record, error) {
	const key = `"event":"`
	if at := bytes.Index(line, []byte(key)); at >= 0 {
		name := line[at+len(key):]
		if end := bytes.IndexByte(name, '"'); end >= 0 {
			kind, err := parseKind(string(name[:end]))
			if err != nil {
				return Record{}, err
			}
			if !kind.IsInput() {
				return Record{}, ErrNotInput
			}
		}
	}
	e, err := readEvent(line)
	if err != nil {
		return Record{}, err
	}
	if kind, err := parseKind(e.Kind); err == nil && !kind.IsInput() {
		return Record{}, ErrNotInput
	}
	return e.Record(t)
}

// parseKind returns the kind with this name.
func parseKind(name string) (Kind, error) {
	for k := range NumKinds {
		if k.String() == name {
			return k, nil
		}
	}
	return 0, fmt.Errorf("unknown event %q", name)
}

// Record returns the event's record. The commands in it are those of a machine of type t,
// or of any machine if t is nil. The error names the missing key or the unknown value.
func (e *Event) Record(t *machine.Type) (Record, error) {
	r, err := e.record(t)
	if err != nil {
		return Record{}, fmt.Errorf("record %d: %w", e.Seq, err)
	}
	return r, nil
}

func (e *Event) record(t *machine.Type) (Record, error) {
	kind, err := parseKind(e.Kind)
	if err != nil {
		return Record{}, err
	}
	r := Record{Seq: e.Seq, Time: e.Time, Step: e.Step, Cause: e.Cause, Kind: kind, Index: raft.Index(e.Index)}
	if r.Node, err = nodeID("node", e.Node); err != nil {
		return Record{}, err
	}
	if kind.HasMessage() {
		if e.Message == nil {
			return Record{}, missing(kind, "message")
		}
		if r.Message, err = e.Message.message(t); err != nil {
			return Record{}, fmt.Errorf("message.%w", err)
		}
	}
	if e.State != nil {
		if r.State, err = e.State.state(); err != nil {
			return Record{}, fmt.Errorf("state.%w", err)
		}
	}
	if r.Detail, err = e.detail(kind, t); err != nil {
		return Record{}, err
	}
	if r.Extra, err = e.extra(r.Detail, t); err != nil {
		return Record{}, err
	}
	if e.Log != nil {
		r.Log = &LogChange{Kept: raft.Index(e.Log.Kept)}
		if r.Log.Entries, err = readEntries("log.entries", e.Log.Entries, t); err != nil {
			return Record{}, err
		}
	}
	return r, nil
}

// extra reads the event's Extra. The command of an unlogged Response completes its detail.
func (e *Event) extra(detail any, t *machine.Type) (Extra, error) {
	switch {
	case e.Kept != nil:
		return Kept(raft.Index(*e.Kept)), nil
	case e.Progress != nil:
		return Progress(raft.Index(e.Progress.Next), raft.Index(e.Progress.Match)), nil
	case e.Counted:
		return Counted(), nil
	case e.Unlogged != nil:
		call, ok := detail.(*Call)
		if !ok {
			return Extra{}, errors.New("unlogged: only a Response has it")
		}
		var err error
		if call.Command, err = e.Unlogged.command(t); err != nil {
			return Extra{}, fmt.Errorf("unlogged.%w", err)
		}
		return Unlogged(), nil
	case e.Timer != nil:
		for timer, name := range timerNames {
			if name == e.Timer.Kind {
				return Timer(timer, e.Timer.At), nil
			}
		}
		return Extra{}, fmt.Errorf("timer.kind: unknown kind %q", e.Timer.Kind)
	}
	return Extra{}, nil
}

func missing(kind Kind, what string) error {
	return fmt.Errorf("%s: missing, a %s needs it", what, kind)
}

// detail reads the kind's part of the event.
func (e *Event) detail(kind Kind, t *machine.Type) (any, error) {
	switch kind {
	case Request, Kind(raft.ClientRequest):
		switch {
		case e.Request == nil:
			return nil, missing(kind, "request")
		case e.Node == Nobody:
			return nil, missing(kind, "node")
		}
		return e.call("request", e.Request.ID, e.Request.Command, t)
	case Response:
		if e.Response == nil {
			return nil, missing(kind, "response")
		}
		return e.response()
	case Init:
		if e.Init == nil {
			return nil, missing(kind, "init")
		}
		return e.Init.start(t)
	case Persist:
		if e.Stored == nil {
			return nil, missing(kind, "stored")
		}
		return e.Stored.hard()
	case Nemesis:
		if e.Change == nil {
			return nil, missing(kind, "change")
		}
		return &e.Change.Change, nil
	case SetTimer:
		if e.Timer == nil {
			return nil, missing(kind, "timer")
		}
		return nil, nil
	case Kind(raft.BecomeLeader):
		if e.NextIndex == nil { // as in older formats
			return nil, nil
		}
		return &Indices{Next: readIndices(e.NextIndex), Match: readIndices(e.MatchIndex)}, nil
	case Apply:
		if e.Again == nil {
			return nil, nil
		}
		return Again(readIndices(e.Again)), nil
	}
	if e.Reason != "" {
		return parseReason(e.Reason)
	}
	if e.Fault != "" {
		return &fault.Rule{Name: e.Fault}, nil
	}
	return nil, nil
}

// call reads a client's request under the key.
func (e *Event) call(key, id string, c *EventCommand, t *machine.Type) (*Call, error) {
	call := &Call{Node: raft.NodeID(e.Node)}
	if e.Kind == Request.String() {
		call.Seq = e.Seq
	}
	var err error
	if id != "" {
		if call.ID, err = uuid.Parse(id); err != nil {
			return nil, fmt.Errorf("%s.id: %w", key, err)
		}
	}
	if c != nil {
		if call.Command, err = c.command(t); err != nil {
			return nil, fmt.Errorf("%s.command.%w", key, err)
		}
	}
	return call, nil
}

// response reads an answer to a client. It does not contain the request's command.
func (e *Event) response() (*Call, error) {
	a := e.Response
	call, err := e.call("response", a.ID, nil, nil)
	if err != nil {
		return nil, err
	}
	call.Reply = machine.Reply{
		Result:    machine.Result{OK: a.OK, Text: a.Text, List: a.List},
		RequestID: call.ID, Index: raft.Index(e.Index), Leader: raft.None,
	}
	if a.Error != "" {
		call.Reply.Err = errorOf(a.Error)
	}
	return call, nil
}

// nodeID reads a node's id.
func nodeID(key string, id int) (raft.NodeID, error) {
	if id < Nobody || int(raft.NodeID(id)) != id {
		return raft.None, fmt.Errorf("%s: %d is no node's id", key, id)
	}
	return raft.NodeID(id), nil
}

// command returns the command of a machine of type t, or of any machine if t is nil.
func (c *EventCommand) command(t *machine.Type) (*machine.Command, error) {
	if c.Op == "" {
		return nil, nil
	}
	op := machines.Op(c.Op)
	if t != nil || op == nil {
		if t == nil {
			t = machines.Default()
		}
		var err error
		if op, err = t.Op(c.Op); err != nil {
			return nil, fmt.Errorf("op: %w", err)
		}
	}
	command := &machine.Command{Op: op}
	for i, a := range op.Args {
		command.Args[i] = c.Args[a.Key]
	}
	return command, nil
}

// readEntries reads entries of a log, or returns nil for an empty list.
func readEntries(key string, list []EventEntry, t *machine.Type) ([]raft.Entry, error) {
	var entries []raft.Entry
	for i := range list {
		c, err := list[i].command(t)
		if err != nil {
			return nil, fmt.Errorf("%s[%d].%w", key, i, err)
		}
		entry := raft.Entry{Term: raft.Term(list[i].Term)}
		if c != nil {
			entry.Command = c
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

func (e *EventMessage) message(t *machine.Type) (raft.Message, error) {
	m := raft.Message{
		Term: raft.Term(e.Term), LastLogIndex: raft.Index(e.LastLogIndex), LastLogTerm: raft.Term(e.LastLogTerm),
		VoteGranted:  e.VoteGranted,
		PrevLogIndex: raft.Index(e.PrevLogIndex), PrevLogTerm: raft.Term(e.PrevLogTerm), LeaderCommit: raft.Index(e.LeaderCommit),
		Success: e.Success, MatchIndex: raft.Index(e.MatchIndex),
		ConflictIndex: raft.Index(e.ConflictIndex), ConflictTerm: raft.Term(e.ConflictTerm),
	}
	for m.Type = raft.RequestVoteRequest; m.Type.String() != e.Type; m.Type++ {
		if m.Type > raft.AppendEntriesResponse {
			return raft.Message{}, fmt.Errorf("type: unknown type %q", e.Type)
		}
	}
	var err error
	if m.From, err = nodeID("from", e.From); err != nil {
		return raft.Message{}, err
	}
	if m.To, err = nodeID("to", e.To); err != nil {
		return raft.Message{}, err
	}
	m.Entries, err = readEntries("entries", e.Entries, t)
	return m, err
}

func (e *EventState) state() (raft.State, error) {
	s := raft.State{
		Term: raft.Term(e.Term), CommitIndex: raft.Index(e.CommitIndex), LastApplied: raft.Index(e.LastApplied),
		LastIndex: raft.Index(e.LastIndex), LastTerm: raft.Term(e.LastTerm),
	}
	for s.Role = raft.Follower; s.Role.String() != e.Role; s.Role++ {
		if s.Role > raft.Leader {
			return raft.State{}, fmt.Errorf("role: unknown role %q", e.Role)
		}
	}
	var err error
	if s.VotedFor, err = nodeID("voted_for", e.VotedFor); err != nil {
		return raft.State{}, err
	}
	s.Leader, err = nodeID("leader", e.Leader)
	return s, err
}

func (e *EventStored) hard() (raft.HardState, error) {
	id, err := nodeID("stored.voted_for", e.VotedFor)
	return raft.HardState{Term: raft.Term(e.Term), VotedFor: id}, err
}

func (e *EventInit) start(t *machine.Type) (*Start, error) {
	s := &Start{
		Up: e.Up, NextIndex: readIndices(e.NextIndex), MatchIndex: readIndices(e.MatchIndex), Bug: e.Bug, Votes: e.Votes, Counted: e.Votes != nil,
		Paused: e.Paused, Skew: e.Skew, Cut: e.Cut, Faults: e.Faults,
	}
	var err error
	if s.Log, err = readEntries("init.log", e.Log, t); err != nil {
		return nil, err
	}
	if e.Stored != nil {
		if s.Stored, err = e.Stored.hard(); err != nil {
			return nil, err
		}
	}
	for i := range e.Writes {
		w := Write{Kept: raft.Index(e.Writes[i].Kept)}
		if w.Hard, err = e.Writes[i].hard(); err != nil {
			return nil, err
		}
		if w.Removed, err = readEntries("init.writes.removed", e.Writes[i].Removed, t); err != nil {
			return nil, err
		}
		s.Writes = append(s.Writes, w)
	}
	return s, nil
}

func readIndices(list []uint64) []raft.Index {
	var indices []raft.Index
	for _, index := range list {
		indices = append(indices, raft.Index(index))
	}
	return indices
}
