package world

import (
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// Election timeouts are uniform in [min, max), both the first ones of many worlds and
// nodes and those of one node.
// Reference: section 5.2.
func TestElectionTimeoutsAreEven(t *testing.T) {
	const buckets = 10
	bucket := func(d time.Duration) int {
		return int((d - DefaultElectionMin) * buckets / (DefaultElectionMax - DefaultElectionMin))
	}
	even := func(t *testing.T, count [buckets]int) {
		sum := 0
		for _, n := range count {
			sum += n
		}
		for b, n := range count {
			want := sum / buckets
			assert.Assert(t, n > want*9/10 && n < want*11/10, "%d timeouts in tenth %d, want about %d", n, b, want)
		}
	}
	t.Run("FirstOnes", func(t *testing.T) {
		var count [buckets]int
		for seed := range uint64(2000) {
			config := fresh(5)
			config.Seed = seed
			w := New(config, nil)
			for id := range raft.NodeID(5) {
				count[bucket(w.View(id, 0).TimerAt)]++
			}
		}
		even(t, count)
	})
	t.Run("OfOneNode", func(t *testing.T) {
		var count [buckets]int
		config := fresh(2)
		config.Nodes[1].Down = true
		c := newCluster(t, config)
		for last := time.Duration(0); c.View(0, 0).Term < 10_000; {
			count[bucket(c.View(0, 0).TimerAt-last)]++
			last = c.View(0, 0).TimerAt
			c.Step()
			c.runWhile(time.Second, "no timeout", func() bool { return c.View(0, 0).TimerAt == last })
		}
		even(t, count)
	})
	t.Run("EdgesOccur", func(t *testing.T) {
		config := fresh(1)
		config.ElectionMin, config.ElectionMax = 1, 4
		seen := map[time.Duration]bool{}
		for seed := range uint64(100) {
			config.Seed = seed
			seen[New(config, nil).View(0, 0).TimerAt] = true
		}
		assert.DeepEqual(t, seen, map[time.Duration]bool{1: true, 2: true, 3: true})
	})
}

// Split votes stay rare: with messages that take up to 10 ms, most elections
// take one term, and hardly any take four.
// Reference: section 5.2.
func TestSplitVotesAreRare(t *testing.T) {
	const runs = 500
	terms := map[raft.Term]int{}
	more := 0
	for seed := range uint64(runs) {
		config := fresh(5)
		config.Seed = seed
		config.Faults = []fault.Rule{{Name: "delay", DelayMin: time.Millisecond, DelayMax: 10 * time.Millisecond}}
		c := newCluster(t, config)
		leader := c.elect()
		term := c.View(leader, 0).Term
		terms[term]++
		if term > 3 {
			more++
		}
	}
	assert.Assert(t, terms[1] > runs/2, "elections by terms: %v", terms)
	assert.Assert(t, more <= runs/50, "elections by terms: %v", terms)
}

// Only an AppendEntries of the current leader, a granted vote and an election reset an
// election timer.
// Reference: Figure 2, rules for servers.
func TestEventsThatResetAnElectionTimer(t *testing.T) {
	vote := raft.Message{Type: raft.RequestVoteRequest, From: 1, To: 2, Term: 2}
	entries := raft.Message{Type: raft.AppendEntriesRequest, From: 0, To: 2, Term: 1}
	for _, c := range []struct {
		name   string
		change func(*Config)
		m      raft.Message
		resets bool
	}{
		{"AppendEntries", nil, entries, true},
		{"AppendEntriesThatFails", nil, raft.Message{Type: raft.AppendEntriesRequest, From: 0, To: 2, Term: 1, PrevLogIndex: 5, PrevLogTerm: 1}, true},
		{"StaleAppendEntries", func(c *Config) { c.Nodes[2].Term = 3 }, entries, false},
		{"VoteGranted", nil, vote, true},
		{"VoteRefused", func(c *Config) { c.Nodes[2].Log = []raft.Entry{{Term: 1}} }, vote, false},
		{"StaleRequestVote", func(c *Config) { c.Nodes[2].Term = 3 }, vote, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := led(3)
			config.Nodes[0].Role = raft.Follower
			if c.change != nil {
				c.change(&config)
			}
			k := newCluster(t, config)
			k.run(100 * time.Millisecond)
			before := k.View(2, 0).TimerAt
			o := k.rpc(c.m)
			k.run(0)
			assert.Equal(t, o.answers, 1)
			after := k.View(2, 0).TimerAt
			if !c.resets {
				assert.Equal(t, after, before)
				return
			}
			assert.Assert(t, after >= k.Now()+DefaultElectionMin && after < k.Now()+DefaultElectionMax)
		})
	}
}

func TestAFaultDrawsNoRandomNumbersOfTheTimers(t *testing.T) {
	timers := func(rules ...fault.Rule) []time.Duration {
		config := fresh(5)
		config.Faults = append(rules, fault.Rule{Name: "cut", Drop: true})
		w := New(config, nil)
		w.RunUntil(3 * time.Second)
		var list []time.Duration
		for id := range raft.NodeID(5) {
			list = append(list, w.View(id, 0).TimerAt)
		}
		return list
	}
	assert.DeepEqual(t, timers(), timers(fault.Rule{Name: "loss", Drop: true, Probability: 0.5}, fault.Rule{Name: "slow", DelayMax: time.Second}))
}

// A cluster without a quorum has no leader; with the quorum back it elects one.
// Reference: MIT 6.5840 TestReElection3A.
func TestElectionFollowsTheQuorum(t *testing.T) {
	c := newCluster(t, fresh(3))
	first := c.elect()
	c.change(fault.Change{Kind: fault.Isolate, Node: first})
	second := raft.None
	c.runWhile(5*time.Second, "no second leader", func() bool {
		second = c.Leader()
		return second == first
	})
	assert.Equal(t, c.View(first, 0).Role, raft.Leader, "nobody tells the old leader")
	c.change(fault.Change{Kind: fault.HealNode, Node: first})
	c.run(100 * time.Millisecond)
	assert.Equal(t, c.View(first, 0).Role, raft.Follower)
	assert.Equal(t, c.majorityLeader(), second)

	// Without a quorum.
	other := 3 - first - second
	c.change(fault.Change{Kind: fault.Isolate, Node: second})
	c.change(fault.Change{Kind: fault.Isolate, Node: other})
	seq := c.Trace().Last()
	c.run(5 * time.Second)
	assert.Equal(t, c.count(seq, trace.Kind(raft.BecomeLeader)), 0)

	c.change(fault.Change{Kind: fault.HealNode, Node: other})
	c.elect()
	c.change(fault.Change{Kind: fault.HealNode, Node: second})
	c.run(time.Second)
	assert.Assert(t, c.majorityLeader() != raft.None)
}

// There is at most one leader, whichever nodes are isolated.
// Reference: MIT 6.5840 TestManyElections3A.
func TestAtMostOneLeaderWhileNodesAreIsolated(t *testing.T) {
	c := newCluster(t, fresh(7))
	c.elect()
	for i := range raft.NodeID(10) {
		gone := []raft.NodeID{i % 7, (3*i + 1) % 7, (5*i + 3) % 7}
		for _, id := range gone {
			c.change(fault.Change{Kind: fault.Isolate, Node: id})
		}
		c.elect()
		for _, id := range gone {
			c.change(fault.Change{Kind: fault.HealNode, Node: id})
		}
	}
	c.elect()
}
