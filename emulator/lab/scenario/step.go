package scenario

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"rrmq.example/emulator/mqapi/wire"

	"rrmq.example/emulator/emulator/sim/fault"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/raft"
)

// errRefused: a node did not take a message from outside.
var errRefused = errors.New("the message was refused")

// plan says what an action is at this moment: who is meant by a name may be
// another node later. It gives a task or, in words, what is wrong.
func (r *runner) plan(action play.Action) (*task, string) {
	switch a := action.(type) {
	case nil:
		return &task{}, ""
	case play.NodeAction:
		return r.planNodes(a)
	case play.HealAll:
		return change(fault.Change{Kind: fault.Heal}), ""
	case play.Cut:
		return r.planCut(a)
	case play.SetFault:
		rule := a.Rule
		if rule.Until > 0 {
			rule.Until += r.now
		}
		r.rules[rule.Name] = true
		return change(fault.Change{Kind: fault.SetRule, Rule: &rule}), ""
	case play.DeleteFault:
		return r.planLift(a)
	case play.Skew:
		id, wrong := r.who(a.Who)
		return change(fault.Change{Kind: fault.Skew, Node: id, Skew: a.Factor}), wrong
	case play.Plant:
		ids, wrong := r.all(a.Who)
		t := &task{}
		for _, id := range ids {
			t.changes = append(t.changes, fault.Change{Kind: fault.Plant, Node: id, Bug: a.Bug})
		}
		return t, wrong
	case play.Let:
		for _, b := range a.Bindings {
			id, wrong := r.who(b.Who)
			if wrong != "" {
				return nil, wrong
			}
			r.names[b.Name] = id
		}
		return &task{}, ""
	case play.Request:
		return r.planRequest(a)
	case play.Send:
		return r.planSend(a)
	}
	panic(fmt.Sprintf("scenario: action of type %T", action))
}

func change(c fault.Change) *task { return &task{changes: []fault.Change{c}} }

func (r *runner) planNodes(a play.NodeAction) (*task, string) {
	ids, wrong := r.all(a.Who)
	t := &task{}
	for _, id := range ids {
		t.changes = append(t.changes, fault.Change{Kind: a.Op, Node: id, Wipe: a.Wipe})
	}
	return t, wrong
}

func (r *runner) planCut(a play.Cut) (*task, string) {
	var p syntax.Partition
	var wrong string
	var grouped []raft.NodeID
	for _, who := range a.Groups {
		g, w := r.all(who)
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
		ids, w := r.all(pair[:])
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
	isolate, w := r.all(a.Isolate)
	p.Isolate, wrong = isolate, cmp.Or(wrong, w)
	if wrong != "" {
		return nil, wrong
	}
	links, err := p.Links(r.view.Nodes(), raft.None)
	if err != nil {
		return nil, err.Error()
	}
	return change(fault.Change{Kind: fault.Partition, Links: links}), ""
}

// planLift ends rules; one that has run out by itself has ended already.
func (r *runner) planLift(a play.DeleteFault) (*task, string) {
	t := &task{}
	v, ok := r.view.(interface{ Rules() []fault.RuleStatus })
	for _, name := range a.Names {
		if !r.rules[name] {
			return nil, fmt.Sprintf("there is no fault %q", name)
		}
		inForce := func(s fault.RuleStatus) bool { return s.Name == name }
		if !ok || slices.ContainsFunc(v.Rules(), inForce) {
			t.changes = append(t.changes, fault.Change{Kind: fault.DeleteRule, Name: name})
		}
	}
	return t, ""
}

func (r *runner) planSend(a play.Send) (*task, string) {
	from, wrong := r.who(a.From)
	to, w := r.who(a.To)
	if wrong = cmp.Or(wrong, w); wrong != "" {
		return nil, wrong
	}
	if from == to {
		return nil, fmt.Sprintf("node %d cannot get a message from itself", to)
	}
	m := a.Message
	m.From, m.To = from, to
	if err := wire.Check(m); err != nil {
		return nil, fmt.Sprintf("no node could send this: %v", err)
	}
	return &task{message: &m}, ""
}

// all finds several nodes, each once.
func (r *runner) all(who []play.Who) ([]raft.NodeID, string) {
	var ids []raft.NodeID
	for _, w := range who {
		id, wrong := r.who(w)
		if wrong != "" {
			return nil, wrong
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, ""
}

// who finds the node that is meant now or, in words, that there is none.
func (r *runner) who(w play.Who) (raft.NodeID, string) {
	if w.Name == "" {
		if w.ID < 0 || int(w.ID) >= r.view.Nodes() {
			return raft.None, fmt.Sprintf("there is no node %d", w.ID)
		}
		return w.ID, ""
	}
	if id, ok := r.resolve(w.Name); ok {
		return id, ""
	}
	switch w.Name {
	case condition.Leader, condition.Candidate:
		return raft.None, "there is no " + w.Name + ": " + r.roles()
	case condition.Follower:
		return raft.None, "there is no node that is up and does not lead"
	case condition.Any:
		return raft.None, "there is no node that is up"
	}
	return raft.None, fmt.Sprintf("no node has the name %q yet", w.Name)
}

// roles tells how the nodes stand, the first of them.
func (r *runner) roles() string {
	const most = 10
	var parts []string
	nodes := r.view.Nodes()
	for id := range raft.NodeID(min(nodes, most)) {
		s, up, _ := r.view.State(id)
		if up {
			parts = append(parts, fmt.Sprintf("node %d is %s in term %d", id, s.Role, s.Term))
		} else {
			parts = append(parts, fmt.Sprintf("node %d is down", id))
		}
	}
	if nodes > most {
		parts = append(parts, fmt.Sprintf("and %d more", nodes-most))
	}
	return strings.Join(parts, ", ")
}
