package history

import (
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A segment is a run of consecutive entries that no known client asked for.
type segment struct {
	after   raft.Index
	entries []raft.Entry
}

// segments lists the entries with which a world begins: in logs, in writes that remove part
// of a log, and in messages in flight.
func segments(c *world.Config) []segment {
	var list []segment
	for i := range c.Nodes {
		n := &c.Nodes[i]
		list = append(list, segment{0, n.Log})
		for k := range n.Writes {
			list = append(list, segment{n.Writes[k].Kept, n.Writes[k].Removed})
		}
	}
	for i := range c.Messages {
		m := &c.Messages[i].Message
		list = append(list, segment{m.PrevLogIndex, m.Entries})
	}
	return list
}

// has reports whether the segment contains an entry.
func (s *segment) has(i raft.Index, t raft.Term, c *machine.Command) bool {
	if i <= s.after || i-s.after > raft.Index(len(s.entries)) {
		return false
	}
	e := &s.entries[i-s.after-1]
	command, _ := e.Command.(*machine.Command)
	return e.Term == t && command == c
}

// inherited lists the entries behind an index with which a world begins, as requests of
// NoClient. Entries that several logs share are listed once.
func inherited(c *world.Config, after raft.Index) []Call {
	type place struct {
		index raft.Index
		term  raft.Term
	}
	var ops []Call
	known := map[place]bool{}
	for _, s := range segments(c) {
		for k := range s.entries {
			at := place{s.after + 1 + raft.Index(k), s.entries[k].Term}
			command, ok := s.entries[k].Command.(*machine.Command)
			if !ok || command == nil || at.index <= after || known[at] {
				continue
			}
			known[at] = true
			ops = append(ops, Call{
				Client: NoClient, Node: NoClient, Command: *command, Call: beginning, Outcome: Unknown, Index: uint64(at.index),
			})
		}
	}
	return ops
}
