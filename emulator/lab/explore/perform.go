package explore

import (
	"errors"
	"fmt"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// errNobody: a request to the leader when nobody leads.
var errNobody = errors.New("nobody leads")

// perform does to a world what a step of an explored schedule does, with all that it
// leads to at once. The error is that it cannot be done.
func perform(w *world.World, action play.Action) error {
	var err error
	change := func(c fault.Change) {
		_, wrong := w.Change(c)
		err = errors.Join(err, wrong)
	}
	switch a := action.(type) {
	case nil:
	case play.NodeAction:
		for _, who := range a.Who {
			change(fault.Change{Kind: a.Op, Node: who.ID, Wipe: a.Wipe})
		}
	case play.HealAll:
		change(fault.Change{Kind: fault.Heal})
	case play.Cut:
		change(fault.Change{Kind: fault.Partition, Links: linksOf(&a, w.Nodes())})
	case play.SetFault:
		rule := a.Rule
		if rule.Until > 0 {
			rule.Until += w.Now()
		}
		change(fault.Change{Kind: fault.SetRule, Rule: &rule})
	case play.Skew:
		change(fault.Change{Kind: fault.Skew, Node: a.Who.ID, Skew: a.Factor})
	case play.Request:
		to := a.To.ID
		if a.To.Name == condition.Leader {
			to = w.Leader()
		}
		if to == raft.None {
			return errNobody
		}
		for range a.Times {
			w.Do(to, &machine.Command{Op: a.Command.Op, Args: [2]string{a.Command.Args[0], a.Command.Args[1]}}, nil)
		}
	default:
		panic(fmt.Sprintf("explore: an action of type %T", action))
	}
	w.RunUntil(w.Now())
	return err
}

// linksOf are the links that a cut of nodes given by ids cuts.
func linksOf(c *play.Cut, nodes int) []fault.Link {
	p := syntax.Partition{Isolate: idsOf(c.Isolate)}
	for _, g := range c.Groups {
		p.Groups = append(p.Groups, idsOf(g))
	}
	for _, l := range c.OneWay {
		p.OneWay = append(p.OneWay, fault.Link{From: l[0].ID, To: l[1].ID})
	}
	links, err := p.Links(nodes, raft.None)
	if err != nil {
		panic(fmt.Sprintf("explore: %v", err))
	}
	return links
}

func idsOf(who []play.Who) []raft.NodeID {
	var ids []raft.NodeID
	for _, w := range who {
		ids = append(ids, w.ID)
	}
	return ids
}

func whoOf(ids ...raft.NodeID) []play.Who {
	var who []play.Who
	for _, id := range ids {
		who = append(who, play.Who{ID: id})
	}
	return who
}
