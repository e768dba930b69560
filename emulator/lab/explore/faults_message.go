package explore

import (
	"fmt"
	"time"

	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// rule puts a rule with an effect in force, for a while and for some of what it
// matches.
func (r *rehearsal) rule(e *fault.Effect) {
	var rule fault.Rule
	e.Draw(r.dice, &rule)
	r.rules++
	rule.Name = fmt.Sprintf("%s-%d", e.Word(), r.rules)
	if e.OnWrites {
		rule.Match = r.matchWrites()
	} else {
		rule.Match = r.match()
	}
	rule.Until = r.Span(20*time.Millisecond, 3*time.Second)
	switch r.IntN(3) {
	case 0: // all of them
	case 1:
		rule.Count = uint64(r.Between(1, 4))
		rule.Skip = uint64(pick(r.dice, 0, 0, 1, 2))
	default:
		rule.Probability = pick(r.dice, 0.05, 0.2, 0.5, 0.8)
	}
	r.do(play.SetFault{Rule: rule})
}

// matchWrites chooses the writes of one node, or of all.
func (r *rehearsal) matchWrites() fault.Match {
	if r.Chance(0.3) {
		return fault.Match{}
	}
	return fault.Match{Node: r.shuffled()[:1]}
}

// match chooses messages: by where they come from and go to, and by what they are.
func (r *rehearsal) match() fault.Match {
	var m fault.Match
	ids := r.shuffled()
	switch r.IntN(6) {
	case 0, 1: // any
	case 2:
		m.From = []raft.NodeID{ids[0]}
	case 3:
		m.To = []raft.NodeID{ids[0]}
	case 4:
		m.From, m.To = []raft.NodeID{ids[0]}, []raft.NodeID{ids[1]}
	default:
		m.From, m.To = []raft.NodeID{ids[1]}, []raft.NodeID{ids[0]}
	}
	m.Type = pick(r.dice, fault.AnyType, fault.AnyType, fault.RequestVoteType, fault.AppendEntriesType, fault.AppendEntriesType)
	m.Kind = pick(r.dice, fault.AnyKind, fault.AnyKind, fault.RequestKind, fault.ResponseKind)
	if m.Type == fault.AppendEntriesType && m.Kind != fault.ResponseKind {
		m.Entries = pick(r.dice, fault.AnyEntries, fault.AnyEntries, fault.WithEntries, fault.WithoutEntries)
	}
	return m
}
