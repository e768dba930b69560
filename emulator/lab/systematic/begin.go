package systematic

import (
	"errors"
	"fmt"
	"slices"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/raft"
)

// begin returns the cluster of a fixture and its first state. Nodes that do not run
// yet are started.
func begin(f *fixture.Fixture, o Options) (*cluster, *state, error) {
	bugs, err := validate(f, &o)
	if err != nil {
		return nil, nil, err
	}
	n := len(f.Nodes)
	m := &cluster{bounds: o.Bounds, nodes: n, renamings: renamings(n)}
	if o.NoSymmetry {
		m.renamings = m.renamings[:1]
	}
	m.locals = newTable(m.renamings, encodeLocal)
	m.messages = newTable(m.renamings, encodeMessage)
	m.histories = newTable(m.renamings, encodeHistory)
	m.steps.known = map[uint64]*transition{}
	for _, p := range properties {
		if o.Properties == nil || slices.Contains(o.Properties, p.name) {
			m.check = append(m.check, p)
		}
	}
	for _, name := range stepProperties {
		if o.Properties != nil && !slices.Contains(o.Properties, name) {
			m.ignored = append(m.ignored, name)
		}
	}

	s := &state{left: o.Bounds.left()}
	var locals []*local
	var sent []raft.Message
	nodes := runningNodes(f.Nodes)
	for i := range nodes {
		c := &nodes[i]
		l := newLocal(configOf(raft.NodeID(i), n, c, bugs[i]))
		if !c.Running {
			first := l.step(raft.Input{Kind: raft.Start})
			l, sent = &first.local, append(sent, first.sent...)
		}
		h, _ := m.locals.put(*l)
		s.nodes, locals = append(s.nodes, h), append(locals, l)
	}
	for _, message := range sent {
		h, _ := m.messages.put(message)
		m.insertMessage(s, h)
	}
	s.history, _ = m.histories.put(initialHistory(locals))
	return m, s, nil
}

// runningNodes returns the nodes with those that are down restarted and those that
// are paused resumed. As long as they receive nothing, that makes no difference.
func runningNodes(nodes []world.NodeConfig) []world.NodeConfig {
	nodes = slices.Clone(nodes)
	for i := range nodes {
		n := &nodes[i]
		if n.Down {
			*n = world.NodeConfig{Term: n.Term, VotedFor: n.VotedFor, Log: n.Log, Bug: n.Bug}
		}
		n.Paused = false
	}
	return nodes
}

// initialHistory returns the history that the nodes' first states imply: entries that
// the node of the lowest term knows to be committed were committed by that term.
func initialHistory(locals []*local) history {
	locals = slices.Clone(locals)
	slices.SortStableFunc(locals, func(a, b *local) int { return int(a.state.Term) - int(b.state.Term) })
	var h history
	for _, l := range locals {
		h = h.after(l, locals[0].state.Term)
	}
	return h
}

// configOf returns the core's part of a node's config. Its commands are identified by
// their texts.
func configOf(id raft.NodeID, nodes int, c *world.NodeConfig, bug *raft.Bug) raft.Config {
	log := raft.NewLog()
	for _, e := range c.Log {
		given, _ := e.Command.(*machine.Command)
		log.Append(raft.Entry{Term: e.Term, Command: command{Leader: raft.None, Given: given.String()}})
	}
	resume := c.Resume
	if resume != nil && c.Role == raft.Leader {
		r := *resume
		r.Stored = log.LastIndex()
		resume = &r
	}
	return raft.Config{
		ID: id, Nodes: nodes, HardState: raft.HardState{Term: c.Term, VotedFor: c.VotedFor}, Log: log, Bug: bug,
		Role: c.Role, CommitIndex: c.CommitIndex, NextIndex: c.NextIndex, MatchIndex: c.MatchIndex, Resume: resume,
	}
}

// validate checks the fixture and the options, and returns the nodes' bugs.
func validate(f *fixture.Fixture, o *Options) ([]*raft.Bug, error) {
	errs := []error{o.Bounds.validate()}
	wrong := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%w: "+format, append([]any{ErrBounds}, args...)...))
	}
	n := len(f.Nodes)
	if n > MaxNodes {
		wrong("%s has %d nodes, want at most %d", f.Name, n, MaxNodes)
	}
	if o.Bugs != nil && len(o.Bugs) != n {
		wrong("there are bugs for %d nodes, and %s has %d", len(o.Bugs), f.Name, n)
		return nil, errors.Join(errs...)
	}
	for _, name := range o.Properties {
		if !slices.Contains(Properties(), name) {
			wrong("no property is called %q; %s", name, text.Suggest(name, Properties()))
		}
	}
	if len(f.Messages) > 0 {
		wrong("%s has messages in flight, want a state without them", f.Name)
	}
	bugs := make([]*raft.Bug, n)
	for i := range f.Nodes {
		c := &f.Nodes[i]
		if len(c.Writes) > 0 {
			wrong("node %d of %s has unfinished writes, want a state without them", i, f.Name)
		}
		if len(c.Log) > maxCount {
			wrong("node %d of %s has %d entries, want at most %d", i, f.Name, len(c.Log), maxCount)
		}
		name := c.Bug
		if o.Bugs != nil && o.Bugs[i] != "" {
			name = o.Bugs[i]
		}
		if bugs[i] = findBug(name); bugs[i] == nil && name != "" {
			wrong("node %d has the bug %q, which is not one of the core, want one of %v", i, name, bugNames())
		}
	}
	return bugs, errors.Join(errs...)
}

func findBug(name string) *raft.Bug {
	for _, b := range raft.Bugs() {
		if b.Name == name {
			return b
		}
	}
	return nil
}

func bugNames() []string {
	var names []string
	for _, b := range raft.Bugs() {
		names = append(names, b.Name)
	}
	return names
}
