package judge

import (
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// copy takes the copy of itself that a node shows, and again later. A node that stands still
// keeps an old one.
func (x *watched) copy(i int) {
	defer x.later(copyAge, func() { x.copy(i) })
	if s, up, paused := x.w.State(raft.NodeID(i)); up && !paused {
		x.copies[i] = &s
	}
}

// look reads what a node shows of itself.
func (x *watched) look(i int) (s raft.State, ok bool) {
	s, up, paused := x.w.State(raft.NodeID(i))
	if x.shows == fromCopy && x.copies[i] != nil {
		s = *x.copies[i]
	}
	return s, up && !paused
}

// poll asks a node for its status, and again later.
func (x *watched) poll(i int) {
	begin, starts := x.w.Now(), x.starts[i]
	defer x.later(x.millis(100, 130), func() { x.poll(i) })
	x.later(x.wait(), func() {
		a, ok := x.look(i)
		if !ok {
			return
		}
		x.later(x.torn(), func() {
			b, ok := x.look(i)
			if !ok || starts != x.starts[i] {
				return
			}
			p := Poll{Begin: begin, Role: a.Role, Term: b.Term}
			if x.shows == termFirst {
				p.Role, p.Term = b.Role, a.Term
			}
			x.later(x.wait(), func() {
				if p.End = x.w.Now(); starts == x.starts[i] {
					x.e.Polls[i] = append(x.e.Polls[i], p)
				}
			})
		})
	})
}

// wait is how long a poll is on its way.
func (x *watched) wait() time.Duration {
	if x.overlap && x.oneIn(4) {
		return x.millis(0, 150)
	}
	return x.millis(0, 20)
}

// torn is the time between the reading of the role and that of the term.
func (x *watched) torn() time.Duration {
	if (x.shows == roleFirst || x.shows == termFirst) && x.oneIn(5) {
		return x.millis(1, 15)
	}
	return 0
}

// harm makes a change, and another one later.
func (x *watched) harm() {
	pause := x.millis(100, 5000)
	if x.calm && x.oneIn(2) {
		pause += x.millis(0, 9000)
	}
	defer x.later(pause, x.harm)
	c := x.fault()
	if x.harming || x.w.Check(&c) != nil {
		return
	}
	told := c
	told.Wipe = false
	place := len(x.e.Changes)
	x.e.Changes = append(x.e.Changes, Change{Begin: x.w.Now(), End: forever, Change: told})
	before, after := time.Duration(0), time.Duration(0)
	if x.slow {
		before, after = x.millis(0, 30), x.millis(0, 30)
	}
	x.harming = true
	x.later(before, func() {
		_, _ = x.w.Change(c)
		x.now.apply(&c)
		for i := range x.starts {
			if (c.Kind == fault.Crash || c.Kind == fault.Restart || c.Kind == fault.HealNode) && int(c.Node) == i || c.Kind == fault.Heal {
				x.starts[i]++
				if _, up, _ := x.w.State(raft.NodeID(i)); !up || c.Kind == fault.Restart {
					x.copies[i] = nil
				}
			}
		}
		x.later(after, func() {
			x.e.Changes[place].End = x.w.Now()
			x.harming = false
		})
	})
}

// fault returns a random change.
func (x *watched) fault() fault.Change {
	node := raft.NodeID(x.IntN(x.w.Nodes()))
	if l := x.w.Leader(); l != raft.None && x.oneIn(2+2*btoi(x.calm)) {
		node = l
	}
	for i := range x.starts {
		if x.now.down[i] && x.calm {
			node = raft.NodeID(i) // it comes back before anything else happens
		}
	}
	_, up, paused := x.w.State(node)
	c := fault.Change{Node: node}
	switch k := x.IntN(14); {
	case !up && (k < 8 || x.calm):
		c.Kind = fault.Restart
	case paused && k < 8:
		c.Kind = fault.Resume
	case k < 3 || x.calm && k < 7:
		c.Kind, c.Wipe = fault.Crash, !x.durable
	case k < 5:
		c.Kind = fault.Pause
	case k < 7 && x.w.Nodes() > 1:
		c.Kind = fault.Isolate
	case k < 9 && x.w.Nodes() > 1:
		c.Kind, c.Links = fault.Partition, x.links()
	case k < 10:
		c.Kind = fault.HealNode
	case k < 12:
		c = x.rule()
	default:
		c.Kind = fault.Heal
	}
	return c
}

// links returns random links to cut.
func (x *watched) links() (links []fault.Link) {
	for from := range raft.NodeID(x.w.Nodes()) {
		for to := range raft.NodeID(x.w.Nodes()) {
			if from != to && x.oneIn(3) {
				links = append(links, fault.Link{From: from, To: to})
			}
		}
	}
	return links
}

// rule returns a rule about messages, or the end of one.
func (x *watched) rule() fault.Change {
	const name = "r"
	if x.now.rules[name] && x.oneIn(2) {
		return fault.Change{Kind: fault.DeleteRule, Name: name}
	}
	r := &fault.Rule{Name: name, Probability: 0.3}
	switch x.IntN(3) {
	case 0:
		r.Drop = true
	case 1:
		r.Duplicate = 2
	default:
		r.DelayMin, r.DelayMax = 0, 300*time.Millisecond
	}
	return fault.Change{Kind: fault.SetRule, Rule: r}
}
