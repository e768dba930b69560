package admin

import (
	"fmt"
	"strconv"

	"rrmq.example/emulator/emulator/check/history"
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
	limits, err := c.limits()
	if err != nil {
		return nil, err
	}
	var a api.NodesAnswer
	var views []world.NodeView
	var last []raft.Index
	c.host.Observe(func(o host.View) {
		a.Place = here(o)
		for id := range raft.NodeID(o.Nodes()) {
			s, _, _ := o.State(id)
			views, last = append(views, o.View(id, limits.log)), append(last, s.LastIndex)
		}
	})
	a.Nodes = make([]api.NodeState, len(views))
	urls := c.host.URLs()
	for i := range views {
		a.Nodes[i] = c.nodeState(&views[i], last[i], a.Place, limits, urls)
	}
	return a, nil
}

func getNode(c *call) (any, error) {
	return c.showNode(func(o host.View) (api.Place, raft.NodeID, error) {
		id, err := c.node(o)
		return here(o), id, err
	})
}

// showNode answers with the node that choose wants to be seen.
func (c *call) showNode(choose func(host.View) (api.Place, raft.NodeID, error)) (any, error) {
	limits, err := c.limits()
	if err != nil {
		return nil, err
	}
	var a api.NodeAnswer
	var view world.NodeView
	var last raft.Index
	c.host.Observe(func(o host.View) {
		var id raft.NodeID
		if a.Place, id, err = choose(o); err != nil {
			return
		}
		s, _, _ := o.State(id)
		view, last = o.View(id, limits.log), s.LastIndex
	})
	if err != nil {
		return nil, err
	}
	a.NodeState = c.nodeState(&view, last, a.Place, limits, c.host.URLs())
	return a, nil
}

// node is the node that the path names, by its id or as the leader.
func (c *call) node(o host.View) (raft.NodeID, error) {
	name := c.r.PathValue("id")
	if name == "leader" {
		if id := o.Leader(); id != raft.None {
			return id, nil
		}
		return raft.None, errLeaderless
	}
	n, err := strconv.ParseUint(name, 10, 31)
	if err != nil {
		return raft.None, fmt.Errorf("node %.40q: %w, want %s or leader", name, world.ErrNoNode, ids(o))
	}
	id := raft.NodeID(n)
	return id, checkNode(o, id)
}

func checkNode(o host.View, id raft.NodeID) error {
	if int(id) >= o.Nodes() {
		return fmt.Errorf("node %d: %w, the cluster has %s", id, world.ErrNoNode, ids(o))
	}
	return nil
}

func ids(o host.View) string {
	if o.Nodes() == 1 {
		return "node 0 only"
	}
	return fmt.Sprintf("nodes 0 to %d", o.Nodes()-1)
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

// changeNode makes the handler that does one kind of change to one node.
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
		d, err := c.change(func(o host.View) (fault.Change, error) {
			var err error
			change.Node, err = c.node(o)
			return change, err
		})
		if err != nil {
			return nil, err
		}
		return c.showNode(func(o host.View) (api.Place, raft.NodeID, error) {
			return d.at(o), change.Node, checkNode(o, change.Node)
		})
	}
}
