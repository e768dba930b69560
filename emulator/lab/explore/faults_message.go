package explore

import (
	"fmt"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"

	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/raft"
)

// rule puts a message rule in force, for a while and for some messages.
func (r *rehearsal) rule(name string, rule fault.Rule) {
	r.rules++
	rule.Name = fmt.Sprintf("%s-%d", name, r.rules)
	rule.Match = r.match()
	rule.Until = r.span(20*time.Millisecond, 3*time.Second)
	switch r.IntN(3) {
	case 0: // all of them
	case 1:
		rule.Count = uint64(r.between(1, 4))
		rule.Skip = uint64(pick(r.dice, 0, 0, 1, 2))
	default:
		rule.Probability = pick(r.dice, 0.05, 0.2, 0.5, 0.8)
	}
	r.do(play.SetFault{Rule: rule})
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

// delay has messages take longer: all alike, or some much longer than others.
func (r *rehearsal) delay() {
	high := r.span(2*time.Millisecond, 800*time.Millisecond)
	low := pick(r.dice, 0, high/2, high).Round(time.Millisecond)
	r.rule("delay", fault.Rule{DelayMin: low, DelayMax: high})
}

func (r *rehearsal) drop() { r.rule("drop", fault.Rule{Drop: true}) }

// duplicate has messages arrive more than once, at times much later.
func (r *rehearsal) duplicate() {
	rule := fault.Rule{Duplicate: pick(r.dice, 1, 1, 1, 2, 3)}
	if r.chance(0.7) {
		rule.DelayMax = r.span(2*time.Millisecond, 500*time.Millisecond)
	}
	r.rule("duplicate", rule)
}

func (r *rehearsal) reorder() { r.rule("reorder", fault.Rule{Reorder: true}) }

// hold holds messages until the rule runs out: they come late and all at once.
func (r *rehearsal) hold() { r.rule("hold", fault.Rule{Hold: true}) }
