package admin

import (
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

func getPartition(c *call) (any, error) { return c.showPartition(here) }

func postPartition(c *call) (any, error) {
	if err := readable(c.body); err != nil {
		return nil, err
	}
	d, err := c.changeSized(func(nodes int) (decisions, error) {
		cut, err := syntax.ParseCut(c.body, nodes)
		return one(func(o host.View) (fault.Change, error) {
			links, err := resolver(o).Links(&cut)
			return fault.Change{Kind: fault.Partition, Links: links}, err
		}), err
	})
	if err != nil {
		return nil, err
	}
	return c.showPartition(d.at)
}

func deletePartition(c *call) (any, error) {
	d, err := c.change(func(host.View) (fault.Change, error) {
		return fault.Change{Kind: fault.Partition}, nil
	})
	if err != nil {
		return nil, err
	}
	return c.showPartition(d.at)
}

func (c *call) showPartition(at func(host.View) api.Place) (any, error) {
	var a api.PartitionAnswer
	var n network
	c.host.Observe(func(o host.View) {
		a.Place = at(o)
		n = networkOf(o)
	})
	a.PartitionState = n.partition()
	return a, nil
}

// A network is which nodes run, and which links are cut.
type network struct {
	running []bool
	cuts    []fault.Link
}

func networkOf(o host.View) network {
	n := network{make([]bool, o.Nodes()), o.Cuts()}
	for i := range n.running {
		_, up, paused := o.State(raft.NodeID(i))
		n.running[i] = up && !paused
	}
	return n
}

func (n *network) partition() api.PartitionState {
	nodes := len(n.running)
	s := api.PartitionState{Reaches: make([][]int, nodes), CanLead: []raft.NodeID{}}
	for i := range s.Reaches {
		s.Reaches[i] = make([]int, nodes)
		for j := range s.Reaches[i] {
			s.Reaches[i][j] = 1
		}
	}
	for _, l := range n.cuts {
		s.Reaches[l.From][l.To] = 0
	}
	p := syntax.PartitionOf(nodes, n.cuts)
	s.Groups = p.Groups
	if len(p.OneWay) > 0 {
		s.OneWay = pairs(p.OneWay)
	}
	s.Sides = n.sides(s.Reaches)
	for i := range nodes {
		with := 0
		for j := range nodes {
			if n.running[j] && s.Reaches[i][j] == 1 && s.Reaches[j][i] == 1 {
				with++
			}
		}
		if n.running[i] && 2*with > nodes {
			s.CanLead = append(s.CanLead, raft.NodeID(i))
		}
	}
	return s
}

// sides finds the sets of nodes that are joined both ways.
func (n *network) sides(reaches [][]int) []api.Side {
	var sides []api.Side
	seen := make([]bool, len(reaches))
	for i := range reaches {
		if seen[i] {
			continue
		}
		seen[i] = true
		members := make([]bool, len(reaches))
		members[i] = true
		for found := []int{i}; len(found) > 0; {
			a := found[0]
			found = found[1:]
			for b := range reaches {
				if !seen[b] && reaches[a][b] == 1 && reaches[b][a] == 1 {
					seen[b], members[b] = true, true
					found = append(found, b)
				}
			}
		}
		var s api.Side
		for id, member := range members {
			if !member {
				continue
			}
			s.Nodes = append(s.Nodes, raft.NodeID(id))
			if n.running[id] {
				s.Running++
			}
		}
		s.Majority = 2*s.Running > len(reaches)
		sides = append(sides, s)
	}
	return sides
}

// pairs writes links as JSON has them.
func pairs(links []fault.Link) [][2]raft.NodeID {
	list := make([][2]raft.NodeID, len(links))
	for i, l := range links {
		list[i] = [2]raft.NodeID{l.From, l.To}
	}
	return list
}
