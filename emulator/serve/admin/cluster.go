package admin

import (
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

func getCluster(c *call) (any, error) { return c.cluster(here) }

func postHeal(c *call) (any, error) {
	d, err := c.change(func(host.View) (fault.Change, error) {
		return fault.Change{Kind: fault.Heal}, nil
	})
	if err != nil {
		return nil, err
	}
	return c.cluster(d.at)
}

// observe lets look see the world together with the fixture that it began as.
// look may be called several times; the last time counts.
func (c *call) observe(look func(host.View)) *fixture.Fixture {
	for {
		f := c.host.Fixture()
		c.host.Observe(look)
		if c.host.Fixture() == f {
			return f
		}
	}
}

// cluster answers with all at once, at a place in the trace.
func (c *call) cluster(at func(host.View) api.Place) (any, error) {
	var a api.ClusterAnswer
	var links network
	f := c.observe(func(o host.View) {
		a.Place = at(o)
		a.Leader = api.NodeRef(o.Leader())
		a.Nodes = make([]api.ShortState, o.Nodes())
		for i := range a.Nodes {
			a.Nodes[i] = shortStateOf(o, raft.NodeID(i))
		}
		a.Faults = o.Rules()
		links = networkOf(o)
	})
	a.RunID, a.Seed = c.host.RunID(), f.Seed
	a.Fixture = api.FixtureState{Name: f.Name, Description: f.Description, Paper: f.Paper}
	a.Clock = clockStateOf(c.host.Clock())
	a.Trace = c.traceState()
	a.DroppedLogs = c.options.DroppedLogs()
	urls := c.host.URLs()
	for i := range a.Nodes {
		if i < len(urls) { // the nodes of a fork have none
			a.Nodes[i].URL = urls[i]
		}
	}
	a.Cuts = pairs(links.cuts)
	if len(links.cuts) > 0 {
		p := links.partition()
		a.Partition = &p
	}
	return a, nil
}

func shortStateOf(o host.View, id raft.NodeID) api.ShortState {
	s, up, paused := o.State(id)
	return api.ShortState{
		ID: id, Up: up, Paused: paused, Role: roleOf(up, s.Role), Leader: api.NodeRef(s.Leader),
		Term: s.Term, VotedFor: api.NodeRef(s.VotedFor), LastIndex: s.LastIndex, LastTerm: s.LastTerm,
		CommitIndex: s.CommitIndex, LastApplied: s.LastApplied, Bug: o.Bug(id),
	}
}

// traceState returns how the writing of the trace stands, or nil if none is written.
func (c *call) traceState() *api.TraceState {
	r := c.host.Recording()
	if r == nil {
		return nil
	}
	s := &api.TraceState{Complete: r.Err == nil, Missing: r.Missing}
	if r.Err != nil {
		s.Error = r.Err.Error()
	}
	return s
}
