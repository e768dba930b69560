package syntax

import (
	"fmt"
	"slices"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// Validate reports everything that is wrong with a partition of a cluster of so many
// nodes, as fault.Problems: what ReadPartition says of a file with such a partition.
func (p *Partition) Validate(nodes int) error {
	if p.Groups == nil && p.OneWay == nil && p.Isolate == nil {
		return fault.Problems{{Message: "cuts nothing, want groups, oneway or isolate"}}
	}
	if nodes == 1 {
		return fault.Problems{{Message: "cuts nothing: there is only one node"}}
	}
	c := partitionCheck{nodes: nodes}
	c.groups(p.Groups)
	c.oneWay(p.OneWay)
	c.isolate(p)
	if c.problems == nil {
		return nil
	}
	return c.problems
}

// A partitionCheck collects problems.
type partitionCheck struct {
	nodes    int
	problems fault.Problems
}

func (c *partitionCheck) add(key, format string, args ...any) {
	c.problems = append(c.problems, fault.Problem{Key: key, Message: fmt.Sprintf(format, args...)})
}

// id reports whether a node is there.
func (c *partitionCheck) id(key string, id raft.NodeID) bool {
	exists := id >= 0 && int(id) < c.nodes
	if !exists {
		c.add(key, "is %d, want %s", id, WantNode(c.nodes))
	}
	return exists
}

func (c *partitionCheck) groups(groups [][]raft.NodeID) {
	before := len(c.problems)
	var seen []raft.NodeID
	for i, group := range groups {
		if len(group) == 0 {
			c.add(fmt.Sprintf("groups[%d]", i), "is an empty group, want at least one node")
		}
		for j, id := range group {
			key := fmt.Sprintf("groups[%d][%d]", i, j)
			if c.id(key, id) && slices.Contains(seen, id) {
				c.add(key, "names node %d twice, want each node once", id)
			}
			seen = append(seen, id)
		}
	}
	cuts := len(groups) > 1 || len(groups) == 1 && len(groups[0]) < c.nodes
	if groups != nil && !cuts && len(c.problems) == before {
		c.add("groups", "cuts nothing, want two groups, or one that leaves a node out")
	}
}

func (c *partitionCheck) oneWay(links []fault.Link) {
	if links != nil && len(links) == 0 {
		c.add("oneway", "cuts nothing, want links such as [[0, 2]]")
	}
	for i, l := range links {
		key := fmt.Sprintf("oneway[%d]", i)
		from, to := c.id(key+"[0]", l.From), c.id(key+"[1]", l.To)
		switch {
		case !from || !to:
		case l.From == l.To:
			c.add(key, "goes from node %d to itself, want two nodes", l.From)
		case slices.Contains(links[:i], l):
			c.add(key, "names the link from node %d to node %d twice, want it once", l.From, l.To)
		}
	}
}

func (c *partitionCheck) isolate(p *Partition) {
	switch {
	case p.Isolate == nil:
		return
	case len(p.Isolate) == 0:
		c.add("isolate", "is an empty list, want %s", Scope{Nodes: c.nodes}.want(NodeWords))
	}
	for i, id := range p.Isolate {
		key := fmt.Sprintf("isolate[%d]", i)
		if c.id(key, id) && slices.Contains(p.Isolate[:i], id) {
			c.add(key, "names node %d twice, want each node once", id)
		}
	}
}
