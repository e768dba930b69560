package syntax

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/text/bounds"
	"rrmq.example/emulator/raft"
)

// The words of a rule's match.
var (
	MessageTypes = fault.MatchTypes()
	MessageKinds = fault.MatchKinds()
)

// ParseRule reads the JSON form of a rule, which has the keys of a fixture's
// [[fault]]:
//
//	{"match": {"from": [0], "to": [1], "type": "append_entries", "kind": "request", "entries": true},
//	 "delay_ms": [5, 20], "probability": 0.5}
//
// The rule gets the name; the body may repeat it, but not give another. Until
// (until_ms) is the world's time, counted from its start. The MatchWho has the nodes that the
// match names by words. The error is an Errors.
func ParseRule(name string, data []byte, nodes int) (fault.Rule, MatchWho, error) {
	p := source.NewProblems("")
	v := source.ParseJSON(data, p)
	if v == nil {
		return fault.Rule{}, nil, p.Err()
	}
	r, who := ReadRule(v, Scope{Nodes: nodes})
	if own := v.At("name"); own != v && r.Name != "" && r.Name != name {
		own.Report("is %s, want %q as in the request's path, or nothing", own.Show(), name)
	}
	r.Name = name
	if err := p.Err(); err != nil {
		return fault.Rule{}, nil, err
	}
	return r, who, nil
}

// A MatchWho has the lists of a rule's match that name nodes by words, by their keys. The
// rule itself lacks these lists until a Resolver fills them in. nil: all nodes have ids.
type MatchWho map[string][]Who

// ReadRule reads the table of a rule, by the tables of package fault. Whether it
// must have a name is for the caller to say.
func ReadRule(v *source.Value, scope Scope) (fault.Rule, MatchWho) {
	var r fault.Rule
	var who MatchWho
	t := v.Table("the keys of a rule")
	t.TextWithin("name", bounds.Fault, &r.Name)
	if m := t.Get("match"); m != nil {
		who = readMatch(m, &r, scope)
	}
	for _, e := range fault.Effects() {
		ReadKey(t, &e.Key, e.Name, &r)
	}
	for _, k := range fault.Limits() {
		ReadKey(t, &k, k.Name, &r)
	}
	t.End()
	if t.Sound() {
		validate(v, r, who, scope.Nodes)
	}
	return r, who
}

// readMatch reads which messages a rule matches, or which writes.
func readMatch(v *source.Value, r *fault.Rule, scope Scope) MatchWho {
	var who MatchWho
	var names []string
	for _, k := range fault.MatchKeys() {
		names = append(names, k.Name)
	}
	last := len(names) - 1
	t := v.Table(fmt.Sprintf("keys among %s and %s", strings.Join(names[:last], ", "), names[last]))
	for _, k := range fault.MatchKeys() {
		at, isNodes := k.At(r).(*[]raft.NodeID)
		if !isNodes {
			ReadKey(t, &k.Key, k.Name, r)
			continue
		}
		list := readMatchNodes(t, k.Name, scope)
		if !slices.ContainsFunc(list, func(w Who) bool { return w.Name != "" }) {
			for _, w := range list {
				*at = append(*at, w.ID)
			}
			continue
		}
		if who == nil {
			who = MatchWho{}
		}
		who[k.Name] = list
	}
	t.End()
	return who
}

func readMatchNodes(t *source.Table, key string, scope Scope) []Who {
	v := t.Get(key)
	if v == nil {
		return nil
	}
	if items, ok := v.List(); ok && len(items) == 0 {
		v.Report("is empty and matches nothing, leave it out to match any node")
		return nil
	}
	list, _ := scope.ReadSelector(v)
	return list
}

// ReadKey reads the value of a key, if there is one under this name.
func ReadKey[T any](t *source.Table, k *fault.Key[T], name string, v *T) {
	switch at := k.At(v).(type) {
	case *bool:
		t.Bool(name, at)
	case *int:
		readCount(t, k, name, at)
	case *uint64:
		t.Uint(name, k.Want, k.Min, k.Max, at)
	case *string:
		t.Text(name, at)
	case *float64:
		t.Float(name, float64(k.Max), at)
	case *time.Duration:
		if v := t.Get(name); v != nil {
			*at, _ = v.WantTime(1)
		}
	case fault.Span:
		readSpan(t, name, at)
	case fault.Choice:
		if i, ok := t.Choice(name, at.Words); ok {
			*at.Place = uint8(i) + 1
		}
	case fault.Tri:
		var yes bool
		if t.Bool(name, &yes) {
			*at.Place = 2
			if yes {
				*at.Place = 1
			}
		}
	default:
		panic(fmt.Sprintf("syntax: the key %s is kept as a %T", k.Name, at))
	}
}

// readCount reads a number, or true for 1 where a key takes that.
func readCount[T any](t *source.Table, k *fault.Key[T], name string, at *int) {
	v := t.Get(name)
	if v == nil {
		return
	}
	if yes, ok := v.Bool(); ok && k.OneIsTrue {
		if yes {
			*at = 1
		}
		return
	}
	if _, ok := v.Int(); !ok && k.OneIsTrue {
		v.Wrong("%s, or true for 1", k.Range())
	} else if n, ok := v.WantInt(k.Want, k.Min, k.Max); ok {
		*at = int(n)
	}
}

// readSpan reads [min, max] in milliseconds, or one number for both.
func readSpan(t *source.Table, key string, at fault.Span) {
	v := t.Get(key)
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
	*at.Min, ok1 = low.WantTime(0)
	if low == high {
		*at.Max, ok2 = *at.Min, true
	} else {
		*at.Max, ok2 = high.WantTime(0)
	}
	if ok1 && ok2 && *at.Min == 0 && *at.Max == 0 {
		v.Report("is 0, which delays nothing, want at least 1")
	}
}

// validate reports what is wrong with a rule as a whole, each problem at its key.
func validate(v *source.Value, r fault.Rule, who MatchWho, nodes int) {
	if r.Name == "" {
		r.Name = "-"
	}
	problems, _ := errors.AsType[fault.Problems](standIn(r, who, nodes).ValidateIn(nodes))
	for _, p := range problems {
		at := v
		for _, part := range strings.Split(p.Key, ".") {
			key, index, isItem := strings.Cut(strings.TrimSuffix(part, "]"), "[")
			if at = at.At(key); isItem {
				i, _ := strconv.Atoi(index) // it is a number
				at = at.At(i)
			}
		}
		at.Report("%s", p.Message)
	}
	if from := who["from"]; len(from) == 1 && from[0].Name != All && slices.Equal(from, who["to"]) {
		v.At("match").Report("matches nothing: %s sends no messages to itself", from[0])
	}
}

// standIn gives a rule two nodes, which may be any, for each list of its match that names
// nodes by words.
func standIn(r fault.Rule, who MatchWho, nodes int) *fault.Rule {
	for _, k := range fault.MatchKeys() {
		if _, ok := who[k.Name]; ok {
			*k.At(&r).(*[]raft.NodeID) = []raft.NodeID{0, 1}[:min(nodes, 2)]
		}
	}
	return &r
}
