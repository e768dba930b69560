package verify

import (
	"rrmq.example/emulator/emulator/check/oracle"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// kinds maps the trace's kinds to the oracle's by their names.
var kinds = func() (list [256]oracle.Kind) {
	for k := range list {
		name := trace.Kind(k).String()
		kind, ok := oracle.KindOf(name)
		if !ok {
			kind = oracle.Kind(k) | 1<<7 // none
		}
		list[k] = kind
	}
	return list
}()

// translate turns a record into an event of the oracle.
func translate(r *trace.Record, e *oracle.Event) {
	e.Seq, e.Step, e.Cause, e.Time = r.Seq, r.Step, r.Cause, r.Time
	e.Kind, e.Node, e.Index = kinds[r.Kind], int(r.Node), uint64(r.Index)
	s := &r.State
	e.State = oracle.State{
		Role: oracle.Role(s.Role), Term: uint64(s.Term), VotedFor: int(s.VotedFor), Leader: int(s.Leader),
		CommitIndex: uint64(s.CommitIndex), Applied: uint64(s.LastApplied), LastIndex: uint64(s.LastIndex), LastTerm: uint64(s.LastTerm),
	}
	if r.Kind.HasMessage() {
		translateMessage(&r.Message, &e.Message)
		e.Message.ID = r.MessageID()
	}
	if r.Detail != nil {
		translateDetail(r, e)
	}
}

// translateMessage copies the fields of the message's type.
func translateMessage(m *raft.Message, to *oracle.Message) {
	h := &to.Head
	*h = oracle.Head{Type: oracle.MessageType(m.Type), From: int(m.From), To: int(m.To), Term: uint64(m.Term)}
	to.Entries = to.Entries[:0]
	switch m.Type {
	case raft.RequestVoteRequest:
		h.LastLogIndex, h.LastLogTerm = uint64(m.LastLogIndex), uint64(m.LastLogTerm)
	case raft.RequestVoteResponse:
		h.VoteGranted = m.VoteGranted
	case raft.AppendEntriesRequest:
		h.PrevLogIndex, h.PrevLogTerm, h.LeaderCommit = uint64(m.PrevLogIndex), uint64(m.PrevLogTerm), uint64(m.LeaderCommit)
		to.Entries = appendEntries(to.Entries, m.Entries)
	case raft.AppendEntriesResponse:
		h.PrevLogIndex = uint64(m.PrevLogIndex)
		if h.Success = m.Success; m.Success {
			h.MatchIndex = uint64(m.MatchIndex)
		} else {
			h.ConflictIndex, h.ConflictTerm = uint64(m.ConflictIndex), uint64(m.ConflictTerm)
		}
	}
}

func appendEntries(list []oracle.Entry, entries []raft.Entry) []oracle.Entry {
	for i := range entries {
		list = append(list, oracle.Entry{Term: uint64(entries[i].Term), Value: entries[i].Command})
	}
	return list
}

func translateDetail(r *trace.Record, e *oracle.Event) {
	e.Fault, e.Reason = "", ""
	switch d := r.Detail.(type) {
	case *trace.Call:
		e.Request, e.Value = oracle.ID(d.ID), nil
		if d.Command != nil {
			e.Value = d.Command
		}
		if r.Kind == trace.Response {
			e.Answer = answerOf(d)
		}
	case *trace.Start:
		e.Begin = beginOf(d)
	case raft.HardState:
		e.Stored = hardOf(d)
	case *fault.Change:
		e.Change = changeOf(d)
	case *fault.Rule:
		e.Fault = d.Name
	case trace.Reason:
		e.Reason = d.String()
	}
}

// answerOf returns an answer in the oracle's form.
func answerOf(call *trace.Call) oracle.Answer {
	if name := call.ErrorName(); name != "" {
		return oracle.Answer{Error: name}
	}
	a := oracle.Answer{OK: call.Reply.Result.OK}
	if !call.Command.None() && a.OK {
		switch call.Command.Op.Gives {
		case machine.Text:
			a.Message = call.Reply.Result.Text
		case machine.List:
			a.Topics = call.Reply.Result.List
		}
	}
	return a
}

func hardOf(h raft.HardState) oracle.Hard {
	return oracle.Hard{Term: uint64(h.Term), VotedFor: int(h.VotedFor)}
}

// beginOf returns a node's start in the oracle's form.
func beginOf(c *trace.Start) *oracle.Begin {
	b := &oracle.Begin{Up: c.Up, Log: appendEntries(nil, c.Log), Stored: hardOf(c.Stored)}
	for _, match := range c.MatchIndex {
		b.Match = append(b.Match, uint64(match))
	}
	if c.Counted {
		b.Counted = true
		for _, id := range c.Votes {
			b.Votes = append(b.Votes, int(id))
		}
	}
	for i := range c.Writes {
		w := &c.Writes[i]
		b.Writes = append(b.Writes, oracle.Write{Hard: hardOf(w.Hard), Kept: uint64(w.Kept), Removed: appendEntries(nil, w.Removed)})
	}
	return b
}

func changeOf(c *fault.Change) *oracle.Change {
	change := &oracle.Change{Op: c.Kind.String(), Node: int(c.Node), Wipe: c.Wipe, Fault: c.Name}
	for _, l := range c.Links {
		change.Links = append(change.Links, [2]int{int(l.From), int(l.To)})
	}
	if c.Rule != nil {
		change.Fault, change.OnWrites = c.Rule.Name, c.Rule.OnWrites()
	}
	return change
}
