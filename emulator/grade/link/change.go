package link

import (
	"errors"
	"fmt"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// Errors of Change. They leave the Net as it is.
var (
	// ErrImpossible: links cannot do this to programs that others wrote.
	ErrImpossible = errors.New("links between foreign nodes cannot do this")
	// ErrNoNode: the cluster has no node with this id.
	ErrNoNode = errors.New("no such node")
	// ErrNoRule: no rule with this name is in force.
	ErrNoRule = errors.New("no such fault")
)

// Change makes a change of links: Partition, Isolate, HealNode, Heal, SetRule or DeleteRule.
// When it returns, no byte passes a link that is cut. HealNode and Heal are about links and
// rules; they do not set a node up.
func (n *Net) Change(c *fault.Change) error {
	n.changing.Lock()
	defer n.changing.Unlock()
	if err := n.check(c); err != nil {
		return err
	}
	switch c.Kind {
	case fault.Partition:
		want := map[fault.Link]bool{}
		for _, l := range c.Links {
			want[l] = true
		}
		n.setCuts(func(l fault.Link, _ bool) bool { return want[l] })
	case fault.Isolate:
		n.setCuts(func(l fault.Link, isCut bool) bool { return isCut || l.From == c.Node || l.To == c.Node })
	case fault.HealNode:
		n.setCuts(func(l fault.Link, isCut bool) bool { return isCut && l.From != c.Node && l.To != c.Node })
	case fault.Heal:
		n.setCuts(func(fault.Link, bool) bool { return false })
		for _, r := range n.Rules() {
			n.deleteRule(r.Name)
		}
	case fault.SetRule:
		n.setRule(c.Rule)
	case fault.DeleteRule:
		if !n.deleteRule(c.Name) {
			return fmt.Errorf("fault %q: %w", c.Name, ErrNoRule)
		}
	}
	return nil
}

// check reports why the links refuse a change.
func (n *Net) check(c *fault.Change) error {
	switch c.Kind {
	case fault.Partition, fault.Isolate, fault.HealNode, fault.Heal, fault.SetRule, fault.DeleteRule:
	default:
		return fmt.Errorf("%s: %w: want a partition, a heal, or a fault on messages", c.Kind, ErrImpossible)
	}
	if err := c.Validate(); err != nil {
		return err
	}
	if c.Kind.Info().OnNode {
		return n.checkNode(c.Node)
	}
	for _, l := range c.Links {
		if err := errors.Join(n.checkNode(l.From), n.checkNode(l.To)); err != nil {
			return err
		}
	}
	if c.Kind == fault.SetRule {
		return n.checkRule(c.Rule)
	}
	return nil
}

func (n *Net) checkNode(id raft.NodeID) error {
	if id < 0 || int(id) >= n.o.Nodes {
		return fmt.Errorf("node %d: %w, want one from 0 to %d", id, ErrNoNode, n.o.Nodes-1)
	}
	return nil
}

// checkRule reports why no message could match a rule.
func (n *Net) checkRule(r *fault.Rule) error {
	if err := r.ValidateIn(n.o.Nodes); err != nil {
		return err
	}
	refuse := func(why string) error { return fmt.Errorf("fault %q: %w: %s", r.Name, ErrImpossible, why) }
	m := &r.Match
	match := &n.o.Match
	const course = "the course file does not say "
	switch {
	case r.OnWrites():
		return refuse("it acts on a node's writes, want one on messages")
	case m.Type == fault.RequestVoteType && match.RequestVote.Path == "":
		return refuse(course + "which requests are a request_vote, want a path in [messages.request_vote]")
	case m.Type == fault.AppendEntriesType && match.AppendEntries.Path == "":
		return refuse(course + "which requests are an append_entries, want a path in [messages.append_entries]")
	case m.Entries != fault.AnyEntries && (match.AppendEntries.Path == "" || match.AppendEntries.Entries == ""):
		return refuse(course + "where an append_entries has its entries, want path and entries in [messages.append_entries]")
	case m.Kind == fault.ResponseKind && r.Duplicate > 0:
		return refuse("HTTP has one answer to a request, want duplicate on requests")
	}
	return nil
}

// setCuts cuts the links that a function chooses, and then heals the others.
func (n *Net) setCuts(isCut func(l fault.Link, isCut bool) bool) {
	newly, heals := map[*way]bool{}, []*way{}
	for _, w := range n.ways {
		switch was, is := w.isCut(), w.from != w.to && isCut(w.link(), w.isCut()); {
		case is && !was:
			newly[w] = true
		case was && !is:
			heals = append(heals, w)
		}
	}
	for w := range newly {
		w.setCut()
	}
	if len(newly) > 0 {
		n.stopOn(func(w *way) bool { return newly[w] })
	}
	for _, w := range heals {
		w.heal()
	}
}

// stopOn stops what passes links that were cut, and resets connections if cuts do that.
func (n *Net) stopOn(isCut func(*way) bool) {
	for _, c := range n.all() {
		switch out, back := isCut(c.out), isCut(c.back); {
		case (out || back) && n.styleNow() == Reset:
			c.resetBoth()
			c.toTarget.interrupt()
			c.toClient.interrupt()
		default:
			if out {
				c.toTarget.interrupt()
			}
			if back {
				c.toClient.interrupt()
			}
		}
	}
}

func (w *way) link() fault.Link {
	return fault.Link{From: raft.NodeID(w.from), To: raft.NodeID(w.to)}
}

// SetStyle sets what cuts do, those in force included.
func (n *Net) SetStyle(s Style) {
	n.changing.Lock()
	defer n.changing.Unlock()
	n.style.Store(uint32(s))
	n.stopOn((*way).isCut)
}

// SetUp says whether a node is up. Connections from and to a node that is down are reset; a cut
// link carries the reset only after its heal.
func (n *Net) SetUp(node int, up bool) {
	n.changing.Lock()
	defer n.changing.Unlock()
	if node < 0 || node >= n.o.Nodes {
		return
	}
	n.mu.Lock()
	n.down[node] = !up
	if !up {
		n.life[node]++
	}
	n.mu.Unlock()
	if up {
		return
	}
	for _, c := range n.all() {
		if c.from == node {
			c.wasReset()
			c.client.abort()
			c.toTarget.interrupt()
		}
		if c.to == node && c.target.conn() != nil {
			c.wasReset()
			c.target.abort()
			c.toClient.interrupt()
		}
	}
}
