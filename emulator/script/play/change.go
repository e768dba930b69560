package play

import (
	"fmt"
	"time"

	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/fault"
)

// A Stage is what an action meets when it is done: the time, and the cluster.
type Stage struct {
	Now time.Duration
	syntax.Resolver
}

// Changes gives the changes of the cluster that an action makes, in order. The error says
// that no node is meant, or none that would make sense. An action that does something else
// makes none, and ok is false. ActionOf is the reverse.
func (s *Stage) Changes(action Action) (changes []fault.Change, ok bool, err error) {
	one := func(c fault.Change) []fault.Change { return []fault.Change{c} }
	switch a := action.(type) {
	case NodeAction:
		changes, err = s.each(a.Who, a.Change)
	case HealAll:
		changes = one(fault.Change{Kind: fault.Heal})
	case Cut:
		var links []fault.Link
		links, err = s.Links((*syntax.Cut)(&a))
		changes = one(fault.Change{Kind: fault.Partition, Links: links})
	case SetFault:
		var rule fault.Rule
		rule, err = s.Rule(a.Rule, a.Match)
		if rule.Until > 0 {
			rule.Until += s.Now
		}
		changes = one(fault.Change{Kind: fault.SetRule, Rule: &rule})
	case DeleteFault:
		for _, name := range a.Names {
			changes = append(changes, fault.Change{Kind: fault.DeleteRule, Name: name})
		}
	case Plant:
		changes, err = s.each(a.Who, fault.Change{Kind: fault.Plant, Bug: a.Bug})
	default:
		return nil, false, nil
	}
	if err != nil {
		return nil, true, err
	}
	return changes, true, nil
}

// each makes a change of each of some nodes.
func (s *Stage) each(who []Who, c fault.Change) ([]fault.Change, error) {
	ids, err := s.For(c.Kind, who)
	var changes []fault.Change
	for _, id := range ids {
		c.Node = id
		changes = append(changes, c)
	}
	return changes, err
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
