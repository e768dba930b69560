package world

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
	"rrmq.example/emulator/tests/budget"
)

// An outline is the part of a record that a run and its continuation share: everything
// except the numbers of records and the answers to clients.
type outline struct {
	Kind    trace.Kind
	Node    raft.NodeID
	Time    time.Duration
	Index   raft.Index
	Message raft.Message
	State   raft.State
}

func (d outline) String() string {
	return fmt.Sprintf("%v %v node %d index %d\n  %+v\n  %+v", d.Time, d.Kind, d.Node, d.Index, d.Message, d.State)
}

// outlines returns the outlines of records, with times from start on.
func outlines(records []trace.Record, start time.Duration) []outline {
	var list []outline
	for i := range records {
		r := &records[i]
		switch r.Kind {
		case trace.Init, trace.ResumeMessage, trace.Request, trace.Response, trace.RuleEnded:
			continue
		}
		d := outline{Kind: r.Kind, Node: r.Node, Time: r.Time - start, Index: r.Index, State: r.State}
		if r.Kind.HasMessage() {
			d.Message = r.Message
			d.Message.Round = 0
		}
		list = append(list, d)
	}
	return list
}

// sameOutlines fails at the first difference.
func sameOutlines(t testing.TB, got, want []outline) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Fatalf("record %d is\n%v\nwant\n%v", i, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%d records, want %d", len(got), len(want))
	}
}

// dismissClients steps until no client's request and no message from outside is in flight.
// It returns false when a paused node holds one.
func (c *cluster) dismissClients() bool {
	fromOutside := func(e event) bool { return e.kind == requestEvent || e.kind == rpcEvent }
	for slices.ContainsFunc(c.queue.now[c.queue.head:], fromOutside) {
		c.Step()
	}
	for i := range c.nodes {
		n := &c.nodes[i]
		if slices.ContainsFunc(n.held, fromOutside) {
			return false
		}
		for k := range n.writes {
			// No outline has an answer to the outside.
			n.writes[k].messages = slices.DeleteFunc(n.writes[k].messages, func(l letter) bool { return l.rpc != nil })
		}
	}
	return true
}

func TestFrozenWorldContinuesLikeTheOriginal(t *testing.T) {
	seeds := budget.Pick[uint64](250, 1500)
	frozen, messages, places, ordered, writes := 0, 0, map[MessagePlace]int{}, 0, 0
	for seed := range seeds {
		t.Run(fmt.Sprintf("Seed%d", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 7))
			s := &storm{cluster: newCluster(t, stormConfig(random)), random: random, forge: seed%2 == 0}
			s.play(1 + random.IntN(60))
			if seed%4 == 0 {
				s.change(fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: "swap", Reorder: true, Probability: 0.5}})
				s.play(5)
			}
			if !s.dismissClients() {
				return
			}
			c := s.Freeze()
			frozen++
			messages += len(c.Messages)
			for _, m := range c.Messages {
				places[m.Place]++
			}
			ordered += min(len(c.Order), 1)
			for i := range c.Nodes {
				writes += len(c.Nodes[i].Writes)
			}
			k := newCluster(t, c)
			assert.Assert(t, reflect.DeepEqual(k.Freeze(), c), "frozen again it is another:\n%+v\nwant\n%+v", k.Freeze(), c)
			for id := range raft.NodeID(s.Nodes()) {
				sameNode(t, k.View(id, 1<<30), s.View(id, 1<<30), s.Now())
			}

			// Both continue, with the same changes.
			start, seen := s.Now(), len(s.records)
			for range 4 {
				c := fault.Change{Kind: []fault.Kind{fault.Pause, fault.Resume, fault.Crash, fault.Restart, fault.Skew, fault.HealNode, fault.Heal}[random.IntN(7)], Node: s.node(), Skew: 1.5}
				for _, w := range []*cluster{s.cluster, k} {
					w.run(500 * time.Millisecond)
					_, _ = w.Change(c)
				}
			}
			s.run(time.Second)
			k.run(time.Second)
			sameOutlines(t, outlines(k.records, 0), outlines(s.records[seen:], start))
		})
	}
	t.Logf("%d frozen, %d messages %v, %d in an order of their own, %d writes", frozen, messages, places, ordered, writes)
	for place := range Unsent + 1 {
		assert.Assert(t, places[place] > 5, "in place %d", place)
	}
	assert.Assert(t, frozen > int(seeds)/2 && ordered > int(seeds)/100 && writes > 10)
}

func sameNode(t testing.TB, got, want NodeView, now time.Duration) {
	t.Helper()
	want.TimerAt = max(want.TimerAt-now, 0)
	if !reflect.DeepEqual(got, want) {
		got.Log, want.Log = nil, nil
		t.Fatalf("\n%+v, want\n%+v", got, want)
	}
}

// People read a frozen cluster, so that an idle one has only its state and its timers.
func TestFrozenIdleClusterIsShort(t *testing.T) {
	c := newCluster(t, led(3))
	c.commit(0, queue.PutTopic.With("dog"))
	c.run(time.Second)
	f := c.Freeze()
	assert.Equal(t, len(f.Messages), 0)
	assert.Equal(t, len(f.Order), 0)
	leader, follower := &f.Nodes[0], &f.Nodes[1]
	assert.Assert(t, leader.Resume == nil && leader.NextIndex == nil && leader.Running)
	assert.DeepEqual(t, leader.MatchIndex, []raft.Index{0, 1, 1})
	assert.DeepEqual(t, follower.Resume, &raft.Resume{Leader: 0})
}

// BenchmarkFreeze shows that New and Freeze take linear time.
func BenchmarkFreeze(b *testing.B) {
	for _, nodes := range []int{5, 1001} {
		b.Run(fmt.Sprintf("%dNodes", nodes), func(b *testing.B) {
			w := New(led(nodes), nil)
			w.RunUntil(time.Second)
			b.Run("Freeze", func(b *testing.B) {
				for b.Loop() {
					w.Freeze()
				}
			})
			b.Run("New", func(b *testing.B) {
				c := w.Freeze()
				for b.Loop() {
					New(c, nil)
				}
			})
		})
	}
}
