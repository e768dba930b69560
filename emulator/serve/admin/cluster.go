package admin

import (
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

type clusterAnswer struct {
	place
	RunID     string             `json:"run_id"`
	Fixture   fixtureState       `json:"fixture"`
	Seed      uint64             `json:"seed"`
	Clock     clockState         `json:"clock"`
	Leader    nodeRef            `json:"leader" doc:"of the highest term, if several believe to lead"`
	Nodes     []shortState       `json:"nodes"`
	Cuts      [][2]raft.NodeID   `json:"cuts" doc:"links, from and to"`
	Partition *partitionState    `json:"partition" doc:"null: nothing is cut"`
	Faults    []fault.RuleStatus `json:"faults"`
}

type fixtureState struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Paper       string `json:"paper"`
}

// A shortState is what costs little to say of a node.
type shortState struct {
	ID          raft.NodeID `json:"id"`
	URL         string      `json:"url"`
	Up          bool        `json:"up"`
	Paused      bool        `json:"paused"`
	Role        *string     `json:"role" enum:"Follower|Candidate|Leader" doc:"null for a node that is down"`
	Leader      nodeRef     `json:"leader" doc:"whom the node takes for it"`
	Term        raft.Term   `json:"term"`
	VotedFor    nodeRef     `json:"voted_for"`
	LastIndex   raft.Index  `json:"last_index"`
	LastTerm    raft.Term   `json:"last_term"`
	CommitIndex raft.Index  `json:"commit_index"`
	LastApplied raft.Index  `json:"last_applied"`
	Bug         string      `json:"bug" doc:"the one that is planted in its program; empty: none"`
}

func getCluster(c *call) (any, error) { return c.cluster(here) }

func postHeal(c *call) (any, error) {
	d, err := c.change(func(host.Observer) (fault.Change, error) {
		return fault.Change{Kind: fault.Heal}, nil
	})
	if err != nil {
		return nil, err
	}
	return c.cluster(d.at)
}

// observe lets look see the world together with the fixture that it began as.
// look may be called several times; the last time counts.
func (c *call) observe(look func(host.Observer)) *fixture.Fixture {
	for {
		f := c.host.Fixture()
		c.host.Observe(look)
		if c.host.Fixture() == f {
			return f
		}
	}
}

// cluster answers with all at once, at a place in the trace.
func (c *call) cluster(at func(host.Observer) place) (any, error) {
	var a clusterAnswer
	var links network
	f := c.observe(func(o host.Observer) {
		a.place = at(o)
		a.Leader = nodeRef(o.Leader())
		a.Nodes = make([]shortState, o.Nodes())
		for i := range a.Nodes {
			a.Nodes[i] = shortStateOf(o, raft.NodeID(i))
		}
		a.Faults = o.Rules()
		links = networkOf(o)
	})
	a.RunID, a.Seed = c.host.RunID(), f.Seed
	a.Fixture = fixtureState{f.Name, f.Description, f.Paper}
	a.Clock = clockStateOf(c.host.Clock())
	urls := c.host.URLs()
	for i := range a.Nodes {
		a.Nodes[i].URL = urls[i]
	}
	a.Cuts = pairs(links.cuts)
	if len(links.cuts) > 0 {
		p := links.partition()
		a.Partition = &p
	}
	return a, nil
}

func shortStateOf(o host.Observer, id raft.NodeID) shortState {
	s, up, paused := o.State(id)
	return shortState{
		ID: id, Up: up, Paused: paused, Role: roleOf(up, s.Role), Leader: nodeRef(s.Leader),
		Term: s.Term, VotedFor: nodeRef(s.VotedFor), LastIndex: s.LastIndex, LastTerm: s.LastTerm,
		CommitIndex: s.CommitIndex, LastApplied: s.LastApplied, Bug: o.Bug(id),
	}
}
