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
		return r.planLet(a)
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

// planLet gives names to nodes. Names for followers, or for candidates, that one step gives
// are names of different nodes.
func (r *runner) planLet(a play.Let) (*task, string) {
	var taken []raft.NodeID
	for _, b := range a.Bindings {
		resolver := r.resolver()
		many := b.Who.Name == syntax.Follower || b.Who.Name == syntax.Candidate
		if many {
			resolver.Cluster = without{resolver.Cluster, taken}
		}
		id, err := resolver.One(b.Who)
		switch {
		case err != nil && len(taken) > 0:
			return nil, fmt.Sprintf("there is no other %s for the name %s", b.Who.Name, b.Name)
		case err != nil:
			return nil, err.Error()
		}
		if many {
			taken = append(taken, id)
		}
		r.names[b.Name] = id
	}
	return &task{}, ""
}

// without is a cluster in which some nodes count as down.
type without struct {
	syntax.Cluster
	nodes []raft.NodeID
}

// State implements syntax.Cluster.
func (w without) State(id raft.NodeID) (raft.State, bool, bool) {
	s, up, paused := w.Cluster.State(id)
	return s, up && !slices.Contains(w.nodes, id), paused
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
