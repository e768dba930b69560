package trace

import (
	"strconv"

	"rrmq.example/emulator/emulator/sim/encode"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// AppendJSON appends the record as one JSON object, without a line break:
//
//	{"seq": 9, "time_ns": 1500000, "step": 4, "cause": 8, "event": "AppendEntries", "node": 0,
//	 "message": {"id": 9, "type": "AppendEntriesRequest", "from": 0, "to": 1, "term": 6,
//	  "prev_log_index": 2, "prev_log_term": 1, "entries": [{"term": 6, "op": "put_topic", "topic": "dog"}], "leader_commit": 2},
//	 "state": {"role": "Leader", "term": 6, "voted_for": 0, "leader": 0, "commit_index": 2,
//	  "last_applied": 2, "last_index": 3, "last_term": 6}}
//
// Keys come in this order and without the spaces. If the record concerns all nodes, node is
// null and state is left out; an index of 0 is left out. A message has the fields of its
// type, and its id is the seq of the record of its sending. After state comes the content
// of the Detail:
//
//	"request": {"id": UUID, "command": {"op": "put_message", "topic": "dog", "message": "wuff"}}
//	"response": {"id": UUID, "ok": true, "message": "wuff", "topics": ["dog"], "error": "not_leader"}
//	"change": {"op": "crash", "node": 1, "wipe": true, "links": [[0, 1]], "fault": {…}, "name": "slow", "skew": 2, "bug": ""}
//	"init": {"up": true, "log": [{"term": 1, "op": "put_topic", "topic": "dog"}], "next_index": [2, 2, 2], "match_index": [0, 0, 0],
//	 "votes": [0, 2], "bug": "commit_old_term", "stored": {"term": 1, "voted_for": null},
//	 "writes": [{"term": 2, "voted_for": 1, "kept": 1, "removed": […]}],
//	 "paused": true, "skew": 2, "cut": [1], "faults": [{"name": "slow", …}]}
//	"stored": {"term": 2, "voted_for": 1}
//	"fault": "slow"
//	"reason": "partition"
//	"next_index": [4, 4, 4], "match_index": [3, 0, 0]
//	"again": [3]
//
// Then comes what is in Extra and Log:
//
//	"kept": 2
//	"progress": {"next": 4, "match": 3}
//	"counted": true
//	"unlogged": {"op": "get_message", "topic": "dog"}
//	"timer": {"kind": "election", "at_ns": 151000000}
//	"log": {"kept": 2, "entries": [{"term": 1, "op": "put_topic", "topic": "dog"}]}
//
// A response and a change have only the keys that they need. Errors are not_leader,
// leadership_lost, busy and node_down. A command has the keys of its operation's arguments,
// and a response the key of the operation's result. An empty command is null. In text that
// is not UTF-8, U+FFFD replaces each wrong byte.
func (r *Record) AppendJSON(b []byte) []byte {
	b = encode.AppendUint(b, `{"seq":`, r.Seq)
	b = strconv.AppendInt(append(b, `,"time_ns":`...), int64(r.Time), 10)
	b = encode.AppendUint(b, `,"step":`, r.Step)
	b = encode.AppendUint(b, `,"cause":`, r.Cause)
	b = append(b, `,"event":"`...)
	b = append(b, r.Kind.String()...)
	b = encode.AppendNode(b, `","node":`, r.Node)
	if r.Index != 0 {
		b = encode.AppendUint(b, `,"index":`, r.Index)
	}
	if r.Kind.HasMessage() {
		b = encode.AppendUint(b, `,"message":{"id":`, r.MessageID())
		b = appendMessage(b, &r.Message)
	}
	if r.Node != raft.None {
		b = appendState(b, &r.State)
	}
	switch d := r.Detail.(type) {
	case nil:
	case *Call:
		if r.Kind == Response {
			b = appendResponse(b, d)
		} else {
			b = appendRequest(b, d)
		}
	case *Start:
		b = appendInit(b, d)
	case raft.HardState:
		b = append(appendHard(append(b, `,"stored":{`...), d), '}')
	case *fault.Change:
		b = d.AppendJSON(append(b, `,"change":`...))
	case *fault.Rule:
		b = encode.AppendText(append(b, `,"fault":`...), d.Name)
	case Reason:
		b = encode.AppendText(append(b, `,"reason":`...), d.String())
	case *Indices:
		b = appendIndices(b, `,"next_index":[`, d.Next)
		b = appendIndices(b, `,"match_index":[`, d.Match)
	case Again:
		b = appendIndices(b, `,"again":[`, d)
	}
	if r.Extra.kind != noExtra {
		b = appendExtra(b, r)
	}
	if r.Log != nil {
		b = encode.AppendUint(b, `,"log":{"kept":`, r.Log.Kept)
		b = append(appendEntries(append(b, `,"entries":`...), r.Log.Entries), '}')
	}
	return append(b, '}')
}

// appendExtra appends the record's Extra, which says something.
func appendExtra(b []byte, r *Record) []byte {
	e := r.Extra
	switch e.kind {
	case keptExtra:
		b = encode.AppendUint(b, `,"kept":`, e.first)
	case progressExtra:
		b = encode.AppendUint(b, `,"progress":{"next":`, e.first)
		b = append(encode.AppendUint(b, `,"match":`, e.second), '}')
	case countedExtra:
		b = append(b, `,"counted":true`...)
	case unloggedExtra:
		c, _ := r.Detail.(*Call)
		b = append(c.Command.AppendJSON(append(b, `,"unlogged":{`...)), '}')
	case timerExtra:
		b = append(append(b, `,"timer":{"kind":"`...), timerNames[raft.Timer(e.first)]...)
		b = append(strconv.AppendInt(append(b, `","at_ns":`...), int64(e.second), 10), '}')
	}
	return b
}

// appendIndices appends a list of indices behind its key.
func appendIndices(b []byte, key string, indices []raft.Index) []byte {
	b = append(b, key...)
	for i, index := range indices {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendUint(b, uint64(index), 10)
	}
	return append(b, ']')
}

// appendMessage appends a message from the key behind its id on.
func appendMessage(b []byte, m *raft.Message) []byte {
	b = append(b, `,"type":"`...)
	b = append(b, m.Type.String()...)
	b = encode.AppendNode(b, `","from":`, m.From)
	b = encode.AppendNode(b, `,"to":`, m.To)
	b = encode.AppendUint(b, `,"term":`, m.Term)
	switch m.Type {
	case raft.RequestVoteRequest:
		b = encode.AppendUint(b, `,"last_log_index":`, m.LastLogIndex)
		b = encode.AppendUint(b, `,"last_log_term":`, m.LastLogTerm)
	case raft.RequestVoteResponse:
		b = strconv.AppendBool(append(b, `,"vote_granted":`...), m.VoteGranted)
	case raft.AppendEntriesRequest:
		b = encode.AppendUint(b, `,"prev_log_index":`, m.PrevLogIndex)
		b = encode.AppendUint(b, `,"prev_log_term":`, m.PrevLogTerm)
		b = appendEntries(append(b, `,"entries":`...), m.Entries)
		b = encode.AppendUint(b, `,"leader_commit":`, m.LeaderCommit)
	case raft.AppendEntriesResponse:
		b = strconv.AppendBool(append(b, `,"success":`...), m.Success)
		b = encode.AppendUint(b, `,"prev_log_index":`, m.PrevLogIndex)
		if m.Success {
			b = encode.AppendUint(b, `,"match_index":`, m.MatchIndex)
		} else {
			b = encode.AppendUint(b, `,"conflict_index":`, m.ConflictIndex)
			b = encode.AppendUint(b, `,"conflict_term":`, m.ConflictTerm)
		}
	}
	return append(b, '}')
}

func appendEntries(b []byte, entries []raft.Entry) []byte {
	b = append(b, '[')
	for i := range entries {
		if i > 0 {
			b = append(b, ',')
		}
		b = encode.AppendUint(b, `{"term":`, entries[i].Term)
		b = command(&entries[i]).AppendJSON(append(b, ','))
		b = append(b, '}')
	}
	return append(b, ']')
}

// command returns an entry's command, or nil, which does nothing, for one of another
// machine.
func command(e *raft.Entry) *machine.Command {
	c, _ := e.Command.(*machine.Command)
	return c
}

// appendInit appends the rest of a node's start, beside its state: that it is down, its
// log, a leader's nextIndex and matchIndex, a candidate's votes if they are more than its
// own, and its bug. If there are unfinished writes, it appends the content of stable
// storage and the writes, the oldest first. Then come its surroundings.
func appendInit(b []byte, c *Start) []byte {
	b = strconv.AppendBool(append(b, `,"init":{"up":`...), c.Up)
	b = appendEntries(append(b, `,"log":`...), c.Log)
	if c.NextIndex != nil {
		b = appendIndices(b, `,"next_index":[`, c.NextIndex)
	}
	if c.MatchIndex != nil {
		b = appendIndices(b, `,"match_index":[`, c.MatchIndex)
	}
	if c.Counted {
		b = appendNodes(b, `,"votes":[`, c.Votes)
	}
	if c.Bug != "" {
		b = encode.AppendText(append(b, `,"bug":`...), c.Bug)
	}
	if len(c.Writes) > 0 {
		b = append(appendHard(append(b, `,"stored":{`...), c.Stored), `},"writes":[`...)
		for i := range c.Writes {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendHard(append(b, '{'), c.Writes[i].Hard)
			b = encode.AppendUint(b, `,"kept":`, c.Writes[i].Kept)
			b = appendEntries(append(b, `,"removed":`...), c.Writes[i].Removed)
			b = append(b, '}')
		}
		b = append(b, ']')
	}
	return append(appendPlace(b, c), '}')
}

// appendPlace appends what a node's start says about its surroundings.
func appendPlace(b []byte, c *Start) []byte {
	if c.Paused {
		b = append(b, `,"paused":true`...)
	}
	if c.Skew != 0 {
		b = strconv.AppendFloat(append(b, `,"skew":`...), c.Skew, 'g', -1, 64)
	}
	if len(c.Cut) > 0 {
		b = appendNodes(b, `,"cut":[`, c.Cut)
	}
	for i := range c.Faults {
		b = append(b, [2]string{`,"faults":[`, ","}[min(i, 1)]...)
		rule, _ := c.Faults[i].MarshalJSON() // it never fails
		b = append(b, rule...)
	}
	if len(c.Faults) > 0 {
		b = append(b, ']')
	}
	return b
}

// appendNodes appends a list of nodes behind its key.
func appendNodes(b []byte, key string, ids []raft.NodeID) []byte {
	b = append(b, key...)
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(id), 10)
	}
	return append(b, ']')
}

// appendHard appends the members of a term and a vote.
func appendHard(b []byte, h raft.HardState) []byte {
	b = encode.AppendUint(b, `"term":`, h.Term)
	return encode.AppendNode(b, `,"voted_for":`, h.VotedFor)
}

func appendState(b []byte, s *raft.State) []byte {
	b = append(b, `,"state":{"role":"`...)
	b = append(b, s.Role.String()...)
	b = encode.AppendUint(b, `","term":`, s.Term)
	b = encode.AppendNode(b, `,"voted_for":`, s.VotedFor)
	b = encode.AppendNode(b, `,"leader":`, s.Leader)
	b = encode.AppendUint(b, `,"commit_index":`, s.CommitIndex)
	b = encode.AppendUint(b, `,"last_applied":`, s.LastApplied)
	b = encode.AppendUint(b, `,"last_index":`, s.LastIndex)
	b = encode.AppendUint(b, `,"last_term":`, s.LastTerm)
	return append(b, '}')
}

func appendRequest(b []byte, q *Call) []byte {
	b = encode.AppendID(append(b, `,"request":{"id":"`...), q.ID)
	if q.Command.None() {
		return append(b, `","command":null}`...)
	}
	b = q.Command.AppendJSON(append(b, `","command":{`...))
	return append(b, "}}"...)
}

func appendResponse(b []byte, q *Call) []byte {
	reply := &q.Reply
	b = encode.AppendID(append(b, `,"response":{"id":"`...), q.ID)
	b = strconv.AppendBool(append(b, `","ok":`...), reply.Err == nil && reply.Result.OK)
	if reply.Err != nil {
		b = encode.AppendText(append(b, `,"error":`...), q.ErrorName())
		return append(b, '}')
	}
	if !q.Command.None() && reply.Result.OK {
		b = reply.Result.AppendJSON(b, q.Command.Op)
	}
	return append(b, '}')
}
