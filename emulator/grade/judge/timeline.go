package judge

import (
	"slices"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// A standing is the state of nodes and links at a moment, as far as the grader has set it.
type standing struct {
	down, paused []bool
	cuts         map[fault.Link]bool
	rules        map[string]bool
}

func newStanding(nodes int) *standing {
	return &standing{
		down: make([]bool, nodes), paused: make([]bool, nodes),
		cuts: map[fault.Link]bool{}, rules: map[string]bool{},
	}
}

// apply makes a change.
func (s *standing) apply(c *fault.Change) {
	switch c.Kind {
	case fault.Crash:
		s.down[c.Node], s.paused[c.Node] = true, false
	case fault.Restart:
		s.down[c.Node] = false
	case fault.Pause:
		s.paused[c.Node] = true
	case fault.Resume:
		s.paused[c.Node] = false
	case fault.Partition:
		clear(s.cuts)
		for _, l := range c.Links {
			s.cuts[l] = true
		}
	case fault.Isolate:
		for i := range s.down {
			if id := raft.NodeID(i); id != c.Node {
				s.cuts[fault.Link{From: id, To: c.Node}] = true
				s.cuts[fault.Link{From: c.Node, To: id}] = true
			}
		}
	case fault.HealNode:
		s.down[c.Node], s.paused[c.Node] = false, false
		for l := range s.cuts {
			if l.From == c.Node || l.To == c.Node {
				delete(s.cuts, l)
			}
		}
	case fault.Heal:
		*s = *newStanding(len(s.down))
	case fault.SetRule:
		s.rules[c.Rule.Name] = true
	case fault.DeleteRule:
		delete(s.rules, c.Name)
	}
}

// passes reports whether bytes go from one node to another.
func (s *standing) passes(from, to int) bool {
	return !s.cuts[fault.Link{From: raft.NodeID(from), To: raft.NodeID(to)}]
}

// runs reports whether a node runs.
func (s *standing) runs(i int) bool { return !s.down[i] && !s.paused[i] }

// reach counts the nodes that a node can exchange messages with in both directions, itself
// included, even by way of other nodes. That is more than Raft uses: no program can reach
// further. With bypass, cuts count as whole.
func (s *standing) reach(i int, bypass bool) int {
	return count(s.spread(i, bypass, false), s.spread(i, bypass, true))
}

func count(a, b []bool) int {
	n := 0
	for i := range a {
		if a[i] && b[i] {
			n++
		}
	}
	return n
}

// spread marks the nodes to which messages of a node may come, or, backwards, those whose
// messages may come to it.
func (s *standing) spread(i int, bypass, backwards bool) []bool {
	seen := make([]bool, len(s.down))
	seen[i] = true
	for next := []int{i}; len(next) > 0; {
		at := next[0]
		next = next[1:]
		for j := range seen {
			from, to := at, j
			if backwards {
				from, to = j, at
			}
			if !seen[j] && s.runs(j) && (bypass || s.passes(from, to)) {
				seen[j] = true
				next = append(next, j)
			}
		}
	}
	return seen
}

// neighbours counts the running nodes with which a node exchanges messages directly, itself
// included.
func (s *standing) neighbours(i int) int {
	n := 0
	for j := range s.down {
		if j == i || s.runs(j) && s.passes(i, j) && s.passes(j, i) {
			n++
		}
	}
	return n
}

// majority is the number of nodes that makes a quorum.
func (e *Evidence) majority() int { return e.Nodes/2 + 1 }

// worsens reports whether a change only takes away.
func worsens(k fault.Kind) bool {
	switch k {
	case fault.Crash, fault.Pause, fault.Isolate, fault.SetRule:
		return true
	}
	return false
}

// during calls visit with each standing that may have been in force at some time between from
// and to. It returns false if visit does, or if a change began meanwhile that may have made
// more possible than before, so that a moment of it cannot be known.
func (e *Evidence) during(from, to time.Duration, visit func(*standing) bool) bool {
	s := newStanding(e.Nodes)
	k := 0
	for ; k < len(e.Changes) && e.Changes[k].End < from; k++ {
		s.apply(&e.Changes[k].Change)
	}
	if !visit(s) {
		return false
	}
	for ; k < len(e.Changes) && e.Changes[k].Begin <= to; k++ {
		if !worsens(e.Changes[k].Kind) {
			return false
		}
		s.apply(&e.Changes[k].Change)
		if !visit(s) {
			return false
		}
	}
	return true
}

// cutOff reports whether a node was without a majority at every moment between from and to,
// whatever the program does. Where messages may have passed by the links, only nodes that
// stood still count.
func (e *Evidence) cutOff(node int, from, to time.Duration) bool {
	return e.during(from, to, func(s *standing) bool { return s.reach(node, e.Bypassed != "") < e.majority() })
}

// healthy reports whether a node had a majority at every moment between from and to, with no
// rule in force and no change on the way.
func (e *Evidence) healthy(node int, from, to time.Duration) bool {
	for k := range e.Changes {
		if c := &e.Changes[k]; c.Begin <= to && c.End >= from {
			return false
		}
	}
	return e.kept(node, from, to)
}

// kept reports whether a node had a majority at every moment between from and to, with no rule
// in force. Others may have been lost meanwhile, but nothing that was lost may have come back.
func (e *Evidence) kept(node int, from, to time.Duration) bool {
	return e.during(from, to, func(s *standing) bool {
		return s.runs(node) && len(s.rules) == 0 && s.neighbours(node) >= e.majority()
	})
}

// faultless reports whether no change was made before a time.
func (e *Evidence) faultless(before time.Duration) bool {
	return len(e.Changes) == 0 || e.Changes[0].Begin >= before
}

// restarted reports whether a node may have been started again between from and to.
func (e *Evidence) restarted(node int, from, to time.Duration) bool {
	for k := range e.Changes {
		c := &e.Changes[k]
		if c.End < from || c.Begin > to {
			continue
		}
		if c.Kind == fault.Crash && int(c.Node) == node || slices.Contains(e.starts(k), node) {
			return true
		}
	}
	return false
}

// isUp reports whether a node was up before a change began.
func (e *Evidence) isUp(node int, before int) bool {
	s := newStanding(e.Nodes)
	for k := range before {
		s.apply(&e.Changes[k].Change)
	}
	return !s.down[node]
}

// Moment is the age that what a node shows of itself may have: programs may show a copy.
const Moment = 50 * time.Millisecond

// steady returns the role and term that a node had without interruption between from and to:
// a poll that ended before and one that began a moment after agree, and the node was not
// restarted between them. Raft has no way back to the same role and term.
func (e *Evidence) steady(node int, from, to time.Duration) (before, after *Poll) {
	for k := range e.Polls[node] {
		p := &e.Polls[node][k]
		if p.Wrong != "" {
			continue
		}
		if p.End <= from {
			before = p
		}
		if p.Begin >= to+Moment {
			after = p
			break
		}
	}
	if before == nil || after == nil || before.Role != after.Role || before.Term != after.Term ||
		e.restarted(node, before.Begin, after.End) {
		return nil, nil
	}
	return before, after
}
