package fault

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"rrmq.example/emulator/emulator/sim/encode"

	"rrmq.example/emulator/raft"
)

// The words of a Match in JSON and in fixtures; the empty one is never written.
var (
	matchTypes = []string{"", "request_vote", "append_entries"}
	matchKinds = []string{"", "request", "response"}
)

// MarshalJSON writes the rule with the keys of a fixture's [[fault]]: name,
// match {from, to, type, kind, entries}, drop, delay_ms [min, max], duplicate,
// reorder, hold, skip, count, probability, until_ms. What has no effect is left
// out. Times are in milliseconds, with as many decimals as it takes.
func (r Rule) MarshalJSON() ([]byte, error) {
	return append(AppendRule([]byte{'{'}, &r), '}'), nil
}

// UnmarshalJSON reads what MarshalJSON writes. It looks for no more mistakes
// than it takes to do that; what users write is read by package fixture.
func (r *Rule) UnmarshalJSON(data []byte) error {
	var j ruleJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	var err error
	*r, err = j.rule()
	return err
}

// MarshalJSON writes the rule as Rule's does, and then matched, acted and held.
func (s RuleStatus) MarshalJSON() ([]byte, error) {
	b := AppendRule([]byte{'{'}, &s.Rule)
	b = encode.AppendUint(b, `,"matched":`, s.Matched)
	b = encode.AppendUint(b, `,"acted":`, s.Acted)
	b = strconv.AppendInt(append(b, `,"held":`...), int64(s.Held), 10)
	return append(b, '}'), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *RuleStatus) UnmarshalJSON(data []byte) error {
	var counters struct{ Matched, Acted, Held uint64 }
	if err := json.Unmarshal(data, &counters); err != nil {
		return err
	}
	s.Matched, s.Acted, s.Held = counters.Matched, counters.Acted, int(counters.Held)
	return s.Rule.UnmarshalJSON(data)
}

// AppendRule appends a rule's members.
func AppendRule(b []byte, r *Rule) []byte {
	b = encode.AppendText(append(b, `"name":`...), r.Name)
	b = appendMatch(b, &r.Match)
	if r.Drop {
		b = append(b, `,"drop":true`...)
	}
	if r.DelayMin != 0 || r.DelayMax != 0 {
		b = encode.AppendMillis(append(b, `,"delay_ms":[`...), r.DelayMin)
		b = encode.AppendMillis(append(b, ','), r.DelayMax)
		b = append(b, ']')
	}
	if r.Duplicate != 0 {
		b = strconv.AppendInt(append(b, `,"duplicate":`...), int64(r.Duplicate), 10)
	}
	if r.Reorder {
		b = append(b, `,"reorder":true`...)
	}
	if r.Hold {
		b = append(b, `,"hold":true`...)
	}
	if r.Skip != 0 {
		b = encode.AppendUint(b, `,"skip":`, r.Skip)
	}
	if r.Count != 0 {
		b = encode.AppendUint(b, `,"count":`, r.Count)
	}
	if r.Probability != 0 {
		b = encode.AppendFloat(append(b, `,"probability":`...), r.Probability)
	}
	if r.Until != 0 {
		b = encode.AppendMillis(append(b, `,"until_ms":`...), r.Until)
	}
	return b
}

// appendMatch appends what a rule is about, unless that is everything.
func appendMatch(b []byte, m *Match) []byte {
	before := len(b)
	b = append(b, `,"match":{`...)
	empty := len(b)
	b = appendNodes(b, `"from":[`, m.From)
	b = appendNodes(b, `"to":[`, m.To)
	if m.Type != AnyType {
		b = append(append(append(b, `"type":"`...), matchTypes[m.Type]...), `",`...)
	}
	if m.Kind != AnyKind {
		b = append(append(append(b, `"kind":"`...), matchKinds[m.Kind]...), `",`...)
	}
	if m.Entries != AnyEntries {
		b = append(strconv.AppendBool(append(b, `"entries":`...), m.Entries == WithEntries), ',')
	}
	if len(b) == empty {
		return b[:before]
	}
	b[len(b)-1] = '}' // in the place of the last comma
	return b
}

func appendNodes(b []byte, before string, ids []raft.NodeID) []byte {
	if ids == nil {
		return b
	}
	b = append(b, before...)
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = encode.AppendNode(b, "", id)
	}
	return append(b, "],"...)
}

// A ruleJSON is a Rule as encoding/json reads it.
type ruleJSON struct {
	Name  string
	Match struct {
		From, To   []raft.NodeID
		Type, Kind string
		Entries    *bool
	}
	Drop        bool
	DelayMS     [2]json.Number `json:"delay_ms"`
	Duplicate   int
	Reorder     bool
	Hold        bool
	Skip        uint64
	Count       uint64
	Probability float64
	UntilMS     json.Number `json:"until_ms"`
}

func (j *ruleJSON) rule() (Rule, error) {
	r := Rule{
		Name: j.Name, Match: Match{From: j.Match.From, To: j.Match.To},
		Drop: j.Drop, Duplicate: j.Duplicate, Reorder: j.Reorder, Hold: j.Hold,
		Skip: j.Skip, Count: j.Count, Probability: j.Probability,
	}
	t, k := slices.Index(matchTypes, j.Match.Type), slices.Index(matchKinds, j.Match.Kind)
	if t < 0 {
		return Rule{}, fmt.Errorf("fault %q: match.type: unknown type %q", j.Name, j.Match.Type)
	}
	if k < 0 {
		return Rule{}, fmt.Errorf("fault %q: match.kind: unknown kind %q", j.Name, j.Match.Kind)
	}
	r.Match.Type, r.Match.Kind = MatchType(t), MatchKind(k)
	switch e := j.Match.Entries; {
	case e == nil:
	case *e:
		r.Match.Entries = WithEntries
	default:
		r.Match.Entries = WithoutEntries
	}
	var err error
	if r.DelayMin, err = encode.ParseMillis(j.DelayMS[0]); err != nil {
		return Rule{}, fmt.Errorf("fault %q: delay_ms: %w", j.Name, err)
	}
	if r.DelayMax, err = encode.ParseMillis(j.DelayMS[1]); err != nil {
		return Rule{}, fmt.Errorf("fault %q: delay_ms: %w", j.Name, err)
	}
	if r.Until, err = encode.ParseMillis(j.UntilMS); err != nil {
		return Rule{}, fmt.Errorf("fault %q: until_ms: %w", j.Name, err)
	}
	return r, nil
}
