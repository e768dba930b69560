package explore

import (
	"maps"
	"slices"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// withoutNode gives the fixture without a node, those behind it moved up, and
// without the steps that were about it alone. It gives nil where that cannot be
// said: with messages on their way, or work that goes on.
func withoutNode(f *fixture.Fixture, gone raft.NodeID) *fixture.Fixture {
	if len(f.Messages) > 0 || len(f.Order) > 0 || f.Streams != nil || !f.Partition.IsZero() {
		return nil
	}
	x := without1{gone}
	c := clone(f)
	c.Nodes = slices.Delete(c.Nodes, int(gone), int(gone)+1)
	for i := range c.Nodes {
		n := &c.Nodes[i]
		if n.Running || n.Resume != nil || len(n.Writes) > 0 {
			return nil
		}
		switch {
		case n.VotedFor == gone: // somebody else's, or nobody's
			n.VotedFor = raft.None
		case n.VotedFor > gone:
			n.VotedFor--
		}
		n.NextIndex, n.MatchIndex = x.indices(n.NextIndex), x.indices(n.MatchIndex)
	}
	var rules []fault.Rule
	for _, r := range c.Faults {
		if x.rule(&r) {
			rules = append(rules, r)
		}
	}
	c.Faults = rules
	var steps []play.Step
	for _, step := range c.Scenario.Steps {
		if x.step(&step) {
			steps = append(steps, step)
		}
	}
	c.Scenario.Steps = steps
	return c
}

// A without1 renumbers nodes when one is gone.
type without1 struct{ gone raft.NodeID }

func (x without1) indices(list []raft.Index) []raft.Index {
	if list == nil {
		return nil
	}
	return slices.Concat(list[:x.gone], list[x.gone+1:])
}

func (x without1) who(w play.Who) (play.Who, bool) {
	if w.Name == "" && w.ID > x.gone {
		w.ID--
		return w, true
	}
	return w, w.Name != "" || w.ID != x.gone
}

func (x without1) whos(list []play.Who) []play.Who {
	var left []play.Who
	for _, w := range list {
		if w, ok := x.who(w); ok {
			left = append(left, w)
		}
	}
	return left
}

// ids renumbers a list of a match. It tells false when none is left: the empty
// list would mean all.
func (x without1) ids(list []raft.NodeID) ([]raft.NodeID, bool) {
	var left []raft.NodeID
	for _, id := range list {
		switch {
		case id < x.gone:
			left = append(left, id)
		case id > x.gone:
			left = append(left, id-1)
		}
	}
	return left, list == nil || left != nil
}

// rule reports whether a rule still means something.
func (x without1) rule(r *fault.Rule) bool {
	for _, k := range fault.MatchKeys() {
		if at, isList := k.At(r).(*[]raft.NodeID); isList {
			left, means := x.ids(*at)
			if *at = left; !means {
				return false
			}
		}
	}
	return true
}

// match also renumbers the lists of a match that name nodes by words.
func (x without1) match(m syntax.MatchWho, ok bool) (syntax.MatchWho, bool) {
	left := maps.Clone(m)
	for key, list := range left {
		left[key] = x.whos(list)
		ok = ok && len(left[key]) > 0
	}
	return left, ok
}

// step reports whether a step still means something.
func (x without1) step(step *play.Step) bool {
	ok := true
	switch a := step.Action.(type) {
	case play.NodeAction:
		a.Who = x.whos(a.Who)
		step.Action, ok = a, len(a.Who) > 0
	case play.SetFault:
		ok = x.rule(&a.Rule)
		a.Match, ok = x.match(a.Match, ok)
		step.Action = a
	case play.Request:
		a.To, ok = x.who(a.To)
		step.Action = a
	case play.Cut:
		step.Action, ok = x.cut(a)
	}
	return ok
}

// cut reports whether a cut still cuts something; one that removes all cuts stays.
func (x without1) cut(a play.Cut) (play.Cut, bool) {
	mends := len(a.Groups)+len(a.OneWay)+len(a.Isolate) == 0
	var c play.Cut
	for _, g := range a.Groups {
		if g = x.whos(g); len(g) > 0 {
			c.Groups = append(c.Groups, g)
		}
	}
	for _, link := range a.OneWay {
		from, ok1 := x.who(link[0])
		to, ok2 := x.who(link[1])
		if ok1 && ok2 {
			c.OneWay = append(c.OneWay, [2]play.Who{from, to})
		}
	}
	c.Isolate = x.whos(a.Isolate)
	return c, mends || len(c.Groups) > 1 || len(c.OneWay) > 0 || len(c.Isolate) > 0
}
