package syntax

import (
	"slices"

	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/sim/fault"

	"rrmq.example/emulator/raft"
)

// The words of a rule's match.
var (
	MessageTypes = []string{"request_vote", "append_entries"}
	MessageKinds = []string{"request", "response"}
)

// MaxDuplicates is the most copies that one rule makes of a message.
const MaxDuplicates = 100

// ParseRule reads the JSON form of a message rule, which has the keys of a
// fixture's [[fault]]:
//
//	{"match": {"from": [0], "to": [1], "type": "append_entries", "kind": "request", "entries": true},
//	 "delay_ms": [5, 20], "probability": 0.5}
//
// The rule gets the name; the body may repeat it, but not give another. Until
// (until_ms) is the world's time, counted from its start. The error is an Errors.
func ParseRule(name string, data []byte, nodes int) (fault.Rule, error) {
	p := source.NewProblems("")
	v := source.ParseJSON(data, p)
	if v == nil {
		return fault.Rule{}, p.Err()
	}
	r := ReadRule(v, nodes)
	if own := v.At("name"); own != v && r.Name != "" && r.Name != name {
		own.Report("is %s, want %q as in the request's path, or nothing", own.Show(), name)
	}
	r.Name = name
	if err := p.Err(); err != nil {
		return fault.Rule{}, err
	}
	return r, nil
}

// rule reads the table of a rule.
func ReadRule(v *source.Value, nodes int) fault.Rule {
	var r fault.Rule
	s := v.Table("the keys of a message rule")
	s.Text("name", &r.Name)
	if m := s.Get("match"); m != nil {
		r.Match = readMatch(m, nodes)
	}
	s.Bool("drop", &r.Drop)
	readDelay(s, &r)
	readDuplicate(s, &r)
	s.Bool("reorder", &r.Reorder)
	s.Bool("hold", &r.Hold)
	s.Uint("skip", "a number of messages", 0, MaxTerm, &r.Skip)
	s.Uint("count", "a number of messages (leave it out for no limit)", 1, MaxTerm, &r.Count)
	s.Float("probability", 1, &r.Probability)
	if v := s.Get("until_ms"); v != nil {
		r.Until, _ = v.WantTime(1)
	}
	s.End()
	if s.Sound() {
		checkActions(v, r)
	}
	return r
}

// ruleDelay reads delay_ms: [min, max], or one number for both.
func readDelay(s *source.Table, r *fault.Rule) {
	v := s.Get("delay_ms")
	if v == nil {
		return
	}
	low, high := v, v
	if pair, ok := v.List(); ok {
		if len(pair) != 2 {
			v.Report("is a list of %d, want [min, max], or one number for both", len(pair))
			return
		}
		low, high = pair[0], pair[1]
	}
	var ok1, ok2 bool
	r.DelayMin, ok1 = low.WantTime(0)
	if low == high {
		r.DelayMax, ok2 = r.DelayMin, true
	} else {
		r.DelayMax, ok2 = high.WantTime(0)
	}
	switch {
	case !ok1 || !ok2:
	case r.DelayMin > r.DelayMax:
		v.Report("is [%s, %s], want the smaller one first", source.Millis(r.DelayMin), source.Millis(r.DelayMax))
	case r.DelayMax == 0:
		v.Report("is 0, which delays nothing, want at least 1")
	}
}

// ruleDuplicate reads duplicate: a number of further copies, or true for one.
func readDuplicate(s *source.Table, r *fault.Rule) {
	v := s.Get("duplicate")
	if v == nil {
		return
	}
	if further, ok := v.Bool(); ok {
		if further {
			r.Duplicate = 1
		}
		return
	}
	if _, ok := v.Int(); !ok {
		v.Wrong("a number of further copies from 1 to %d, or true for 1", MaxDuplicates)
	} else if n, ok := v.WantInt("a number of further copies", 1, MaxDuplicates); ok {
		r.Duplicate = int(n)
	}
}

// match reads what a rule is about.
func readMatch(v *source.Value, nodes int) fault.Match {
	var m fault.Match
	s := v.Table("keys among from, to, type, kind and entries")
	m.From = readMatchNodes(s, "from", nodes)
	m.To = readMatchNodes(s, "to", nodes)
	if i, ok := s.Choice("type", MessageTypes); ok {
		m.Type = fault.MatchType(i + 1)
	}
	if i, ok := s.Choice("kind", MessageKinds); ok {
		m.Kind = fault.MatchKind(i + 1)
	}
	var entries bool
	if s.Bool("entries", &entries) {
		m.Entries = fault.WithoutEntries
		if entries {
			m.Entries = fault.WithEntries
		}
	}
	s.End()
	if !s.Sound() {
		return m
	}
	if len(m.From) == 1 && slices.Equal(m.From, m.To) {
		v.Report("matches nothing: node %d sends no messages to itself", m.From[0])
	}
	if m.Entries != fault.AnyEntries && (m.Type == fault.RequestVoteType || m.Kind == fault.ResponseKind) {
		e := v.At("entries")
		e.Report("matches nothing: only requests of type append_entries carry entries")
	}
	return m
}

func readMatchNodes(s *source.Table, key string, nodes int) []raft.NodeID {
	list, ok := s.Items(key, "a list of node ids, such as [0, 1]")
	if !ok {
		return nil
	}
	if len(list) == 0 {
		v := s.At(key)
		v.Report("is empty and matches nothing, leave it out to match any node")
	}
	return ReadNodes(list, nodes)
}

// contradictions reports what a rule cannot do together, or that it does nothing.
func checkActions(v *source.Value, r fault.Rule) {
	does := actions(r)
	switch {
	case len(does) == 0:
		v.Report("does nothing, want one or more of drop, delay_ms, duplicate, reorder, hold")
	case len(does) == 1:
	case r.Drop:
		at := v.At(does[1])
		at.Report("contradicts drop: a dropped message has no further fate, want one of the two")
	case r.Hold:
		at := v.At(does[0])
		at.Report("contradicts hold: a held message leaves when the rule ends, want one of the two")
	}
}

// actions names what a rule does, drop first and hold last.
func actions(r fault.Rule) []string {
	var does []string
	for _, a := range []struct {
		set bool
		key string
	}{
		{r.Drop, "drop"}, {r.DelayMax > 0, "delay_ms"}, {r.Duplicate > 0, "duplicate"},
		{r.Reorder, "reorder"}, {r.Hold, "hold"},
	} {
		if a.set {
			does = append(does, a.key)
		}
	}
	return does
}
