package syntax

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// ErrNobody: a word or a name stands for no node at this moment.
var ErrNobody = errors.New("no such node now")

// A nobody says why no node is meant.
type nobody string

// Error implements error.
func (n nobody) Error() string { return string(n) }

// Is makes it an ErrNobody.
func (nobody) Is(target error) bool { return target == ErrNobody }

// A Cluster is what a Resolver looks at.
type Cluster interface {
	Nodes() int
	State(id raft.NodeID) (s raft.State, up, paused bool)
}

// Find returns the node that Leader, Follower, Candidate or Any stands for now.
func Find(o Cluster, word string) (raft.NodeID, bool) {
	found, term := raft.None, raft.Term(0)
	for id := range raft.NodeID(o.Nodes()) {
		s, up, _ := o.State(id)
		if !up {
			continue
		}
		switch word {
		case Leader:
			if s.Role == raft.Leader && (found == raft.None || s.Term > term) {
				found, term = id, s.Term
			}
			continue
		case Follower:
			if s.Role == raft.Leader {
				continue
			}
		case Candidate:
			if s.Role != raft.Candidate {
				continue
			}
		case Any:
		default:
			return raft.None, false
		}
		return id, true
	}
	return found, found != raft.None
}

// A Resolver says which nodes of a cluster are meant now. It is the only place that does.
type Resolver struct {
	Cluster Cluster
	// Given returns the node to which a scenario gave a name; nil outside of one.
	Given func(name string) (raft.NodeID, bool)
}

// One returns the node that is meant. The error is an ErrNobody, or world.ErrNoNode for an id
// that the cluster does not have.
func (r Resolver) One(w Who) (raft.NodeID, error) {
	if w.Name == "" {
		return w.ID, r.exists(w.ID)
	}
	if r.Given != nil {
		if id, ok := r.Given(w.Name); ok {
			return id, r.exists(id)
		}
	}
	if id, ok := Find(r.Cluster, w.Name); ok {
		return id, nil
	}
	switch w.Name {
	case Leader, Candidate:
		return raft.None, nobody("there is no " + w.Name + " among the nodes that are up: " + r.roles())
	case Follower:
		return raft.None, nobody("no node is up except the leader")
	case Any:
		return raft.None, nobody("there is no node that is up")
	case All:
		return raft.None, nobody("all stands for every node, and one is wanted")
	}
	return raft.None, nobody(fmt.Sprintf("no node has the name %q yet", w.Name))
}

func (r Resolver) exists(id raft.NodeID) error {
	n := r.Cluster.Nodes()
	switch {
	case id >= 0 && int(id) < n:
		return nil
	case n == 1:
		return fmt.Errorf("node %d: %w, the cluster has node 0 only", id, world.ErrNoNode)
	}
	return fmt.Errorf("node %d: %w, the cluster has nodes 0 to %d", id, world.ErrNoNode, n-1)
}

// Nodes returns the nodes that are meant, each once.
func (r Resolver) Nodes(list []Who) ([]raft.NodeID, error) {
	return r.nodes(list, false)
}

// For returns the nodes to which a change of this kind is to be made.
func (r Resolver) For(kind fault.Kind, list []Who) ([]raft.NodeID, error) {
	return r.nodes(list, kind.Info().NeedsUp)
}

func (r Resolver) nodes(list []Who, up bool) ([]raft.NodeID, error) {
	var ids []raft.NodeID
	for _, w := range list {
		if w.Name == All {
			all, err := r.all(up)
			if err != nil {
				return nil, err
			}
			return all, nil
		}
		id, err := r.One(w)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// all returns every node, or every node that is up.
func (r Resolver) all(up bool) ([]raft.NodeID, error) {
	var ids []raft.NodeID
	for id := range raft.NodeID(r.Cluster.Nodes()) {
		if _, isUp, _ := r.Cluster.State(id); isUp || !up {
			ids = append(ids, id)
		}
	}
	if ids == nil {
		return nil, nobody("there is no node that is up")
	}
	return ids, nil
}

// roles describes the state of the first nodes.
func (r Resolver) roles() string {
	const most = 10
	var parts []string
	nodes := r.Cluster.Nodes()
	for id := range raft.NodeID(min(nodes, most)) {
		s, up, _ := r.Cluster.State(id)
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

// Rule returns a rule with the ids of the nodes that its match names by words.
func (r Resolver) Rule(rule fault.Rule, m MatchWho) (fault.Rule, error) {
	for _, k := range fault.MatchKeys() {
		list, ok := m[k.Name]
		if !ok {
			continue
		}
		ids, err := r.Nodes(list)
		if err != nil {
			return rule, fmt.Errorf("match.%s: %w", k.Name, err)
		}
		*k.At(&rule).(*[]raft.NodeID) = ids
	}
	if len(m) > 0 {
		if err := rule.ValidateIn(r.Cluster.Nodes()); err != nil { // ReadRule has seen all else
			return rule, nobody(err.Error())
		}
	}
	return rule, nil
}

// Partition returns a partition with the ids of the nodes that a cut means now.
func (r Resolver) Partition(c *Cut) (Partition, error) {
	var p Partition
	var grouped []raft.NodeID
	for _, who := range c.Groups {
		g, err := r.Nodes(who)
		if err != nil {
			return Partition{}, err
		}
		for _, id := range g {
			if slices.Contains(grouped, id) {
				return Partition{}, nobody(fmt.Sprintf("node %d is in two groups", id))
			}
		}
		grouped = append(grouped, g...)
		p.Groups = append(p.Groups, g)
	}
	for _, pair := range c.OneWay {
		links, err := r.links(pair)
		if err != nil {
			return Partition{}, err
		}
		p.OneWay = append(p.OneWay, links...)
	}
	var err error
	p.Isolate, err = r.Nodes(c.Isolate)
	return p, err
}

// Links returns the links that a cut cuts now.
func (r Resolver) Links(c *Cut) ([]fault.Link, error) {
	p, err := r.Partition(c)
	if err != nil {
		return nil, err
	}
	return p.Links(r.Cluster.Nodes())
}

// links returns the links from one node to another; all stands for the others there.
func (r Resolver) links(pair [2]Who) ([]fault.Link, error) {
	from, err1 := r.Nodes(pair[:1])
	to, err2 := r.Nodes(pair[1:])
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	var links []fault.Link
	for _, f := range from {
		for _, t := range to {
			if f != t {
				links = append(links, fault.Link{From: f, To: t})
			}
		}
	}
	if links == nil {
		return nil, nobody(fmt.Sprintf("the link from node %d to itself cannot be cut", from[0]))
	}
	return links, nil
}
