package admin

import (
	"fmt"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// limits bound how much is shown of a node.
type limits struct{ log, queue int }

const shownUnlessAsked = 1000

func (c *call) limits() (limits, error) {
	log, err := c.number(logParam.name, logParam.low, logParam.high, shownUnlessAsked)
	if err != nil {
		return limits{}, err
	}
	queue, err := c.number(queueParam.name, queueParam.low, queueParam.high, shownUnlessAsked)
	return limits{int(log), int(queue)}, err
}

func getNodes(c *call) (any, error) {
	return c.showNodes(selected{{Name: syntax.All}}, func(o host.View, to selected) (api.Place, []raft.NodeID, error) {
		ids, err := resolver(o).Nodes(to)
		return here(o), ids, err
	})
}

func getNode(c *call) (any, error) {
	to, err := c.selected()
	if err != nil {
		return nil, err
	}
	return c.showNodes(to, func(o host.View, to selected) (api.Place, []raft.NodeID, error) {
		ids, err := resolver(o).Nodes(to)
		return here(o), ids, err
	})
}

// A selected is what the path names: one node, or several.
type selected []syntax.Who

// several reports whether the answer is a list.
func (to selected) several() bool { return len(to) > 1 || to[0].Name == syntax.All }

// selected reads what the path names.
func (c *call) selected() (selected, error) {
	written := c.r.PathValue("id")
	list, wrong := syntax.ParseSelector(written)
	if wrong != "" {
		return nil, fmt.Errorf("%w: %s", world.ErrNoNode, wrong)
	}
	return list, nil
}

// node is the one node that the path names.
func (c *call) node(o host.View) (raft.NodeID, error) {
	to, err := c.selected()
	switch {
	case err != nil:
		return raft.None, err
	case to.several():
		return raft.None, fmt.Errorf("%w: %.40q is several, want one", world.ErrNoNode, c.r.PathValue("id"))
	}
	return resolver(o).One(to[0])
}

// resolver says which nodes are meant now.
func resolver(o host.View) syntax.Resolver { return syntax.Resolver{Cluster: o} }

// showNodes answers with the nodes that choose wants to be seen.
func (c *call) showNodes(to selected, choose func(host.View, selected) (api.Place, []raft.NodeID, error)) (any, error) {
	limits, err := c.limits()
	if err != nil {
		return nil, err
	}
	var at api.Place
	var views []world.NodeView
	var last []raft.Index
	c.host.Observe(func(o host.View) {
		var ids []raft.NodeID
		at, ids, err = choose(o, to)
		for _, id := range ids {
			s, _, _ := o.State(id)
			views, last = append(views, o.View(id, limits.log)), append(last, s.LastIndex)
		}
	})
	if err != nil {
		return nil, err
	}
	states := make([]api.NodeState, len(views))
	urls := c.host.URLs()
	for i := range views {
		states[i] = c.nodeState(&views[i], last[i], at, limits, urls)
	}
	if to.several() {
		return api.NodesAnswer{Place: at, Nodes: states}, nil
	}
	return api.NodeAnswer{Place: at, NodeState: states[0]}, nil
}

// api.NodeState describes what was seen of a node.
func (c *call) nodeState(v *world.NodeView, last raft.Index, at api.Place, limits limits, urls []string) api.NodeState {
	s := api.NodeState{
		ID: v.ID, Up: v.Up, Paused: v.Paused, Role: roleOf(v.Up, v.Role), Leader: api.NodeRef(v.Leader),
		Term: v.Term, VotedFor: api.NodeRef(v.VotedFor),
		FirstIndex: v.FirstIndex, LastIndex: last, Log: make([]api.Entry, len(v.Log)),
		CommitIndex: v.CommitIndex, LastApplied: v.LastApplied,
		NextIndex: indicesOf(v.ID, v.NextIndex), MatchIndex: indicesOf(v.ID, v.MatchIndex),
		VotesGranted: v.VotesGranted, Skew: v.Skew, Bug: v.Bug,
		PartitionedFrom: append([]raft.NodeID{}, v.PartitionedFrom...),
		Queue:           make([]api.TopicState, len(v.Machine.Items)),
	}
	if int(v.ID) < len(urls) {
		s.URL = urls[v.ID]
	}
	for i, e := range v.Log {
		s.Log[i] = entryOf(v.FirstIndex+raft.Index(i), e)
	}
	if v.Timer != raft.KeepTimer {
		s.Timer = &api.TimerState{Kind: "election", AtMS: api.Millis(v.TimerAt), InMS: max(0, api.Millis(v.TimerAt)-at.TimeMS)}
		if v.Timer == raft.HeartbeatTimer {
			s.Timer.Kind = "heartbeat"
		}
	}
	for i, t := range v.Machine.Items {
		shown := append([]string{}, t.Values[:min(len(t.Values), limits.queue)]...)
		s.Queue[i] = api.TopicState{Topic: t.Name, Pending: len(t.Values), Messages: shown}
	}
	return s
}

// indicesOf returns a leader's indices without its own, nil for any other node.
func indicesOf(leader raft.NodeID, all []raft.Index) api.Indices {
	if all == nil {
		return nil
	}
	indices := api.Indices{}
	for id, index := range all {
		if raft.NodeID(id) != leader {
			indices[raft.NodeID(id)] = index
		}
	}
	return indices
}

// roleOf names a role; a node that is down has none.
func roleOf(up bool, r raft.Role) *string {
	if !up {
		return nil
	}
	name := r.String()
	return &name
}

func entryOf(i raft.Index, e raft.Entry) api.Entry {
	c, _ := e.Command.(*machine.Command)
	s := api.Entry{Index: i, Term: e.Term, Command: c.String()}
	if c.None() {
		return s
	}
	op := history.OpName(c.Op.Name)
	s.Op = &op
	for i, a := range c.Op.Args {
		switch a.Key {
		case "topic":
			s.Topic = &c.Args[i]
		case "message":
			s.Message = &c.Args[i]
		}
	}
	return s
}

// changeNode makes the handler that does one kind of change to the nodes that the path
// names: to all of them at one moment, or to none.
func changeNode(kind fault.Kind) func(*call) (any, error) {
	return func(c *call) (any, error) {
		change := fault.Change{Kind: kind}
		err := readChange(c.body, &change)
		if err == nil {
			_, err = c.limits()
		}
		if err != nil {
			return nil, err
		}
		to, err := c.selected()
		if err != nil {
			return nil, err
		}
		var ids []raft.NodeID
		d, err := c.changeAll(func(o host.View) ([]fault.Change, error) {
			var err error
			ids, err = resolver(o).For(kind, to)
			if kind == fault.HealNode && to[0].Name == syntax.All {
				return []fault.Change{{Kind: fault.Heal}}, err // the whole cluster, as everywhere
			}
			list := make([]fault.Change, len(ids))
			for i, id := range ids {
				list[i] = change
				list[i].Node = id
			}
			return list, err
		})
		if err != nil {
			return nil, err
		}
		return c.showNodes(to, func(o host.View, _ selected) (api.Place, []raft.NodeID, error) {
			_, err := resolver(o).Nodes(syntax.WhoOf(ids...)) // another cluster may have been loaded
			return d.at(o), ids, err
		})
	}
}
