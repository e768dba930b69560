package admin

import (
	"fmt"
	"strconv"

	"rrmq.example/emulator/emulator/sim/fault"

	"rrmq.example/emulator/mqapi/queue"

	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

type nodesAnswer struct {
	place
	Nodes []nodeState `json:"nodes"`
}

type nodeAnswer struct {
	place
	nodeState
}

// A nodeState is all that can be seen of a node.
type nodeState struct {
	ID              raft.NodeID   `json:"id"`
	URL             string        `json:"url"`
	Up              bool          `json:"up"`
	Paused          bool          `json:"paused"`
	Role            *string       `json:"role" enum:"Follower|Candidate|Leader" doc:"null for a node that is down"`
	Leader          nodeRef       `json:"leader" doc:"whom the node takes for it"`
	Term            raft.Term     `json:"term"`
	VotedFor        nodeRef       `json:"voted_for"`
	FirstIndex      raft.Index    `json:"first_index" doc:"the index of the first entry in log, which may be limited"`
	LastIndex       raft.Index    `json:"last_index" doc:"the index of the last entry"`
	Log             []entry       `json:"log"`
	CommitIndex     raft.Index    `json:"commit_index"`
	LastApplied     raft.Index    `json:"last_applied"`
	NextIndex       byNode        `json:"next_index" doc:"a leader's, by the ids of the others, else null"`
	MatchIndex      byNode        `json:"match_index" doc:"a leader's, by the ids of the others, else null"`
	VotesGranted    []raft.NodeID `json:"votes_granted" null:"true" doc:"a candidate's, else null"`
	Timer           *timerState   `json:"timer" doc:"null: none runs"`
	Skew            float64       `json:"skew" doc:"a factor on the length of the node's timers"`
	Bug             string        `json:"bug" doc:"the one that is planted in its program; empty: none"`
	PartitionedFrom []raft.NodeID `json:"partitioned_from" doc:"who does not hear from it"`
	Queue           []topicState  `json:"queue"`
}

// An entry of a log, with its command in words and in parts.
type entry struct {
	Index   raft.Index `json:"index"`
	Term    raft.Term  `json:"term"`
	Command string     `json:"command" doc:"in words"`
	Op      *string    `json:"op" enum:"put_topic|get_topics|put_message|get_message" doc:"null: a command of no known kind"`
	Topic   *string    `json:"topic,omitempty"`
	Message *string    `json:"message,omitempty"`
}

type timerState struct {
	Kind string `json:"kind" enum:"election|heartbeat"`
	AtMS millis `json:"at_ms"`
	InMS millis `json:"in_ms"`
}

// A topicState is a topic with its oldest pending messages.
type topicState struct {
	Topic    string   `json:"topic"`
	Pending  int      `json:"pending"`
	Messages []string `json:"messages"`
}

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
	var a nodesAnswer
	var views []world.NodeView
	var last []raft.Index
	c.host.Observe(func(o host.Observer) {
		a.place = here(o)
		for id := range raft.NodeID(o.Nodes()) {
			s, _, _ := o.State(id)
			views, last = append(views, o.View(id, limits.log)), append(last, s.LastIndex)
		}
	})
	a.Nodes = make([]nodeState, len(views))
	urls := c.host.URLs()
	for i := range views {
		a.Nodes[i] = c.nodeState(&views[i], last[i], a.place, limits, urls)
	}
	return a, nil
}

func getNode(c *call) (any, error) {
	return c.showNode(func(o host.Observer) (place, raft.NodeID, error) {
		id, err := c.node(o)
		return here(o), id, err
	})
}

// showNode answers with the node that choose wants to be seen.
func (c *call) showNode(choose func(host.Observer) (place, raft.NodeID, error)) (any, error) {
	limits, err := c.limits()
	if err != nil {
		return nil, err
	}
	var a nodeAnswer
	var view world.NodeView
	var last raft.Index
	c.host.Observe(func(o host.Observer) {
		var id raft.NodeID
		if a.place, id, err = choose(o); err != nil {
			return
		}
		s, _, _ := o.State(id)
		view, last = o.View(id, limits.log), s.LastIndex
	})
	if err != nil {
		return nil, err
	}
	a.nodeState = c.nodeState(&view, last, a.place, limits, c.host.URLs())
	return a, nil
}

// node is the node that the path names, by its id or as the leader.
func (c *call) node(o host.Observer) (raft.NodeID, error) {
	name := c.params["id"]
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

func checkNode(o host.Observer, id raft.NodeID) error {
	if int(id) >= o.Nodes() {
		return fmt.Errorf("node %d: %w, the cluster has %s", id, world.ErrNoNode, ids(o))
	}
	return nil
}

func ids(o host.Observer) string {
	if o.Nodes() == 1 {
		return "node 0 only"
	}
	return fmt.Sprintf("nodes 0 to %d", o.Nodes()-1)
}

// nodeState describes what was seen of a node.
func (c *call) nodeState(v *world.NodeView, last raft.Index, at place, limits limits, urls []string) nodeState {
	s := nodeState{
		ID: v.ID, Up: v.Up, Paused: v.Paused, Role: roleOf(v.Up, v.Role), Leader: nodeRef(v.Leader),
		Term: v.Term, VotedFor: nodeRef(v.VotedFor),
		FirstIndex: v.FirstIndex, LastIndex: last, Log: make([]entry, len(v.Log)),
		CommitIndex: v.CommitIndex, LastApplied: v.LastApplied,
		NextIndex: byNode{v.ID, v.NextIndex}, MatchIndex: byNode{v.ID, v.MatchIndex},
		VotesGranted: v.VotesGranted, Skew: v.Skew, Bug: v.Bug,
		PartitionedFrom: append([]raft.NodeID{}, v.PartitionedFrom...),
		Queue:           make([]topicState, len(v.Queue.Topics)),
	}
	if int(v.ID) < len(urls) {
		s.URL = urls[v.ID]
	}
	for i, e := range v.Log {
		s.Log[i] = entryOf(v.FirstIndex+raft.Index(i), e)
	}
	if v.Timer != raft.KeepTimer {
		s.Timer = &timerState{Kind: "election", AtMS: millis(v.TimerAt), InMS: max(0, millis(v.TimerAt)-at.TimeMS)}
		if v.Timer == raft.HeartbeatTimer {
			s.Timer.Kind = "heartbeat"
		}
	}
	for i, t := range v.Queue.Topics {
		shown := append([]string{}, t.Messages[:min(len(t.Messages), limits.queue)]...)
		s.Queue[i] = topicState{t.Topic, len(t.Messages), shown}
	}
	return s
}

// roleOf names a role; a node that is down has none.
func roleOf(up bool, r raft.Role) *string {
	if !up {
		return nil
	}
	name := r.String()
	return &name
}

func entryOf(i raft.Index, e raft.Entry) entry {
	c, _ := e.Command.(*queue.Command)
	s := entry{Index: i, Term: e.Term, Command: c.String()}
	if c == nil {
		return s
	}
	op := c.Op.String()
	s.Op = &op
	if c.Op != queue.GetTopics {
		s.Topic = &c.Topic
	}
	if c.Op == queue.PutMessage {
		s.Message = &c.Message
	}
	return s
}

type crashBody struct {
	Wipe bool `json:"wipe" want:"true or false: whether its disk is lost, too"`
}

type skewBody struct {
	Factor float64 `json:"factor" want:"a number from 0.001 to 1000" must:"true"`
}

// changeNode makes the handler that does op to one node.
func changeNode(op fault.Kind) func(*call) (any, error) {
	return func(c *call) (any, error) {
		change := fault.Change{Kind: op}
		var err error
		switch op {
		case fault.Crash:
			var b crashBody
			err = readJSON(c.body, &b)
			change.Wipe = b.Wipe
		case fault.Skew:
			var b skewBody
			err = readJSON(c.body, &b)
			change.Skew = b.Factor
		case fault.Plant:
			var b bugBody
			err = readJSON(c.body, &b)
			change.Bug = b.Bug
		}
		if err == nil {
			_, err = c.limits()
		}
		if err != nil {
			return nil, err
		}
		d, err := c.change(func(o host.Observer) (fault.Change, error) {
			var err error
			change.Node, err = c.node(o)
			return change, err
		})
		if err != nil {
			return nil, err
		}
		return c.showNode(func(o host.Observer) (place, raft.NodeID, error) {
			return d.at(o), change.Node, checkNode(o, change.Node)
		})
	}
}
