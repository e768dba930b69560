package trace

import (
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// Event returns the record as users see it: what AppendJSON writes and Decode reads.
func (r *Record) Event() Event {
	e := Event{
		Seq: r.Seq, Time: r.Time, Step: r.Step, Cause: r.Cause,
		Kind: r.Kind.String(), Node: int(r.Node), Index: uint64(r.Index),
	}
	if r.Kind.HasMessage() {
		e.Message = showMessage(&r.Message)
		e.Message.ID = r.MessageID()
	}
	if r.Node != raft.None {
		e.State = showState(&r.State)
	}
	switch d := r.Detail.(type) {
	case *Call:
		if r.Kind == Response {
			e.Response = showResponse(d)
			break
		}
		e.Request = &EventRequest{ID: d.ID.String()}
		if c := showCommand(d.Command); c.Op != "" {
			e.Request.Command = &c
		}
	case *Start:
		e.Init = showStart(d)
	case raft.HardState:
		stored := showHard(d)
		e.Stored = &stored
	case *fault.Change:
		e.Change = &EventChange{d.Kind.String(), *d}
	case *fault.Rule:
		e.Fault = d.Name
	case Reason:
		e.Reason = d.String()
	case *Indices:
		e.NextIndex, e.MatchIndex = showIndices(d.Next), showIndices(d.Match)
	case Again:
		e.Again = showIndices(d)
	}
	r.showExtra(&e)
	return e
}

// showExtra shows the Extra and the Log.
func (r *Record) showExtra(e *Event) {
	switch x := r.Extra; x.kind {
	case keptExtra:
		e.Kept = &x.first
	case progressExtra:
		e.Progress = &EventProgress{Next: x.first, Match: x.second}
	case countedExtra:
		e.Counted = true
	case unloggedExtra:
		call, _ := r.Detail.(*Call)
		c := showCommand(call.Command)
		e.Unlogged = &c
	case timerExtra:
		e.Timer = &EventTimer{timerNames[raft.Timer(x.first)], time.Duration(x.second)}
	}
	if r.Log != nil {
		e.Log = &EventLog{uint64(r.Log.Kept), showEntries(r.Log.Entries)}
	}
}

// showMessage shows the fields that belong to the message's type.
func showMessage(m *raft.Message) *EventMessage {
	e := &EventMessage{Type: m.Type.String(), From: int(m.From), To: int(m.To), Term: uint64(m.Term)}
	switch m.Type {
	case raft.RequestVoteRequest:
		e.LastLogIndex, e.LastLogTerm = uint64(m.LastLogIndex), uint64(m.LastLogTerm)
	case raft.RequestVoteResponse:
		e.VoteGranted = m.VoteGranted
	case raft.AppendEntriesRequest:
		e.PrevLogIndex, e.PrevLogTerm, e.LeaderCommit = uint64(m.PrevLogIndex), uint64(m.PrevLogTerm), uint64(m.LeaderCommit)
		e.Entries = showEntries(m.Entries)
	case raft.AppendEntriesResponse:
		e.PrevLogIndex = uint64(m.PrevLogIndex)
		if e.Success = m.Success; m.Success {
			e.MatchIndex = uint64(m.MatchIndex)
		} else {
			e.ConflictIndex, e.ConflictTerm = uint64(m.ConflictIndex), uint64(m.ConflictTerm)
		}
	}
	return e
}

func showState(s *raft.State) *EventState {
	return &EventState{
		Role: s.Role.String(), Term: uint64(s.Term), VotedFor: int(s.VotedFor), Leader: int(s.Leader),
		CommitIndex: uint64(s.CommitIndex), LastApplied: uint64(s.LastApplied),
		LastIndex: uint64(s.LastIndex), LastTerm: uint64(s.LastTerm),
	}
}

func showEntries(entries []raft.Entry) []EventEntry {
	list := make([]EventEntry, len(entries))
	for i := range entries {
		list[i] = EventEntry{Term: uint64(entries[i].Term), EventCommand: showCommand(command(&entries[i]))}
	}
	return list
}

func showCommand(c *machine.Command) EventCommand {
	if c.None() {
		return EventCommand{}
	}
	e := EventCommand{Op: c.Op.Name}
	for i, a := range c.Op.Args {
		if e.Args == nil {
			e.Args = map[string]string{}
		}
		e.Args[a.Key] = c.Args[i]
	}
	return e
}

func showResponse(c *Call) *EventResponse {
	e := &EventResponse{ID: c.ID.String()}
	if c.Reply.Err != nil {
		e.Error = c.ErrorName()
		return e
	}
	if e.OK = c.Reply.Result.OK; e.OK {
		e.Text = c.Reply.Result.Text
		if c.Reply.Result.List != nil {
			e.List = append([]string{}, c.Reply.Result.List...)
		}
	}
	return e
}

func showStart(s *Start) *EventInit {
	e := &EventInit{Up: s.Up, Log: showEntries(s.Log), NextIndex: showIndices(s.NextIndex), MatchIndex: showIndices(s.MatchIndex), Bug: s.Bug}
	if s.Counted {
		e.Votes = append([]raft.NodeID{}, s.Votes...)
	}
	if len(s.Writes) > 0 {
		stored := showHard(s.Stored)
		e.Stored = &stored
	}
	for i := range s.Writes {
		w := &s.Writes[i]
		e.Writes = append(e.Writes, EventWrite{EventStored: showHard(w.Hard), Kept: uint64(w.Kept), Removed: showEntries(w.Removed)})
	}
	e.Paused, e.Skew, e.Cut, e.Faults = s.Paused, s.Skew, s.Cut, s.Faults
	return e
}

func showIndices(indices []raft.Index) []uint64 {
	if indices == nil {
		return nil
	}
	list := make([]uint64, len(indices))
	for i, index := range indices {
		list[i] = uint64(index)
	}
	return list
}

func showHard(h raft.HardState) EventStored {
	return EventStored{Term: uint64(h.Term), VotedFor: int(h.VotedFor)}
}
