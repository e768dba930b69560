package main

import (
	"cmp"
	"slices"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/machines"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// A reader derives the state of a cluster from its records, as docs/reference/trace.md says.
// It shares nothing with the world.
type reader struct {
	nodes   []read
	flights map[uint64]*flight
	cuts    map[[2]int]bool
	rules   []string
}

// A flight is a message on its way, in one or several copies.
type flight struct {
	copies  int
	held    bool
	outside bool // it came by RPC
}

// A read is a node.
type read struct {
	state       trace.EventState
	up, paused  bool
	log         []trace.EventEntry
	next, match []uint64
	votes       map[int]bool
	timer       *trace.EventTimer
	skew        float64
	bug         string
	queue       machine.Machine
	applied     uint64
	outside     bool // its next Reply goes outside
}

// apply applies a record.
func (c *reader) apply(e *trace.Event) {
	if e.Kind == "Init" {
		c.begin(e)
	}
	if e.Node == trace.Nobody {
		c.common(e)
		return
	}
	n := &c.nodes[e.Node]
	n.state = *e.State
	if e.State.Role != "Leader" {
		n.next, n.match = nil, nil
	}
	if e.Timer != nil {
		n.timer = e.Timer
	}
	if e.Message != nil {
		c.message(e, n)
	}
	switch e.Kind {
	case "Restart":
		n.up = true
	case "Timeout":
		n.votes = map[int]bool{}
		n.vote(e, e.Node)
	case "Persist":
		n.vote(e, e.Node)
	case "HandleRequestVoteResponse":
		n.vote(e, e.Message.From)
	case "BecomeLeader":
		n.next, n.match = slices.Clone(e.NextIndex), slices.Clone(e.MatchIndex)
	case "ClientRequest":
		entry := trace.EventEntry{Term: e.State.Term}
		if e.Request.Command != nil {
			entry.EventCommand = *e.Request.Command
		}
		n.log = append(n.log[:e.Index-1:e.Index-1], entry)
	case "HandleAppendEntriesRequest":
		if e.Kept != nil {
			fresh := e.Message.Entries[uint64(len(e.Message.Entries))-(e.State.LastIndex-*e.Kept):]
			n.log = append(n.log[:*e.Kept:*e.Kept], fresh...)
		}
	case "HandleAppendEntriesResponse":
		if e.Progress != nil {
			n.next[e.Message.From], n.match[e.Message.From] = e.Progress.Next, e.Progress.Match
		}
	case "Apply":
		n.apply(e)
	case "Response":
		if e.Unlogged != nil {
			n.queue.Apply(commandOf(*e.Unlogged))
		}
	case "Nemesis":
		c.change(e, n)
	}
}

func (n *read) vote(e *trace.Event, of int) {
	if e.Counted {
		n.votes[of] = true
	}
}

func (n *read) apply(e *trace.Event) {
	for ; n.applied < e.Index; n.applied++ {
		command := commandOf(n.log[n.applied].EventCommand)
		n.queue.Apply(command)
		for _, i := range e.Again {
			if i == n.applied+1 {
				n.queue.Apply(command)
			}
		}
	}
}

// begin takes an Init.
func (c *reader) begin(e *trace.Event) {
	if e.Seq == 1 {
		*c = reader{flights: map[uint64]*flight{}, cuts: map[[2]int]bool{}}
		for _, rule := range e.Init.Faults {
			c.rules = append(c.rules, rule.Name)
		}
	}
	i := e.Init
	n := read{up: i.Up, paused: i.Paused, log: i.Log, skew: cmp.Or(i.Skew, 1), bug: i.Bug, queue: machines.Default().New(), votes: map[int]bool{}}
	for _, to := range i.Cut {
		c.cuts[[2]int{e.Node, int(to)}] = true
	}
	if i.Votes == nil {
		n.votes[e.Node] = true
	}
	for _, id := range i.Votes {
		n.votes[int(id)] = true
	}
	n.apply(&trace.Event{Index: e.State.CommitIndex})
	n.next, n.match = i.NextIndex, i.MatchIndex
	c.nodes = append(c.nodes, n)
}

// size completes what an Init left out, once the number of nodes is known.
func (c *reader) size() {
	for i := range c.nodes {
		n := &c.nodes[i]
		if n.state.Role != "Leader" {
			continue
		}
		for len(n.next) < len(c.nodes) {
			n.next = append(n.next, n.state.LastIndex+1)
		}
		for len(n.match) < len(c.nodes) {
			n.match = append(n.match, 0)
		}
	}
}

// message follows a message through the network.
func (c *reader) message(e *trace.Event, n *read) {
	f := c.flights[e.Message.ID]
	switch e.Kind {
	case "RequestVote", "AppendEntries":
		c.flights[e.Message.ID] = &flight{copies: 1}
	case "ResumeMessage":
		c.flights[e.Message.ID] = &flight{copies: 1, held: e.Fault != ""}
	case "RPC":
		if n.up {
			c.flights[e.Message.ID] = &flight{copies: 1, outside: true}
		}
	case "Reply":
		if !n.outside {
			c.flights[e.Message.ID] = &flight{copies: 1}
		}
	case "DuplicateMessage":
		if f == nil { // the first copy was lost for lack of space
			c.flights[e.Message.ID] = &flight{copies: 1}
			return
		}
		f.copies++
	case "HoldMessage", "ReleaseMessage":
		f.held = e.Kind == "HoldMessage"
	case "UpdateTerm":
	default:
		n.outside = f != nil && f.outside
		if f == nil {
			return
		}
		if f.copies--; f.copies == 0 {
			delete(c.flights, e.Message.ID)
		}
	}
}

// common takes a record about all nodes.
func (c *reader) common(e *trace.Event) {
	if e.Kind == "RuleEnded" {
		c.delete(e.Fault)
		return
	}
	switch change := &e.Change.Change; change.Kind {
	case fault.Partition:
		clear(c.cuts)
		for _, l := range change.Links {
			c.cuts[[2]int{int(l.From), int(l.To)}] = true
		}
	case fault.Heal:
		clear(c.cuts)
		c.rules = nil
		for i := range c.nodes {
			c.nodes[i].skew, c.nodes[i].paused = 1, false
		}
	case fault.SetRule:
		if !slices.Contains(c.rules, change.Rule.Name) {
			c.rules = append(c.rules, change.Rule.Name)
		}
	case fault.DeleteRule:
		c.delete(change.Name)
	}
}

func (c *reader) delete(rule string) {
	c.rules = slices.DeleteFunc(c.rules, func(name string) bool { return name == rule })
}

// change takes a change of a node.
func (c *reader) change(e *trace.Event, n *read) {
	switch change := &e.Change.Change; change.Kind {
	case fault.Crash:
		n.up, n.paused, n.timer, n.votes = false, false, nil, map[int]bool{}
		n.queue, n.applied = machines.Default().New(), 0
		if e.Log != nil {
			n.log = append(n.log[:e.Log.Kept:e.Log.Kept], e.Log.Entries...)
		}
	case fault.Pause:
		n.paused = true
	case fault.Resume:
		n.paused = false
	case fault.Isolate:
		c.link(e.Node, true)
	case fault.HealNode:
		c.link(e.Node, false)
		n.skew, n.paused = 1, false
	case fault.Skew:
		n.skew = change.Skew
	case fault.Plant:
		n.bug = change.Bug
	}
}

// link cuts or heals all links of a node.
func (c *reader) link(id int, cut bool) {
	for j := range c.nodes {
		if j == id {
			continue
		}
		for _, l := range [][2]int{{id, j}, {j, id}} {
			if delete(c.cuts, l); cut {
				c.cuts[l] = true
			}
		}
	}
}

// cluster returns the state in the form in which the world's is written.
func (c *reader) cluster() Cluster {
	c.size()
	all := Cluster{Messages: []uint64{}, Held: []uint64{}, Cuts: [][2]int{}, Rules: append([]string{}, c.rules...)}
	for id, f := range c.flights {
		for range f.copies {
			if f.held {
				all.Held = append(all.Held, id)
			} else {
				all.Messages = append(all.Messages, id)
			}
		}
	}
	slices.Sort(all.Messages)
	slices.Sort(all.Held)
	for l := range c.cuts {
		all.Cuts = append(all.Cuts, l)
	}
	slices.SortFunc(all.Cuts, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	for i := range c.nodes {
		all.Nodes = append(all.Nodes, c.nodes[i].node(i))
	}
	return all
}

func (n *read) node(id int) Node {
	s := &n.state
	view := Node{
		ID: id, Up: n.up, Paused: n.paused, Role: s.Role, Term: s.Term, Commit: s.CommitIndex, Applied: s.LastApplied,
		VotedFor: idOrNull(raft.NodeID(s.VotedFor)), Leader: idOrNull(raft.NodeID(s.Leader)),
		Next: othersOf(raft.NodeID(id), indices(n.next)), Match: othersOf(raft.NodeID(id), indices(n.match)),
		Skew: n.skew, Bug: n.bug, Queue: topicsOf(n.queue.View(0)),
	}
	var log []raft.Entry
	for _, e := range n.log {
		log = append(log, raft.Entry{Term: raft.Term(e.Term), Command: commandOf(e.EventCommand)})
	}
	view.Log = logJSON(log)
	if s.Role == "Candidate" {
		view.Votes = []int{}
		for v := range n.votes {
			view.Votes = append(view.Votes, v)
		}
		slices.Sort(view.Votes)
	}
	if n.timer != nil {
		view.Timer = &Timer{n.timer.Kind, int64(n.timer.At / time.Nanosecond)}
	}
	return view
}

func indices(list []uint64) []raft.Index {
	if list == nil {
		return nil
	}
	out := make([]raft.Index, len(list))
	for i := range list {
		out[i] = raft.Index(list[i])
	}
	return out
}

// commandOf returns a command as the machine takes it.
func commandOf(c trace.EventCommand) *machine.Command {
	op := machines.Op(c.Op)
	if op == nil {
		return nil
	}
	command := &machine.Command{Op: op}
	for i, a := range op.Args {
		command.Args[i] = c.Args[a.Key]
	}
	return command
}
