package scenario

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/mqapi/wire"
	"rrmq.example/emulator/raft"
)

// errRefused means that a node refused a message from outside.
var errRefused = errors.New("the message was refused")

// plan turns an action into a task, at this moment: a name may mean a different node later.
// It returns a problem in words instead if the action is impossible.
func (r *runner) plan(action play.Action) (*task, string) {
	switch a := action.(type) {
	case nil:
		return &task{}, ""
	case play.DeleteFault:
		return r.planDeleteFault(a)
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
	stage := play.Stage{Now: r.now, Resolver: r.resolver()}
	changes, ok, err := stage.Changes(action)
	switch {
	case !ok:
		panic(fmt.Sprintf("scenario: action of type %T", action))
	case err != nil:
		return nil, err.Error()
	}
	if set, ok := action.(play.SetFault); ok {
		r.rules[set.Rule.Name] = true
	}
	return &task{changes: changes}, ""
}

// planDeleteFault deletes rules. It skips one that has ended by itself.
func (r *runner) planDeleteFault(a play.DeleteFault) (*task, string) {
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

// who returns the node that is meant now, or the reason in words why there is none.
func (r *runner) who(w play.Who) (raft.NodeID, string) {
	id, err := r.resolver().One(w)
	if err != nil {
		return raft.None, err.Error()
	}
	return id, ""
}

// resolver says which nodes are meant now.
func (r *runner) resolver() syntax.Resolver {
	return syntax.Resolver{Cluster: r.view, Given: func(name string) (raft.NodeID, bool) {
		id, ok := r.names[name]
		return id, ok
	}}
}
