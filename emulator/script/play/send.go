package play

import (
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/wire"
	"rrmq.example/emulator/raft"
)

// send reads a message from outside.
func (r *reader) send(_ *source.Table, v *source.Value) Action {
	var a Send
	s := v.Table("a table such as { to = 1, from = 0, request_vote = { term = 1, last_log_index = 0, last_log_term = 0 } }")
	for _, w := range []struct {
		key  string
		dst  *Who
		want string
	}{{"to", &a.To, "the node that gets the message"}, {"from", &a.From, "the node that the message claims to come from"}} {
		if at := s.Get(w.key); at != nil {
			*w.dst, _ = r.who(at)
		} else {
			v.Missing(w.key, "%s", w.want)
		}
	}
	vote, entries := s.Get("request_vote"), s.Get("append_entries")
	switch {
	case vote != nil && entries != nil:
		entries.Report("is given together with request_vote, want one of the two")
	case vote != nil:
		a.Message = readVoteRequest(vote)
	case entries != nil:
		a.Message = readAppendRequest(entries, r.machine)
	default:
		v.Missing("request_vote", "request_vote or append_entries")
	}
	s.End()
	if !s.Sound() {
		return a
	}
	if a.From == a.To {
		v.Report("goes from %s to itself, want two nodes", a.From)
	}
	if err := wire.Check(a.Message); err != nil {
		v.Report("is not a message that a node could send: %v", err)
	}
	return a
}

func readVoteRequest(v *source.Value) raft.Message {
	m := raft.Message{Type: raft.RequestVoteRequest}
	s := v.Table("keys among term, last_log_index and last_log_term")
	m.Term = messageTerm(s)
	m.LastLogIndex = messageIndex(s, "last_log_index")
	m.LastLogTerm = termOf(s, "last_log_term")
	s.End()
	return m
}

func readAppendRequest(v *source.Value, of *machine.Type) raft.Message {
	m := raft.Message{Type: raft.AppendEntriesRequest}
	s := v.Table("keys among term, prev_log_index, prev_log_term, leader_commit and entries")
	m.Term = messageTerm(s)
	m.PrevLogIndex = messageIndex(s, "prev_log_index")
	m.PrevLogTerm = termOf(s, "prev_log_term")
	m.LeaderCommit = messageIndex(s, "leader_commit")
	if list, ok := s.Items("entries", `a list of entries, such as [{ term = 1, op = "put_topic", topic = "dog" }]`); ok {
		for _, e := range list {
			m.Entries = append(m.Entries, syntax.ReadEntry(e, of))
		}
	}
	s.End()
	return m
}

// messageTerm reads the term of a message, which is required.
func messageTerm(s *source.Table) raft.Term {
	if !s.Has("term") {
		s.Missing("term", "the message's term")
	}
	return termOf(s, "term")
}

func termOf(s *source.Table, key string) raft.Term {
	term, _ := syntax.ReadTerm(s, key)
	return term
}

func messageIndex(s *source.Table, key string) raft.Index {
	n, _ := s.Int(key, "an index", 0, syntax.MaxTerm)
	return raft.Index(n)
}
