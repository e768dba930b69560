package systematic

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/raft"
)

// A dumb cluster is explored without anything that makes this package fast: no
// handles, no known steps, no hashes. Messages keep their rounds.
type dumb struct {
	nodes []*dumbNode
	mail  []raft.Message
	left  left
	been  history
}

type dumbNode struct {
	core  *raft.Node
	hard  raft.HardState
	nodes int
}

func (n *dumbNode) step(in raft.Input) (sent []raft.Message) {
	var out raft.Effects
	n.core.Step(&in, &out)
	sent = append(sent, out.Messages...)
	if out.Persist {
		n.hard = out.HardState
		sent = append(sent, n.step(raft.Input{Kind: raft.Stored, StoredTerm: n.hard.Term, StoredIndex: n.core.Log().LastIndex()})...)
	}
	return sent
}

// local is the node in its encoded form. A healthy one has applied its log up to
// commitIndex, and remembers its vote.
func (n *dumbNode) local() *local {
	l := &local{core: n.core, hard: n.hard, voted: n.core.State().VotedFor}
	l.look()
	l.applied = l.log[:l.state.LastApplied]
	return l
}

// text returns the node as bytes.
func (n *dumbNode) text() string {
	e := &encoder{by: renamings(n.nodes)[0]}
	encodeLocal(e, n.local())
	return string(e.b)
}

func (n *dumbNode) clone() *dumbNode { return &dumbNode{n.core.Clone(), n.hard, n.nodes} }

func (d *dumb) clone() *dumb {
	c := &dumb{mail: slices.Clone(d.mail), left: d.left, been: d.been}
	for _, n := range d.nodes {
		c.nodes = append(c.nodes, n.clone())
	}
	return c
}

// text returns the state as bytes under a renaming, without the rounds of messages.
func (d *dumb) text(by renaming, mail bool) string {
	write := func(do func(*encoder)) string {
		e := &encoder{by: by}
		do(e)
		return string(e.b)
	}
	parts := make([]string, len(d.nodes))
	for i, n := range d.nodes {
		parts[by[i]] = write(func(e *encoder) { encodeLocal(e, n.local()) })
	}
	if mail {
		var letters []string
		for i := range d.mail {
			letters = append(letters, write(func(e *encoder) { encodeMessage(e, &d.mail[i]) }))
		}
		sort.Strings(letters)
		parts = append(append(parts, letters...), fmt.Sprint(d.left), write(func(e *encoder) { encodeHistory(e, &d.been) }))
	}
	return strings.Join(parts, "|")
}

// follow calls each with the states one choice away, and whether the choice changed
// nothing.
func (d *dumb) follow(t *testing.T, b Bounds, each func(c *dumb, idle bool)) {
	take := func(id int, count int, do func(*dumb) []raft.Message) {
		c := d.clone()
		if count >= 0 {
			if !d.left.any(count) {
				return
			}
			c.left = c.left.take(count)
		}
		sent := do(c)
		c.mail = append(c.mail, sent...)
		least := c.nodes[0].hard.Term
		for _, n := range c.nodes {
			least = min(least, n.hard.Term)
		}
		c.been = c.been.after(c.nodes[id].local(), least)
		each(c, len(sent) == 0 && c.nodes[id].text() == d.nodes[id].text())
	}
	for i := range d.mail {
		for _, count := range []int{-1, duplicatesLeft} {
			m := d.mail[i]
			take(int(m.To), count, func(c *dumb) []raft.Message {
				if count < 0 {
					c.mail = slices.Delete(c.mail, i, i+1)
				}
				requireNoRound(t, c.nodes[m.To], m)
				return c.nodes[m.To].step(raft.Input{Kind: raft.Receive, Message: &m})
			})
		}
	}
	for id, n := range d.nodes {
		s := n.core.State()
		if s.Role != raft.Leader && int(s.Term) < b.Term {
			take(id, -1, func(c *dumb) []raft.Message { return c.nodes[id].step(raft.Input{Kind: raft.ElectionTimeout}) })
		}
		if s.Role == raft.Leader && int(s.LastIndex) < b.Log {
			take(id, requestsLeft, func(c *dumb) []raft.Message {
				return c.nodes[id].step(raft.Input{Kind: raft.Propose, Commands: []any{command{raft.NodeID(id), s.Term, s.LastIndex + 1, ""}}})
			})
		}
		if s.Role == raft.Leader {
			take(id, heartbeatsLeft, func(c *dumb) []raft.Message { return c.nodes[id].step(raft.Input{Kind: raft.HeartbeatTimeout}) })
		}
		take(id, crashesLeft, func(c *dumb) []raft.Message {
			n := c.nodes[id]
			n.core = raft.NewRestarted(raft.Config{ID: raft.NodeID(id), Nodes: len(d.nodes), HardState: n.hard, Log: n.core.Log()})
			return n.step(raft.Input{Kind: raft.Start})
		})
	}
}

// requireNoRound checks that a message has the same effect without its round, so
// that states need none.
func requireNoRound(t *testing.T, n *dumbNode, m raft.Message) {
	if m.Round == 0 {
		return
	}
	with, without := n.clone(), n.clone()
	sent := with.step(raft.Input{Kind: raft.Receive, Message: &m})
	m.Round = 0
	sentWithout := without.step(raft.Input{Kind: raft.Receive, Message: &m})
	for i := range sentWithout {
		sent[i].Round, sentWithout[i].Round = 0, 0
	}
	assert.DeepEqual(t, sent, sentWithout)
	assert.Equal(t, with.text(), without.text())
}

// reach visits all states up to a depth. It returns their number by depth, up to
// renamings, and all combinations of node states in them. With leaveOut it makes the
// same reductions as the package, and must find as many states.
func (d *dumb) reach(t *testing.T, b Bounds, all []renaming, leaveOut bool) (levels []int, together map[string]bool) {
	key := func(c *dumb, mail bool) string {
		var least string
		for k, by := range all {
			if text := c.text(by, mail); k == 0 || text < least {
				least = text
			}
		}
		return least
	}
	seen := map[string]bool{key(d, true): true}
	together = map[string]bool{key(d, false): true}
	level := []*dumb{d}
	for levels = []int{1}; len(levels) <= b.Depth; levels = append(levels, len(level)) {
		var next []*dumb
		for _, from := range level {
			from.follow(t, b, func(c *dumb, idle bool) {
				if leaveOut {
					if idle {
						return
					}
					c.mail = slices.DeleteFunc(c.mail, func(m raft.Message) bool { return isObsolete(&m, c.nodes[m.To].local()) })
				}
				if k := key(c, true); len(c.mail) <= b.InFlight && !seen[k] {
					seen[k], together[key(c, false)] = true, true
					next = append(next, c)
				}
			})
		}
		level = next
	}
	return levels, together
}

func freshDumb(n int, b Bounds) *dumb {
	d := &dumb{left: b.left()}
	for id := range n {
		hard := raft.HardState{VotedFor: raft.None}
		node := &dumbNode{raft.New(raft.Config{ID: raft.NodeID(id), Nodes: n, HardState: hard, Log: raft.NewLog()}), hard, n}
		node.step(raft.Input{Kind: raft.Start})
		d.nodes = append(d.nodes, node)
	}
	return d
}

// The fast search finds as many states at every depth as one that is too simple to
// be wrong, with symmetry and without.
func TestAgainstDumbSearch(t *testing.T) {
	for _, c := range []struct {
		name  string
		nodes int
		b     Bounds
	}{
		{"TwoNodes", 2, Bounds{Depth: 9, Term: 2, Log: 2, InFlight: 5, Requests: 2, Heartbeats: 1, Crashes: 1, Duplicates: 1}},
		{"ThreeNodes", 3, Bounds{Depth: 6, Term: 2, Log: 1, InFlight: 6, Requests: 1, Heartbeats: 1, Crashes: 1, Duplicates: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, symmetric := range []bool{true, false} {
				all := renamings(c.nodes)
				if !symmetric {
					all = all[:1]
				}
				levels, _ := freshDumb(c.nodes, c.b).reach(t, c.b, all, true)
				r, err := Explore(context.Background(), fixture.Fresh(c.nodes), Options{Bounds: c.b, NoSymmetry: !symmetric})
				assert.NilError(t, err)
				assert.DeepEqual(t, r.Levels, levels)
			}
		})
	}
}

// The package's reductions of schedules and states lose no combination of node states.
func TestReductionsLoseNoState(t *testing.T) {
	b := Bounds{Depth: 6, Term: 2, Log: 1, InFlight: 99, Requests: 1, Heartbeats: 1, Crashes: 1, Duplicates: 1}
	levels, with := freshDumb(3, b).reach(t, b, renamings(3), false)
	fewer, without := freshDumb(3, b).reach(t, b, renamings(3), true)
	assert.DeepEqual(t, with, without)
	assert.Assert(t, fewer[b.Depth] < levels[b.Depth], "nothing was left out: %v, %v", levels, fewer)
}
