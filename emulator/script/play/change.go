package play

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// A Stage is what an action meets when it is done: the time, the size of the
// cluster, and who is meant now. Find says in words when no node is meant.
type Stage struct {
	Now   time.Duration
	Nodes int
	Find  func(Who) (id raft.NodeID, wrong string)
}

// Changes gives the changes of the cluster that an action makes, in order, or says
// in words what is wrong. An action that does something else makes none, and ok is
// false. ActionOf is the reverse.
func (s *Stage) Changes(action Action) (changes []fault.Change, wrong string, ok bool) {
	one := func(c fault.Change) []fault.Change { return []fault.Change{c} }
	switch a := action.(type) {
	case NodeAction:
		changes, wrong = s.each(a.Who, a.Change)
	case HealAll:
		changes = one(fault.Change{Kind: fault.Heal})
	case Cut:
		var links []fault.Link
		links, wrong = s.links(&a)
		changes = one(fault.Change{Kind: fault.Partition, Links: links})
	case SetFault:
		rule := a.Rule
		if rule.Until > 0 {
			rule.Until += s.Now
		}
		changes = one(fault.Change{Kind: fault.SetRule, Rule: &rule})
	case DeleteFault:
		for _, name := range a.Names {
			changes = append(changes, fault.Change{Kind: fault.DeleteRule, Name: name})
		}
	case Plant:
		changes, wrong = s.each(a.Who, fault.Change{Kind: fault.Plant, Bug: a.Bug})
	default:
		return nil, "", false
	}
	if wrong != "" {
		return nil, wrong, true
	}
	return changes, "", true
}

// each makes a change of each of some nodes.
func (s *Stage) each(who []Who, c fault.Change) ([]fault.Change, string) {
	ids, wrong := s.All(who)
	var changes []fault.Change
	for _, id := range ids {
		c.Node = id
		changes = append(changes, c)
	}
	return changes, wrong
}

// All finds several nodes, each once.
func (s *Stage) All(who []Who) ([]raft.NodeID, string) {
	var ids []raft.NodeID
	for _, w := range who {
		id, wrong := s.Find(w)
		if wrong != "" {
			return nil, wrong
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, ""
}

// links are those that a cut cuts now.
func (s *Stage) links(a *Cut) ([]fault.Link, string) {
	var p syntax.Partition
	var wrong string
	var grouped []raft.NodeID
	for _, who := range a.Groups {
		g, w := s.All(who)
		wrong = cmp.Or(wrong, w)
		for _, id := range g {
			if slices.Contains(grouped, id) {
				wrong = cmp.Or(wrong, fmt.Sprintf("node %d is in two groups", id))
			}
		}
		grouped = append(grouped, g...)
		p.Groups = append(p.Groups, g)
	}
	for _, pair := range a.OneWay {
		ids, w := s.All(pair[:])
		wrong = cmp.Or(wrong, w)
		if w != "" {
			continue
		}
		if len(ids) < 2 {
			wrong = cmp.Or(wrong, fmt.Sprintf("the link from node %d to itself cannot be cut", ids[0]))
			continue
		}
		p.OneWay = append(p.OneWay, fault.Link{From: ids[0], To: ids[1]})
	}
	isolate, w := s.All(a.Isolate)
	p.Isolate, wrong = isolate, cmp.Or(wrong, w)
	if wrong != "" {
		return nil, wrong
	}
	links, err := p.Links(s.Nodes, raft.None)
	if err != nil {
		return nil, err.Error()
	}
	return links, ""
}

// ActionOf returns the action that makes a change at this time of a cluster
// with this number of nodes.
func ActionOf(c *fault.Change, nodes int, now time.Duration) (Action, error) {
	switch c.Kind {
	case fault.Heal:
		return HealAll{}, nil
	case fault.Partition:
		return cutOf(syntax.PartitionOf(nodes, c.Links)), nil
	case fault.SetRule:
		rule := *c.Rule
		if rule.Until != 0 {
			rule.Until = max(rule.Until-now, 1)
		}
		return SetFault{Rule: rule}, nil
	case fault.DeleteRule:
		return DeleteFault{Names: []string{c.Name}}, nil
	case fault.Plant:
		return Plant{Who: []Who{{ID: c.Node}}, Bug: c.Bug}, nil
	}
	if !onNodes(c.Kind) {
		return nil, fmt.Errorf("a change of kind %s", c.Kind)
	}
	a := NodeAction{Change: *c, Who: []Who{{ID: c.Node}}}
	a.Change.Node = 0
	return a, nil
}
