package world

import (
	"errors"
	"fmt"

	"rrmq.example/emulator/emulator/sim/bugs"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// Errors of Change. They leave the world as it is.
var (
	// ErrNoNode: the cluster has no node with this id.
	ErrNoNode = errors.New("no such node")
	// ErrDown: the change needs a node that is up; restart it first.
	ErrDown = errors.New("the node is down")
	// ErrPaused: the change needs a node that runs; resume it first.
	ErrPaused = errors.New("the node is paused")
	// ErrLeads: a leader has no election timer (raft.tla, Timeout).
	ErrLeads = errors.New("the node leads, and a leader has no election timer")
	// ErrNoRule: no rule with this name is in force.
	ErrNoRule = errors.New("no such fault")
	// ErrNoLink: a node has links to the other nodes only.
	ErrNoLink = errors.New("a node has no link to itself")
	// ErrSkew: a skew is a number from MinSkew to MaxSkew.
	ErrSkew = errors.New("the skew must be from 0.001 to 1000")
)

// A changer makes one kind of change that Check allows. n is the node to change, or nil for a
// change of the whole cluster.
type changer func(w *World, n *node, c *fault.Change)

// changers holds the changers by their kinds.
var changers = [fault.NumKinds]changer{
	fault.Crash:      (*World).changeCrash,
	fault.Restart:    (*World).changeRestart,
	fault.Pause:      (*World).changePause,
	fault.Resume:     (*World).changeResume,
	fault.Timeout:    (*World).changeTimeout,
	fault.Partition:  (*World).changePartition,
	fault.Isolate:    (*World).changeIsolate,
	fault.HealNode:   (*World).changeHealNode,
	fault.Heal:       (*World).changeHeal,
	fault.SetRule:    (*World).changeSetRule,
	fault.DeleteRule: (*World).changeDeleteRule,
	fault.Skew:       (*World).changeSkew,
	fault.Plant:      (*World).changePlant,
}

// Change makes a change now. It returns the sequence number of the newest record
// afterwards, whether or not there was anything to change. Its error is Check's.
func (w *World) Change(c fault.Change) (uint64, error) {
	change := &c
	if err := w.Check(change); err != nil {
		return 0, err
	}
	var n *node
	if c.Kind.Info().OnNode {
		n = &w.nodes[c.Node]
	} else {
		change.Node = raft.None
	}
	changers[c.Kind](w, n, change)
	return w.trace.Last(), nil
}

// Check reports why the world in its present state refuses a change, and changes nothing.
func (w *World) Check(c *fault.Change) error {
	if c.Kind >= fault.NumKinds {
		return c.Validate()
	}
	var n *node
	if c.Kind.Info().OnNode {
		if err := w.checkNode(c.Node); err != nil {
			return err
		}
		n = &w.nodes[c.Node]
	}
	switch c.Kind {
	case fault.Pause:
		if !n.up {
			return fmt.Errorf("node %d: %w", c.Node, ErrDown)
		}
	case fault.Timeout:
		return checkTimeout(n)
	case fault.Partition:
		return w.checkLinks(c.Links)
	case fault.SetRule:
		if c.Rule == nil {
			return c.Validate()
		}
	case fault.DeleteRule:
		if w.net.rule(c.Name) == nil {
			return fmt.Errorf("fault %q: %w", c.Name, ErrNoRule)
		}
	case fault.Skew:
		if !(c.Skew >= fault.MinSkew && c.Skew <= fault.MaxSkew) { // refuses NaN also
			return fmt.Errorf("node %d: %w, not %g", c.Node, ErrSkew, c.Skew)
		}
	case fault.Plant:
		if _, err := bugs.Find(c.Bug); err != nil {
			return fmt.Errorf("node %d: %w", c.Node, err)
		}
	}
	return nil
}

func checkTimeout(n *node) error {
	switch {
	case !n.up:
		return fmt.Errorf("node %d: %w", n.id, ErrDown)
	case n.paused:
		return fmt.Errorf("node %d: %w", n.id, ErrPaused)
	case n.core.State().Role == raft.Leader:
		return fmt.Errorf("node %d: %w", n.id, ErrLeads)
	}
	return nil
}

func (w *World) changeCrash(n *node, c *fault.Change) {
	if n.up || c.Wipe && !n.wiped() {
		w.crash(n, c)
	}
}

func (w *World) changeRestart(n *node, c *fault.Change) {
	if !n.up {
		w.restart(n, w.nemesis(c))
	}
}

func (w *World) changePause(n *node, c *fault.Change) {
	if !n.paused {
		w.nemesis(c)
		n.paused = true
	}
}

func (w *World) changeResume(n *node, c *fault.Change) {
	if n.paused {
		w.resume(n, w.nemesis(c))
	}
}

func (w *World) changeTimeout(n *node, c *fault.Change) {
	seq := w.nemesis(c)
	w.in = raft.Input{Kind: raft.ElectionTimeout}
	w.step(n, seq, nil, nil)
}

func (w *World) changePartition(_ *node, c *fault.Change) {
	if !w.net.hasCuts(c.Links) {
		w.nemesis(c)
		w.net.setCuts(c.Links)
	}
}

func (w *World) changeIsolate(n *node, c *fault.Change) {
	if !w.net.isIsolated(n.id) {
		w.nemesis(c)
		w.net.setLinksOf(n.id, true)
	}
}

func (w *World) changeHealNode(n *node, c *fault.Change) {
	if w.needsHealing(n) {
		w.healNode(n, w.nemesis(c))
	}
}

// changeHeal heals all nodes and links, and deletes all rules.
func (w *World) changeHeal(_ *node, c *fault.Change) {
	needed := len(w.net.rules) > 0
	for i := range w.nodes {
		needed = needed || w.needsHealing(&w.nodes[i])
	}
	if !needed {
		return
	}
	cause := w.nemesis(c)
	w.net.setCuts(nil)
	for len(w.net.rules) > 0 {
		w.deleteRule(w.net.rules[0])
	}
	for i := range w.nodes {
		w.healNode(&w.nodes[i], cause)
	}
}

func (w *World) changeSetRule(_ *node, c *fault.Change) {
	rule := *c.Rule // the caller may change its own copy
	c.Rule = &rule
	w.nemesis(c)
	w.setRule(&rule)
}

func (w *World) changeDeleteRule(_ *node, c *fault.Change) {
	r := w.net.rule(c.Name)
	w.nemesis(c)
	w.deleteRule(r)
}

func (w *World) changeSkew(n *node, c *fault.Change) {
	if n.skew != c.Skew {
		w.setSkew(n, c.Skew, w.nemesis(c))
	}
}

func (w *World) changePlant(n *node, c *fault.Change) {
	bug, _ := bugs.Find(c.Bug) // Check has found it
	if n.bug != bug {
		w.nemesis(c)
		n.plant(bug)
	}
}

// checkNode returns an error unless the cluster has the node.
func (w *World) checkNode(id raft.NodeID) error {
	if id < 0 || int(id) >= len(w.nodes) {
		return fmt.Errorf("node %d: %w, the cluster has nodes 0 to %d", id, ErrNoNode, len(w.nodes)-1)
	}
	return nil
}

func (w *World) checkLinks(links []fault.Link) error {
	for _, l := range links {
		if err := errors.Join(w.checkNode(l.From), w.checkNode(l.To)); err != nil {
			return err
		}
		if l.From == l.To {
			return fmt.Errorf("node %d: %w", l.From, ErrNoLink)
		}
	}
	return nil
}

// nemesis records a change that follows.
func (w *World) nemesis(c *fault.Change) uint64 { return w.nemesisOf(c, nil) }

// nemesisOf records a change of the cluster, and what it did to the log of its node.
func (w *World) nemesisOf(c *fault.Change, log *trace.LogChange) uint64 {
	r := w.record(trace.Nemesis, c.Node, 0)
	r.Detail, r.Log = c, log
	w.recorded(r)
	return r.Seq
}

func (w *World) needsHealing(n *node) bool {
	return !n.up || n.paused || n.skew != 1 || w.net.touches(n.id)
}

func (w *World) healNode(n *node, cause uint64) {
	w.net.setLinksOf(n.id, false)
	if n.skew != 1 {
		w.setSkew(n, 1, cause)
	}
	if !n.up {
		w.restart(n, cause)
	}
	if n.paused {
		w.resume(n, cause)
	}
}

// crash ends a node's life. It loses its memory and its unfinished writes, and its clients
// never get an answer.
func (w *World) crash(n *node, change *fault.Change) {
	wasUp, lost, held, last := n.up, n.writesLost(change.Wipe), n.held, n.core.Log().LastIndex()
	unsent := n.undoWrites()
	n.up, n.paused, n.held = false, false, nil
	n.life++
	n.stopTimer()
	log := n.core.Log()
	if change.Wipe {
		log = raft.NewLog()
		n.hard = raft.HardState{VotedFor: raft.None}
	}
	n.core = raft.NewRestarted(raft.Config{ID: n.id, Nodes: len(w.nodes), HardState: n.hard, Log: log, Bug: n.bug.Core()})
	n.machine, n.given = w.config.Machine.New(), Given{}
	cause := w.nemesisOf(change, w.logChange(n, lost, last))
	if lost < noLoss {
		for _, m := range w.monitors {
			m.LogChanged(w, n.id, lost)
		}
	}
	for k := range unsent {
		w.drop(&unsent[k], trace.Crashed)
	}
	if wasUp {
		w.refuseWaiting(n, cause, machine.ErrNodeDown)
	}
	for _, e := range held {
		switch e.kind {
		case deliverEvent, rpcEvent:
			l := w.mail.take(e.ref)
			w.drop(&l, trace.Crashed)
		case requestEvent:
			w.answer(w.requests.take(e.ref), cause, machine.Reply{Leader: raft.None, Err: machine.ErrNodeDown})
		}
	}
}

// noLoss is the result of writesLost when the log stays as it is.
const noLoss = ^raft.Index(0)

// writesLost returns the last index of the log that survives a crash, which undoes the
// unfinished writes, or a wipe.
func (n *node) writesLost(wipe bool) raft.Index {
	if wipe {
		return 0
	}
	keep := noLoss
	for i := range n.writes {
		if w := &n.writes[i]; len(w.removed) > 0 || w.last > w.truncatedTo {
			keep = min(keep, w.truncatedTo)
		}
	}
	return keep
}

// wiped reports whether a node that is down has nothing on stable storage.
func (n *node) wiped() bool {
	return n.hard == raft.HardState{VotedFor: raft.None} && n.core.Log().LastIndex() == 0
}

// restart begins a node's next life (raft.tla, Restart).
func (w *World) restart(n *node, cause uint64) {
	n.up = true
	w.start(n, cause)
}

// resume lets a paused node go on: the events that waited happen now, in order.
func (w *World) resume(n *node, cause uint64) {
	n.paused = false
	held := n.held
	n.held = nil
	for _, e := range held {
		w.queue.push(w.now, w.now, e.kind, e.node, e.ref)
		if e.kind == timerEvent && e.ref == n.timerGeneration {
			// The timer runs out now, at its place among the events that waited.
			n.timerAt, n.timerTicket = w.now, w.queue.seq
			w.timerSet(n, cause)
		}
	}
}

// setSkew sets the skew of a node's timers, including the running one.
func (w *World) setSkew(n *node, skew float64, cause uint64) {
	if n.timer != raft.KeepTimer && n.timerAt > w.now {
		n.timerAt = w.now + scale(n.timerAt-w.now, skew/n.skew)
		w.queueTimer(n)
		w.timerSet(n, cause)
	}
	n.skew = skew
}
