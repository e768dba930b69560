package oracle

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// ErrNotRecord means that a line of a file is not a record of a trace.
var ErrNotRecord = errors.New("not a record of a trace")

// decodeSlowly reads a record from any JSON.
func (d *Decoder) decodeSlowly(line []byte, e *Event) error {
	j := recordJSON{Node: Nobody}
	if err := json.Unmarshal(line, &j); err != nil {
		return fmt.Errorf("%w: %w", ErrNotRecord, err)
	}
	kind, ok := KindOf(j.Event)
	if !ok {
		return fmt.Errorf("%w: unknown event %q", ErrNotRecord, j.Event)
	}
	*e = Event{Seq: j.Seq, Step: j.Step, Cause: j.Cause, Time: j.Time, Kind: kind, Node: int(j.Node), Index: j.Index, Fault: j.Fault, Reason: j.Reason}
	missing := func(key string) error { return fmt.Errorf("%w: a %s has %q", ErrNotRecord, kind, key) }
	if kind.isMessage() {
		if j.Message == nil {
			return missing("message")
		}
		if err := d.messageOf(j.Message, &e.Message); err != nil {
			return err
		}
	}
	if s := j.State; e.Node != Nobody {
		if s == nil {
			return missing("state")
		}
		role := slices.Index(roleNames[:], s.Role)
		if role < 0 {
			return fmt.Errorf("%w: unknown role %q", ErrNotRecord, s.Role)
		}
		e.State = State{Role(role), s.Term, int(s.VotedFor), int(s.Leader), s.Commit, s.Applied, s.Last, s.LastTerm}
	}
	switch kind {
	case Init:
		if j.Init == nil {
			return missing("init")
		}
		e.Begin = d.beginOf(j.Init)
	case Request, ClientRequest:
		if j.Request == nil {
			return missing("request")
		}
		if j.Request.Command != nil {
			e.Value = d.valueOf(j.Request.Command)
		}
		return d.idOf(j.Request.ID, e)
	case Response:
		if j.Response == nil {
			return missing("response")
		}
		a := j.Response
		e.Answer = Answer{OK: a.OK, Error: a.Error, Message: a.Message, Topics: a.Topics}
		return d.idOf(a.ID, e)
	case Persist:
		if j.Stored == nil {
			return missing("stored")
		}
		e.Stored = j.Stored.hard()
	case Nemesis:
		if j.Change == nil {
			return missing("change")
		}
		c := &Change{Op: j.Change.Op, Node: Nobody, Wipe: j.Change.Wipe, Links: j.Change.Links, Fault: j.Change.Name}
		if j.Change.Node != nil {
			c.Node = int(*j.Change.Node)
		}
		if j.Change.Fault != nil {
			c.Fault, c.OnWrites = j.Change.Fault.Name, j.Change.Fault.SlowDisk != nil
		}
		e.Change = c
	}
	return nil
}

func (d *Decoder) messageOf(j *messageJSON, m *Message) error {
	t := slices.Index(typeNames[:], j.Type)
	if t < 0 {
		return fmt.Errorf("%w: unknown type %q of a message", ErrNotRecord, j.Type)
	}
	m.Head = Head{
		ID: j.ID, Type: MessageType(t), From: int(j.From), To: int(j.To), Term: j.Term,
		LastLogIndex: j.LastLogIndex, LastLogTerm: j.LastLogTerm, VoteGranted: j.VoteGranted,
		PrevLogIndex: j.PrevLogIndex, PrevLogTerm: j.PrevLogTerm, LeaderCommit: j.LeaderCommit,
		Success: j.Success, MatchIndex: j.MatchIndex, ConflictIndex: j.ConflictIndex, ConflictTerm: j.ConflictTerm,
	}
	m.Entries = d.entriesOf(j.Entries)
	return nil
}

func (d *Decoder) entriesOf(list []entryJSON) []Entry {
	entries := make([]Entry, len(list))
	for i := range list {
		entries[i] = Entry{list[i].Term, d.valueOf(&list[i].commandJSON)}
	}
	return entries
}

func (d *Decoder) beginOf(j *initJSON) *Begin {
	b := &Begin{Up: j.Up, Log: d.entriesOf(j.Log), Match: j.Match, Stored: j.Stored.hard()}
	if j.Votes != nil {
		b.Votes, b.Counted = *j.Votes, true
	}
	for i := range j.Writes {
		w := &j.Writes[i]
		b.Writes = append(b.Writes, Write{w.hard(), w.Kept, d.entriesOf(w.Removed)})
	}
	return b
}

func (j *hardJSON) hard() Hard { return Hard{j.Term, int(j.VotedFor)} }

// idOf reads a UUID.
func (d *Decoder) idOf(text string, e *Event) error {
	d.in, d.failed = append(append([]byte{'"'}, text...), '"'), false
	if e.Request = d.id(); d.failed {
		return fmt.Errorf("%w: %q is not the id of a request", ErrNotRecord, text)
	}
	return nil
}

// valueOf returns the value for a command.
func (d *Decoder) valueOf(j *commandJSON) any {
	if j.Op == nil {
		return nil
	}
	c := Command{*j.Op, j.Topic, j.Message}
	v, ok := d.commands[c]
	if !ok {
		v = &c
		d.commands[c] = v
	}
	return v
}

// parseValue reads the members of a command.
func (d *Decoder) parseValue(members []byte) (any, error) {
	var j commandJSON
	if err := json.Unmarshal(slices.Concat([]byte{'{'}, members, []byte{'}'}), &j); err != nil {
		return nil, err
	}
	return d.valueOf(&j), nil
}

// commandOf returns the command of a Decoder's value.
func commandOf(value any) Command {
	if c, ok := value.(*Command); ok {
		return *c
	}
	return Command{}
}
