package target

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"rrmq.example/emulator/emulator/grade/judge"
	"rrmq.example/emulator/emulator/grade/link"
	procs "rrmq.example/emulator/emulator/grade/room/process"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// Change implements scenario.Target: nodes get signals, and links do the rest. It does not wait
// for nodes that it has started again: the view says that they start.
func (t *cluster) Change(ctx context.Context, changes []fault.Change) error {
	if len(changes) == 0 {
		return nil
	}
	t.mu.Lock()
	t.acting = true
	t.mu.Unlock()
	var starting []*node
	var starts []int // places of the changes that end when these nodes answer
	for i := range changes {
		c := &changes[i]
		if err := t.possible(c); err != nil {
			return err
		}
		place := t.note(c)
		started, err := t.change(c)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Told(), err)
		}
		starting = append(starting, started...)
		if !keepsDown(c.Kind) {
			starts = append(starts, place)
		}
		t.done(place)
	}
	t.mu.Lock()
	t.changed = t.since()
	t.mu.Unlock()
	if len(starting) > 0 {
		t.awaitStarted(starting, starts)
	}
	return ctx.Err()
}

// awaitStarted has the view say that nodes start, until they answer. Then the changes that have
// started them end.
func (t *cluster) awaitStarted(nodes []*node, changes []int) {
	t.mu.Lock()
	t.starting = changes
	for _, n := range nodes {
		n.starting = true
	}
	t.mu.Unlock()
	t.begun.Go(func() {
		if t.ready(t.ctx, nodes) != nil {
			return // the scenario is over
		}
		t.mu.Lock()
		for _, n := range nodes {
			n.starting = false
		}
		t.acting = true // until they have been polled
		t.startedAll()
		t.awake()
		t.mu.Unlock()
		for _, n := range nodes {
			n.wake()
		}
	})
}

// startedAll ends the changes whose nodes were starting. The caller holds the mutex.
func (t *cluster) startedAll() {
	t.changed = t.since()
	for _, place := range t.starting {
		t.record.Changes[place].End = t.changed
	}
	t.starting = nil
}

// keepsDown reports whether a change starts no node.
func keepsDown(k fault.Kind) bool { return !k.Info().Starts && k != fault.Heal }

// note records that a change begins.
func (t *cluster) note(c *fault.Change) (place int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.record.Changes = append(t.record.Changes, judge.Change{Begin: t.since(), Change: *c})
	return len(t.record.Changes) - 1
}

// done records that a change is in force.
func (t *cluster) done(place int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.record.Changes[place].End = t.since()
}

// possible reports a change that cannot be made.
func (t *cluster) possible(c *fault.Change) error {
	switch c.Kind {
	case fault.Skew, fault.Timeout, fault.Plant:
		return fmt.Errorf("%s: %w", c.Kind, scenario.ErrCannot)
	case fault.SetRule:
		if onWrites(c.Rule) {
			return fmt.Errorf("a fault on writes: %w", scenario.ErrCannot)
		}
	}
	if !c.Kind.Info().OnNode {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	n := t.nodes[c.Node]
	switch {
	case c.Wipe:
		return fmt.Errorf("a disk cannot be wiped: %w", scenario.ErrCannot)
	case t.o.Attach == n.index && c.Kind != fault.Isolate && c.Kind != fault.HealNode:
		return fmt.Errorf("node %d is yours, so the grader does not %s it: %w", n.index, c.Kind, scenario.ErrCannot)
	case c.Kind.Info().NeedsUp && !n.up:
		return fmt.Errorf("node %d: %w", c.Node, world.ErrDown)
	}
	return nil
}

// onWrites reports whether a rule is about writes to disks.
func onWrites(r *fault.Rule) bool {
	return slices.ContainsFunc(fault.Effects(), func(e fault.Effect) bool { return e.OnWrites && e.IsSet(r) })
}

// change makes a change. It returns the nodes that it has started.
func (t *cluster) change(c *fault.Change) (starting []*node, err error) {
	switch c.Kind {
	case fault.Crash:
		return nil, t.crash(t.nodes[c.Node])
	case fault.Restart:
		return t.restart(c.Node)
	case fault.Pause:
		return nil, t.pause(t.nodes[c.Node])
	case fault.Resume:
		return nil, t.resume(t.nodes[c.Node])
	case fault.HealNode:
		if err := t.changeLinks(c); err != nil {
			return nil, err
		}
		return t.heal(c.Node)
	case fault.Heal:
		if err := t.changeLinks(c); err != nil {
			return nil, err
		}
		for i := range t.nodes {
			started, err := t.heal(raft.NodeID(i))
			starting = append(starting, started...)
			if err != nil {
				return starting, err
			}
		}
		return starting, nil
	}
	return nil, t.changeLinks(c)
}

// changeLinks makes a change of links and rules. A rule that is to be deleted may have ended by
// itself.
func (t *cluster) changeLinks(c *fault.Change) error {
	err := t.links.Change(c)
	t.shutLinks()
	switch {
	case errors.Is(err, link.ErrImpossible):
		return fmt.Errorf("%w: %w", err, scenario.ErrCannot)
	case errors.Is(err, link.ErrNoRule):
		return nil
	}
	return err
}

// shutLinks has connections refused that links would reset as soon as they are accepted:
// programs may expect a refusal, and nothing else, of a node that they do not reach.
func (t *cluster) shutLinks() {
	if style(t.fixture.Scenario.Links) != link.Refuse {
		return
	}
	cuts := map[fault.Link]bool{}
	for _, l := range t.links.Cuts() {
		cuts[l] = true
	}
	for from := range t.nodes {
		for to := range t.nodes {
			if from != to {
				t.rooms.ShutLink(from, to, cuts[fault.Link{From: raft.NodeID(from), To: raft.NodeID(to)}])
			}
		}
	}
}

// heal makes a node run.
func (t *cluster) heal(id raft.NodeID) ([]*node, error) {
	if err := t.resume(t.nodes[id]); err != nil {
		return nil, err
	}
	return t.restart(id)
}

// crash kills a node.
func (t *cluster) crash(n *node) error {
	t.mu.Lock()
	up, p := n.up, n.process
	n.up, n.paused, n.ending, n.known = false, false, true, false
	t.mu.Unlock()
	if !up {
		return nil
	}
	err := p.Kill()
	t.links.SetUp(n.index, false)
	t.rooms.Shut(n.index, true)
	return err
}

// restart starts a node that is down.
func (t *cluster) restart(id raft.NodeID) ([]*node, error) {
	n := t.nodes[id]
	t.mu.Lock()
	up := n.up
	t.mu.Unlock()
	if up {
		return nil, nil
	}
	if err := t.launch(n); err != nil {
		return nil, err
	}
	return []*node{n}, nil
}

// pause stops a node's processes.
func (t *cluster) pause(n *node) error {
	t.mu.Lock()
	p, paused := n.process, n.paused
	n.paused = true
	t.mu.Unlock()
	if paused {
		return nil
	}
	return t.signalled(n, p, p.Pause())
}

// signalled returns the error of a signal: a program that has ended meanwhile is over.
func (t *cluster) signalled(n *node, p process, err error) error {
	switch {
	case errors.Is(err, procs.ErrNoPause):
		return fmt.Errorf("%w: %w", err, scenario.ErrCannot)
	case errors.Is(err, procs.ErrEnded):
		_ = wait(t.ctx, p.Done(), settleTime)
		t.ended(n, p)
		return errOver
	}
	return err
}

// resume lets a node's processes go on.
func (t *cluster) resume(n *node) error {
	t.mu.Lock()
	p, paused := n.process, n.paused
	t.mu.Unlock()
	if !paused {
		return nil
	}
	if err := t.signalled(n, p, p.Resume()); err != nil {
		return err
	}
	t.mu.Lock()
	n.paused = false
	t.mu.Unlock()
	n.wake()
	return nil
}

// wake tells the node's poller that the node runs.
func (n *node) wake() {
	select {
	case n.kick <- struct{}{}:
	default:
	}
}

// Send implements scenario.Target: nodes of others take messages from their peers only.
func (t *cluster) Send(context.Context, raft.Message) error {
	return fmt.Errorf("a message in a node's name: %w", scenario.ErrCannot)
}
