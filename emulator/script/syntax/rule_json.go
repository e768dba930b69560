package syntax

import (
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// RuleObject is the JSON form of a rule. ParseRule reads it back.
type RuleObject struct {
	Name        string       `json:"name"`
	Match       *MatchObject `json:"match,omitempty"`
	Drop        bool         `json:"drop,omitempty"`
	DelayMS     *[2]float64  `json:"delay_ms,omitempty"`
	Duplicate   int          `json:"duplicate,omitempty"`
	Reorder     bool         `json:"reorder,omitempty"`
	Hold        bool         `json:"hold,omitempty"`
	Skip        uint64       `json:"skip,omitempty"`
	Count       uint64       `json:"count,omitempty"`
	Probability float64      `json:"probability,omitempty"`
	UntilMS     float64      `json:"until_ms,omitempty"`
}

// MatchObject is the JSON form of a Match.
type MatchObject struct {
	From    []raft.NodeID `json:"from,omitempty"`
	To      []raft.NodeID `json:"to,omitempty"`
	Type    string        `json:"type,omitempty"`
	Kind    string        `json:"kind,omitempty"`
	Entries *bool         `json:"entries,omitempty"`
}

// RuleJSON gives a rule the shape that ParseRule reads. What is not set is left
// out, and so is an Until that is over.
func RuleJSON(r fault.Rule) RuleObject {
	o := RuleObject{
		Name: r.Name, Drop: r.Drop, Duplicate: r.Duplicate, Reorder: r.Reorder, Hold: r.Hold,
		Skip: r.Skip, Count: r.Count, Probability: r.Probability, UntilMS: source.ToMillis(max(r.Until, 0)),
	}
	if r.DelayMax > 0 {
		o.DelayMS = &[2]float64{source.ToMillis(r.DelayMin), source.ToMillis(r.DelayMax)}
	}
	m := MatchObject{From: r.Match.From, To: r.Match.To}
	if r.Match.Type != fault.AnyType {
		m.Type = MessageTypes[r.Match.Type-1]
	}
	if r.Match.Kind != fault.AnyKind {
		m.Kind = MessageKinds[r.Match.Kind-1]
	}
	if r.Match.Entries != fault.AnyEntries {
		with := r.Match.Entries == fault.WithEntries
		m.Entries = &with
	}
	if m.From != nil || m.To != nil || m.Type != "" || m.Kind != "" || m.Entries != nil {
		o.Match = &m
	}
	return o
}
