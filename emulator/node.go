package emulator

import (
	"math"

	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/machines"
	"rrmq.example/emulator/raft"
)

// A Node is one of a Cluster.
type Node struct {
	// ID is from 0 to the cluster's Size - 1.
	ID int
	// URL is the base URL of the node's own API, such as http://127.0.0.1:8567. It never
	// changes.
	URL string

	cluster *Cluster
}

// Node returns the node of an id, or the one that a word such as Follower means now.
func (c *Cluster) Node(id int) *Node {
	c.t.Helper()
	if w := who(id)[0]; w.Name != "" {
		var found raft.NodeID
		var err error
		c.observe(func(o host.View) { found, err = meant(o).One(w) })
		if err != nil {
			c.fail("%v", err)
			return &Node{ID: Nobody, cluster: c}
		}
		id = int(found)
	}
	if n := c.Size(); id < 0 || id >= n {
		c.fail("there is no node %d: the cluster has %d", id, n)
		return &Node{ID: id, cluster: c}
	}
	return &Node{ID: id, URL: c.run.server.Host.URLs()[id], cluster: c}
}

// Nodes lists all nodes, whatever their state, in order of their ids.
func (c *Cluster) Nodes() []*Node {
	nodes := make([]*Node, c.Size())
	for id := range nodes {
		nodes[id] = c.Node(id)
	}
	return nodes
}

// Leader is the node that is up and leads; of several, the one with the highest term. The
// test fails when there is none, so call Wait("leader=unique") first.
func (c *Cluster) Leader() *Node {
	c.t.Helper()
	id := raft.None
	c.observe(func(o host.View) { id = o.Leader() })
	if id == raft.None {
		c.fail("no node leads; wait for leader=unique first")
		return &Node{ID: Nobody, cluster: c}
	}
	return c.Node(int(id))
}

// A Status is the state of a node. Terms and indices are those of the Raft paper's Figure 2.
type Status struct {
	Up     bool
	Paused bool
	// Role is "Follower", "Candidate" or "Leader", and "" when the node is down.
	Role string
	Term uint64
	// VotedFor got the node's vote of Term, and Leader is the leader of Term as far as
	// the node knows; or Nobody.
	VotedFor, Leader int
	// LastIndex and LastTerm are those of the log's last entry, 0 for an empty log.
	LastIndex, LastTerm uint64
	// CommitIndex and LastApplied are 0 when the node is down.
	CommitIndex, LastApplied uint64
	// NextIndex and MatchIndex are a leader's, by the ids of the other nodes; nil when
	// the node does not lead.
	NextIndex, MatchIndex map[int]uint64
	// Skew is the factor on the length of its timers, normally 1.
	Skew float64
	// Bug is the name of its planted bug, or "".
	Bug string
	// CutFrom are the nodes that do not hear from this one.
	CutFrom []int
}

// Status returns the state of the node.
func (n *Node) Status() Status {
	n.cluster.t.Helper()
	var s Status
	n.look(func(o host.View, id raft.NodeID) {
		state, up, paused := o.State(id)
		v := o.View(id, 0)
		s = Status{
			Up: up, Paused: paused, Term: uint64(state.Term), VotedFor: int(state.VotedFor), Leader: int(state.Leader),
			LastIndex: uint64(state.LastIndex), LastTerm: uint64(state.LastTerm),
			CommitIndex: uint64(state.CommitIndex), LastApplied: uint64(state.LastApplied),
			NextIndex: byID(v.NextIndex, id), MatchIndex: byID(v.MatchIndex, id), Skew: v.Skew, Bug: v.Bug,
		}
		if up {
			s.Role = state.Role.String()
		}
		for _, other := range v.PartitionedFrom {
			s.CutFrom = append(s.CutFrom, int(other))
		}
	})
	return s
}

// byID returns a leader's indices of the other nodes.
func byID(indices []raft.Index, of raft.NodeID) map[int]uint64 {
	if indices == nil {
		return nil
	}
	by := make(map[int]uint64, len(indices)-1)
	for id, index := range indices {
		if raft.NodeID(id) != of {
			by[id] = uint64(index)
		}
	}
	return by
}

// An Entry is one of a node's log.
type Entry struct {
	Index, Term uint64
	// Op is the operation's name, such as "put_topic"; Topic and Message are "" for an
	// operation without them.
	Op, Topic, Message string
}

// String writes the entry's command: put_message dog "I love dogs!".
func (e Entry) String() string {
	return machines.Op(e.Op).New(e.Topic, e.Message).String()
}

// Log is the node's log, with entries that are not committed. A node that is down has the
// log on its disk.
func (n *Node) Log() []Entry {
	n.cluster.t.Helper()
	var entries []raft.Entry
	var first raft.Index
	n.look(func(o host.View, id raft.NodeID) {
		v := o.View(id, math.MaxInt)
		entries, first = v.Log, v.FirstIndex
	})
	log := make([]Entry, len(entries))
	for i, e := range entries {
		log[i] = Entry{Index: uint64(first) + uint64(i), Term: uint64(e.Term)}
		if c, ok := e.Command.(*machine.Command); ok && c != nil {
			log[i].Op, log[i].Topic, log[i].Message = c.Op.String(), c.Args[0], c.Args[1]
		}
	}
	return log
}

// A Topic of a queue, with its pending messages, the oldest first.
type Topic struct {
	Name     string
	Messages []string
}

// Queue is the node's own message queue, as far as it has applied its log. Topics come in
// the order of their creation. A node that is down has none.
func (n *Node) Queue() []Topic {
	n.cluster.t.Helper()
	var v machine.View
	n.look(func(o host.View, id raft.NodeID) { v = o.Queue(id) })
	queue := make([]Topic, len(v.Items))
	for i, t := range v.Items {
		queue[i] = Topic{Name: t.Name, Messages: t.Values}
	}
	return queue
}

// look looks at the node, if the cluster still has it.
func (n *Node) look(see func(host.View, raft.NodeID)) {
	n.cluster.t.Helper()
	var found bool
	n.cluster.observe(func(o host.View) {
		if found = n.ID >= 0 && n.ID < o.Nodes(); found {
			see(o, raft.NodeID(n.ID))
		}
	})
	if !found {
		n.cluster.fail("there is no node %d any more", n.ID)
	}
}
