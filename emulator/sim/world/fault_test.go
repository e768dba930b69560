package world

import (
	"slices"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// A wire is a cluster of three silent nodes, with rules between them.
type wire struct{ *cluster }

func newWire(t *testing.T, rules ...fault.Rule) wire {
	c := fresh(3)
	c.ElectionMin, c.ElectionMax = time.Hour, 2*time.Hour
	c.Faults = rules
	return wire{newCluster(t, c)}
}

// send sends responses that change nothing from node 0 to node 1, with these numbers.
func (w wire) send(numbers ...int) {
	for _, n := range numbers {
		w.sendOn(fault.Link{From: 0, To: 1}, n)
	}
}

func (w wire) sendOn(l fault.Link, n int) {
	w.World.send(&letter{message: raft.Message{
		Type: raft.RequestVoteResponse, From: l.From, To: l.To, LastLogIndex: raft.Index(n),
	}})
}

// arrived lists the numbers that have arrived, in order.
func (w wire) arrived() []int { return w.numbers(trace.Kind(raft.HandleRequestVoteResponse)) }

func (w wire) numbers(k trace.Kind) []int {
	list := []int{}
	for i := range w.records {
		if w.records[i].Kind == k {
			list = append(list, int(w.records[i].Message.LastLogIndex))
		}
	}
	return list
}

// times lists the times of the arrivals.
func (w wire) times() []time.Duration {
	var list []time.Duration
	for i := range w.records {
		if w.records[i].Kind == trace.Kind(raft.HandleRequestVoteResponse) {
			list = append(list, w.records[i].Time)
		}
	}
	return list
}

func TestMessagesPassWithoutFaults(t *testing.T) {
	w := newWire(t)
	w.send(1, 2, 3)
	assert.DeepEqual(t, w.arrived(), []int{})
	w.run(0)
	assert.DeepEqual(t, w.arrived(), []int{1, 2, 3})
}

func TestDropLosesMessages(t *testing.T) {
	w := newWire(t, fault.Rule{Name: "loss", Drop: true, Count: 2})
	w.send(1, 2, 3)
	w.run(time.Second)
	assert.DeepEqual(t, w.arrived(), []int{3})
	assert.DeepEqual(t, w.numbers(trace.DropMessage), []int{1, 2})
	assert.Equal(t, w.last(trace.DropMessage).Detail.(*fault.Rule).Name, "loss")
	assert.DeepEqual(t, w.Rules(), []fault.RuleStatus{{Rule: fault.Rule{Name: "loss", Drop: true, Count: 2}, Matched: 3, Acted: 2}})
}

func TestDelayPostponesMessages(t *testing.T) {
	t.Run("Fixed", func(t *testing.T) {
		w := newWire(t, fault.Rule{Name: "slow", DelayMin: 7, DelayMax: 7})
		w.send(1, 2)
		w.run(time.Second)
		assert.DeepEqual(t, w.times(), []time.Duration{7, 7})
		assert.DeepEqual(t, w.arrived(), []int{1, 2})
	})
	t.Run("Evenly", func(t *testing.T) {
		w := newWire(t, fault.Rule{Name: "slow", DelayMin: 5, DelayMax: 8})
		for range 4000 {
			w.send(1)
		}
		w.run(time.Second)
		count := map[time.Duration]int{}
		for _, at := range w.times() {
			count[at]++
		}
		assert.Equal(t, len(count), 4)
		for d := time.Duration(5); d <= 8; d++ {
			assert.Assert(t, count[d] > 900 && count[d] < 1100, "%d messages took %v", count[d], d)
		}
	})
	t.Run("AddUp", func(t *testing.T) {
		w := newWire(t, fault.Rule{Name: "a", DelayMin: 5, DelayMax: 5}, fault.Rule{Name: "b", DelayMin: 6, DelayMax: 6})
		w.send(1)
		w.run(time.Second)
		assert.DeepEqual(t, w.times(), []time.Duration{11})
	})
}

func TestDuplicateAddsCopies(t *testing.T) {
	w := newWire(t, fault.Rule{Name: "copies", Duplicate: 2, DelayMin: 0, DelayMax: 1000, Count: 1})
	w.send(1, 2)
	w.run(time.Second)
	assert.DeepEqual(t, w.arrived()[0], 2)
	assert.DeepEqual(t, w.arrived()[1:], []int{1, 1, 1})
	times := w.times()[1:]
	slices.Sort(times)
	assert.Equal(t, len(slices.Compact(times)), 3, "each copy takes its own time")
	assert.DeepEqual(t, w.numbers(trace.DuplicateMessage), []int{1, 1})
}

func TestReorderChangesTheOrder(t *testing.T) {
	t.Run("Swaps", func(t *testing.T) {
		w := newWire(t, fault.Rule{Name: "swap", Reorder: true})
		w.send(1, 2, 3, 4)
		w.run(0)
		assert.DeepEqual(t, w.arrived(), []int{2, 1, 4, 3})
	})
	t.Run("OnlyOnTheSameLink", func(t *testing.T) {
		w := newWire(t, fault.Rule{Name: "swap", Reorder: true, Count: 1})
		w.send(1)
		w.sendOn(fault.Link{From: 2, To: 1}, 2)
		w.run(0)
		assert.DeepEqual(t, w.arrived(), []int{2})
		w.send(3)
		w.run(0)
		assert.DeepEqual(t, w.arrived(), []int{2, 3, 1})
	})
	t.Run("NoneComes", func(t *testing.T) {
		w := newWire(t, fault.Rule{Name: "swap", Reorder: true})
		w.send(1)
		w.run(fault.ReorderWindow - 1)
		assert.DeepEqual(t, w.arrived(), []int{})
		w.run(1)
		assert.DeepEqual(t, w.arrived(), []int{1})
		w.send(2, 3)
		w.run(0)
		assert.DeepEqual(t, w.arrived(), []int{1, 3, 2})
	})
	t.Run("RuleGone", func(t *testing.T) {
		w := newWire(t, fault.Rule{Name: "swap", Reorder: true})
		w.send(1)
		w.change(fault.Change{Kind: fault.Heal})
		w.send(2)
		w.run(0)
		assert.DeepEqual(t, w.arrived(), []int{2, 1})
	})
	t.Run("BehindADelay", func(t *testing.T) {
		w := newWire(t, fault.Rule{Name: "swap", Reorder: true, Count: 1}, fault.Rule{Name: "slow", DelayMin: 5, DelayMax: 5})
		w.send(1, 2)
		w.run(time.Second)
		assert.DeepEqual(t, w.arrived(), []int{2, 1})
		assert.DeepEqual(t, w.times(), []time.Duration{5, 5})
	})
}

func TestHoldKeepsMessagesUntilReleased(t *testing.T) {
	hold := fault.Rule{Name: "hold", Hold: true, Count: 2}
	for _, c := range []struct {
		name string
		end  func(w wire)
	}{
		{"Deleted", func(w wire) { w.change(fault.Change{Kind: fault.DeleteRule, Name: "hold"}) }},
		{"Replaced", func(w wire) { w.change(fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: "hold", Drop: true}}) }},
		{"Healed", func(w wire) { w.change(fault.Change{Kind: fault.Heal}) }},
		{"RunsOut", func(w wire) {
			w.run(2 * time.Second)
			assert.Equal(w.t, w.last(trace.RuleEnded).Time, 2*time.Second)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rule := hold
			if c.name == "RunsOut" {
				rule.Until = 2 * time.Second
			}
			w := newWire(t, rule)
			w.send(1, 2, 3)
			w.run(time.Second)
			assert.DeepEqual(t, w.arrived(), []int{3})
			assert.DeepEqual(t, w.numbers(trace.HoldMessage), []int{1, 2})
			assert.Equal(t, w.Rules()[0].Held, 2)
			c.end(w)
			w.run(0)
			assert.DeepEqual(t, w.arrived(), []int{3, 1, 2})
			assert.DeepEqual(t, w.numbers(trace.ReleaseMessage), []int{1, 2})
		})
	}
	t.Run("TooMany", func(t *testing.T) {
		w := newWire(t, fault.Rule{Name: "hold", Hold: true})
		for n := range MaxHeld + 2 {
			w.send(n)
		}
		assert.DeepEqual(t, w.numbers(trace.DropMessage), []int{0, 1})
		assert.Equal(t, w.Rules()[0].Held, MaxHeld)
	})
	t.Run("ACutWaitsForThem", func(t *testing.T) {
		w := newWire(t, hold)
		w.send(1)
		w.change(fault.Change{Kind: fault.Isolate, Node: 1})
		w.change(fault.Change{Kind: fault.DeleteRule, Name: "hold"})
		w.run(0)
		assert.DeepEqual(t, w.arrived(), []int{})
		assert.Equal(t, w.last(trace.DropMessage).Detail, trace.Partitioned)
	})
}

// passed returns the times at which numbers arrived at node 1.
func (w wire) passed() map[int]time.Duration {
	at := map[int]time.Duration{}
	for i, n := range w.arrived() {
		at[n] = w.times()[i]
	}
	return at
}

func TestThrottleQueuesMessages(t *testing.T) {
	const ms = time.Millisecond
	slow := fault.Rule{Name: "slow", Throttle: 10}
	t.Run("OneAfterTheOther", func(t *testing.T) {
		w := newWire(t, slow)
		w.send(1, 2, 3)
		w.run(time.Second)
		assert.DeepEqual(t, w.arrived(), []int{1, 2, 3})
		assert.DeepEqual(t, w.times(), []time.Duration{100 * ms, 200 * ms, 300 * ms})
		assert.DeepEqual(t, w.numbers(trace.HoldMessage), []int{1, 2, 3})
		assert.DeepEqual(t, w.numbers(trace.ReleaseMessage), []int{1, 2, 3})
	})
	t.Run("EachLinkByItself", func(t *testing.T) {
		w := newWire(t, slow)
		w.send(1, 2)
		w.sendOn(fault.Link{From: 2, To: 1}, 3)
		w.run(50 * ms)
		w.sendOn(fault.Link{From: 2, To: 1}, 4)
		w.run(time.Second)
		assert.DeepEqual(t, w.passed(), map[int]time.Duration{1: 100 * ms, 2: 200 * ms, 3: 100 * ms, 4: 200 * ms})
	})
	t.Run("AfterAPause", func(t *testing.T) {
		w := newWire(t, slow)
		w.send(1)
		w.run(time.Second)
		w.send(2)
		w.run(time.Second)
		assert.DeepEqual(t, w.times(), []time.Duration{100 * ms, 1100 * ms})
	})
	t.Run("Healed", func(t *testing.T) {
		w := newWire(t, slow)
		w.send(1, 2, 3)
		w.run(150 * ms)
		assert.Equal(t, w.Rules()[0].Held, 2)
		w.change(fault.Change{Kind: fault.Heal})
		w.send(4)
		w.run(0)
		assert.DeepEqual(t, w.arrived(), []int{1, 2, 3, 4})
		w.run(time.Second)
		assert.DeepEqual(t, w.arrived(), []int{1, 2, 3, 4}) // nothing passes twice
	})
	t.Run("QueueFull", func(t *testing.T) {
		w := newWire(t, slow)
		for n := range MaxHeld + 2 {
			w.send(n)
		}
		assert.DeepEqual(t, w.numbers(trace.DropMessage), []int{MaxHeld, MaxHeld + 1})
		w.run(250 * ms)
		assert.DeepEqual(t, w.arrived(), []int{0, 1})
	})
	t.Run("SkipAndCount", func(t *testing.T) {
		w := newWire(t, fault.Rule{Name: "slow", Throttle: 10, Skip: 1, Count: 1})
		w.send(1, 2, 3)
		w.run(time.Second)
		assert.DeepEqual(t, w.arrived(), []int{1, 3, 2})
	})
}

func TestSkipCountAndProbabilityLimitAFault(t *testing.T) {
	t.Run("SkipAndCount", func(t *testing.T) {
		w := newWire(t, fault.Rule{Name: "loss", Drop: true, Skip: 2, Count: 3})
		w.send(1, 2, 3, 4, 5, 6, 7)
		w.run(0)
		assert.DeepEqual(t, w.arrived(), []int{1, 2, 6, 7})
	})
	t.Run("Probability", func(t *testing.T) {
		w := newWire(t, fault.Rule{Name: "loss", Drop: true, Probability: 0.3})
		for range 10_000 {
			w.send(1)
		}
		acted := w.Rules()[0].Acted
		assert.Assert(t, acted > 2850 && acted < 3150, "%d of 10,000", acted)
	})
	t.Run("Until", func(t *testing.T) {
		w := newWire(t, fault.Rule{Name: "loss", Drop: true, Until: time.Second})
		w.run(time.Second - 1)
		w.send(1)
		w.run(1)
		w.send(2)
		w.run(0)
		assert.DeepEqual(t, w.arrived(), []int{2})
		assert.Equal(t, len(w.Rules()), 0)
	})
	t.Run("UntilOfTheReplaced", func(t *testing.T) {
		w := newWire(t, fault.Rule{Name: "loss", Drop: true, Until: time.Second})
		w.change(fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: "loss", Drop: true}})
		w.run(2 * time.Second)
		assert.Equal(t, w.count(0, trace.RuleEnded), 0)
		assert.Equal(t, len(w.Rules()), 1)
	})
	t.Run("SetAgainStartsAnew", func(t *testing.T) {
		rule := fault.Rule{Name: "loss", Drop: true, Count: 1}
		w := newWire(t, rule, fault.Rule{Name: "other", Duplicate: 1, Count: 1})
		w.send(1, 2)
		w.change(fault.Change{Kind: fault.SetRule, Rule: &rule})
		w.send(3, 4)
		w.run(0)
		assert.DeepEqual(t, w.arrived(), []int{2, 2, 4})
		assert.Equal(t, w.Rules()[0].Name, "loss", "it keeps its place")
	})
	t.Run("ChangeKeepsItsOwnCopy", func(t *testing.T) {
		w := newWire(t)
		rule := fault.Rule{Name: "loss", Drop: true}
		w.change(fault.Change{Kind: fault.SetRule, Rule: &rule})
		rule.Drop, rule.Name = false, "other"
		assert.DeepEqual(t, w.Rules()[0].Rule, fault.Rule{Name: "loss", Drop: true})
		assert.Equal(t, w.last(trace.Nemesis).Detail.(*fault.Change).Rule.Name, "loss")
	})
}

func TestFaultActsOnMatchingMessages(t *testing.T) {
	entry := []raft.Entry{{Term: 1}}
	vote := raft.Message{Type: raft.RequestVoteRequest, From: 0, To: 1}
	granted := raft.Message{Type: raft.RequestVoteResponse, From: 1, To: 0}
	heartbeat := raft.Message{Type: raft.AppendEntriesRequest, From: 0, To: 2}
	entries := raft.Message{Type: raft.AppendEntriesRequest, From: 0, To: 1, Entries: entry}
	success := raft.Message{Type: raft.AppendEntriesResponse, From: 2, To: 0}
	all := []raft.Message{vote, granted, heartbeat, entries, success}
	for _, c := range []struct {
		name  string
		match fault.Match
		want  []raft.Message
	}{
		{"All", fault.Match{}, all},
		{"From", fault.Match{From: []raft.NodeID{2, 1}}, []raft.Message{granted, success}},
		{"To", fault.Match{To: []raft.NodeID{1}}, []raft.Message{vote, entries}},
		{"FromNobody", fault.Match{From: []raft.NodeID{}}, nil},
		{"Link", fault.Match{From: []raft.NodeID{0}, To: []raft.NodeID{2}}, []raft.Message{heartbeat}},
		{"RequestVote", fault.Match{Type: fault.RequestVoteType}, []raft.Message{vote, granted}},
		{"AppendEntries", fault.Match{Type: fault.AppendEntriesType}, []raft.Message{heartbeat, entries, success}},
		{"Requests", fault.Match{Kind: fault.RequestKind}, []raft.Message{vote, heartbeat, entries}},
		{"Responses", fault.Match{Kind: fault.ResponseKind}, []raft.Message{granted, success}},
		{"WithEntries", fault.Match{Entries: fault.WithEntries}, []raft.Message{entries}},
		{"WithoutEntries", fault.Match{Entries: fault.WithoutEntries}, []raft.Message{heartbeat}},
		{"VoteRequests", fault.Match{Type: fault.RequestVoteType, Kind: fault.RequestKind}, []raft.Message{vote}},
		{"VoteRequestsWithEntries", fault.Match{Type: fault.RequestVoteType, Entries: fault.WithEntries}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []raft.Message
			for i := range all {
				if c.match.Matches(&all[i]) {
					got = append(got, all[i])
				}
			}
			assert.DeepEqual(t, got, c.want)
		})
	}
}
