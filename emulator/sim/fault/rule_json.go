package fault

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"rrmq.example/emulator/emulator/sim/encode"
	"rrmq.example/emulator/raft"
)

// MarshalJSON writes the rule with the keys of a fixture's [[fault]]: name, match, and
// those of the tables. Keys without effect are left out. Times are in milliseconds, with as
// many decimals as necessary.
func (r Rule) MarshalJSON() ([]byte, error) {
	return append(appendRule([]byte{'{'}, &r), '}'), nil
}

// UnmarshalJSON reads the output of MarshalJSON. It only reports values of a wrong type:
// Validate checks whether the rule makes sense, and package fixture reads rules of users.
func (r *Rule) UnmarshalJSON(data []byte) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return err
	}
	*r = Rule{}
	if name, ok := members["name"]; ok {
		if err := json.Unmarshal(name, &r.Name); err != nil {
			return fmt.Errorf("name: %w", err)
		}
	}
	var match map[string]json.RawMessage
	if m, ok := members["match"]; ok {
		if err := json.Unmarshal(m, &match); err != nil {
			return fmt.Errorf("match: %w", err)
		}
	}
	for i := range matchKeys {
		if err := readMember(&matchKeys[i].Key, r, match); err != nil {
			return fmt.Errorf("match.%w", err)
		}
	}
	for i := range effects {
		if err := readMember(&effects[i].Key, r, members); err != nil {
			return err
		}
	}
	for i := range limits {
		if err := readMember(&limits[i], r, members); err != nil {
			return err
		}
	}
	return nil
}

// readMember reads the member with a key's name, if there is one.
func readMember[T any](k *Key[T], v *T, members map[string]json.RawMessage) error {
	raw, ok := members[k.Name]
	if !ok {
		return nil
	}
	at := k.At(v)
	err := readValue(at, raw)
	if _, deeper := at.(**Rule); deeper && err != nil {
		return fmt.Errorf("%s.%w", k.Name, err)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", k.Name, err)
	}
	return nil
}

func readValue(at any, raw json.RawMessage) error {
	switch at := at.(type) {
	case *time.Duration:
		return readMillis(raw, at)
	case Span:
		var pair [2]json.RawMessage
		if err := json.Unmarshal(raw, &pair); err != nil {
			return err
		}
		if err := readMillis(pair[0], at.Min); err != nil {
			return err
		}
		return readMillis(pair[1], at.Max)
	case Choice:
		var word string
		if err := json.Unmarshal(raw, &word); err != nil || word == "" {
			return err
		}
		place := slices.Index(at.Words, word)
		if place < 0 {
			return fmt.Errorf("unknown word %q, want one of %s", word, join(at.Words))
		}
		*at.Place = uint8(place) + 1
		return nil
	case Tri:
		var yes *bool
		if err := json.Unmarshal(raw, &yes); err != nil || yes == nil {
			return err
		}
		*at.Place = 2
		if *yes {
			*at.Place = 1
		}
		return nil
	case *[]Link:
		var pairs [][2]raft.NodeID
		if err := json.Unmarshal(raw, &pairs); err != nil {
			return err
		}
		for _, l := range pairs {
			*at = append(*at, Link{l[0], l[1]})
		}
		return nil
	}
	return json.Unmarshal(raw, at)
}

func readMillis(raw json.RawMessage, into *time.Duration) error {
	var n json.Number
	if err := json.Unmarshal(raw, &n); err != nil {
		return err
	}
	var err error
	*into, err = encode.ParseMillis(n)
	return err
}

// MarshalJSON writes the rule like Rule's method, followed by matched, acted and held.
func (s RuleStatus) MarshalJSON() ([]byte, error) {
	b := appendRule([]byte{'{'}, &s.Rule)
	b = encode.AppendUint(b, `,"matched":`, s.Matched)
	b = encode.AppendUint(b, `,"acted":`, s.Acted)
	b = strconv.AppendInt(append(b, `,"held":`...), int64(s.Held), 10)
	return append(b, '}'), nil
}

// UnmarshalJSON reads the output of MarshalJSON.
func (s *RuleStatus) UnmarshalJSON(data []byte) error {
	var counters struct{ Matched, Acted, Held uint64 }
	if err := json.Unmarshal(data, &counters); err != nil {
		return err
	}
	s.Matched, s.Acted, s.Held = counters.Matched, counters.Acted, int(counters.Held)
	return s.Rule.UnmarshalJSON(data)
}

// appendRule appends a rule's members.
func appendRule(b []byte, r *Rule) []byte {
	b = encode.AppendText(append(b, `"name":`...), r.Name)
	b = appendMatch(b, r)
	for i := range effects {
		b = appendMember(b, &effects[i].Key, r)
	}
	for i := range limits {
		b = appendMember(b, &limits[i], r)
	}
	return b
}

// appendMatch appends the match, unless it matches everything.
func appendMatch(b []byte, r *Rule) []byte {
	before := len(b)
	b = append(b, `,"match":{`...)
	empty := len(b)
	for i := range matchKeys {
		b = appendMember(b, &matchKeys[i].Key, r)
	}
	if len(b) == empty {
		return b[:before]
	}
	b = slices.Delete(b, empty, empty+1) // the first comma
	return append(b, '}')
}

// appendMember appends a comma and the key with its value, if it has one.
func appendMember[T any](b []byte, k *Key[T], v *T) []byte {
	if !k.IsSet(v) {
		return b
	}
	return appendValue(appendName(b, k.Name), k.At(v))
}

func appendName(b []byte, name string) []byte {
	return append(append(append(b, ',', '"'), name...), '"', ':')
}

func appendValue(b []byte, at any) []byte {
	switch at := at.(type) {
	case *bool:
		return strconv.AppendBool(b, *at)
	case *int:
		return strconv.AppendInt(b, int64(*at), 10)
	case *uint64:
		return strconv.AppendUint(b, *at, 10)
	case *float64:
		return encode.AppendFloat(b, *at)
	case *string:
		return encode.AppendText(b, *at)
	case *time.Duration:
		return encode.AppendMillis(b, *at)
	case Span:
		b = encode.AppendMillis(append(b, '['), *at.Min)
		b = encode.AppendMillis(append(b, ','), *at.Max)
		return append(b, ']')
	case *[]raft.NodeID:
		return appendList(b, *at, func(b []byte, id raft.NodeID) []byte { return encode.AppendNode(b, "", id) })
	case *[]Link:
		return appendList(b, *at, func(b []byte, l Link) []byte {
			return append(encode.AppendNode(encode.AppendNode(b, "[", l.From), ",", l.To), ']')
		})
	case **Rule:
		return append(appendRule(append(b, '{'), *at), '}')
	case Choice:
		return append(append(append(b, '"'), at.Words[*at.Place-1]...), '"')
	case Tri:
		return strconv.AppendBool(b, *at.Place == 1)
	}
	panic(fmt.Sprintf("fault: a value is kept as a %T", at))
}

func appendList[E any](b []byte, list []E, item func([]byte, E) []byte) []byte {
	b = append(b, '[')
	for i, e := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = item(b, e)
	}
	return append(b, ']')
}
