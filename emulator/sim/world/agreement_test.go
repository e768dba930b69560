package world

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// agree waits until all nodes have the same log and returns it. All of it is committed,
// except entries that wait for one of the leader's own term (§5.4.2).
func (c *cluster) agree() []string {
	c.t.Helper()
	leader := c.elect()
	c.commit(leader, putTopic(fmt.Sprintf("agree at %v", c.Now())))
	c.run(2 * time.Second)
	want := c.log(0)
	for id := range raft.NodeID(c.Nodes()) {
		assert.DeepEqual(c.t, c.log(id), want)
		s, _, _ := c.State(id)
		assert.Equal(c.t, s.CommitIndex, s.LastIndex)
		assert.Equal(c.t, s.LastApplied, s.LastIndex)
		assert.DeepEqual(c.t, c.Queue(id), c.Queue(0))
	}
	return want
}

// A follower that was isolated gets the entries that it missed.
// Reference: MIT 6.5840 TestFailAgree3B.
func TestIsolatedFollowerCatchesUp(t *testing.T) {
	c := newCluster(t, fresh(3))
	leader := c.elect()
	c.commit(leader, putTopic("a"))
	c.change(fault.Change{Kind: fault.Isolate, Node: (leader + 1) % 3})
	for _, topic := range []string{"b", "c", "d"} {
		c.commit(leader, putTopic(topic))
		c.run(200 * time.Millisecond)
	}
	c.change(fault.Change{Kind: fault.HealNode, Node: (leader + 1) % 3})
	assert.Equal(t, len(c.agree()), 5)
}

// Without a majority no entry is committed; entries of that time may be lost.
// Reference: MIT 6.5840 TestFailNoAgree3B.
func TestNoCommitWithoutAMajority(t *testing.T) {
	c := newCluster(t, fresh(5))
	leader := c.elect()
	c.commit(leader, putTopic("a"))
	for i := range raft.NodeID(3) {
		c.change(fault.Change{Kind: fault.Isolate, Node: (leader + 1 + i) % 5})
	}
	o := c.ask(leader, putTopic("b"))
	c.run(2 * time.Second)
	assert.Equal(t, o.answers, 0)
	assert.Equal(t, c.View(leader, 0).CommitIndex, raft.Index(1))

	for i := range raft.NodeID(3) {
		c.change(fault.Change{Kind: fault.HealNode, Node: (leader + 1 + i) % 5})
	}
	c.commit(c.elect(), putTopic("c"))
	c.agree()
	assert.Equal(t, o.answers, 1)
}

// The majority's entries replace those of a partitioned leader.
// Reference: MIT 6.5840 TestRejoin3B.
func TestPartitionedLeaderRejoins(t *testing.T) {
	c := newCluster(t, fresh(3))
	first := c.elect()
	c.commit(first, putTopic("a"))
	c.change(fault.Change{Kind: fault.Isolate, Node: first})
	var lost []*outcome
	for _, topic := range []string{"b", "c", "d"} {
		lost = append(lost, c.ask(first, putTopic(topic)))
	}
	c.run(0)
	assert.Equal(t, len(c.log(first)), 4)

	c.runWhile(5*time.Second, "no second leader", func() bool { return c.Leader() == first })
	second := c.Leader()
	c.commit(second, putTopic("e"))
	c.change(fault.Change{Kind: fault.Isolate, Node: second})
	c.change(fault.Change{Kind: fault.HealNode, Node: first})
	c.commit(c.elect(), putTopic("f"))
	c.change(fault.Change{Kind: fault.HealNode, Node: second})
	log := c.agree()
	assert.Equal(t, len(log), 4)
	for _, o := range lost {
		assert.Equal(t, o.answers, 1)
		assert.ErrorIs(t, o.reply.Err, machine.ErrLeadershipLost)
	}
}

// A leader skips whole terms when long logs differ.
// Reference: MIT 6.5840 TestBackup3B; end of section 5.3.
func TestLeaderBacksUpQuickly(t *testing.T) {
	const many = 50
	c := newCluster(t, fresh(5))
	propose := func(id raft.NodeID) {
		for range many {
			c.ask(id, putTopic(fmt.Sprint("at ", c.Now(), len(c.records))))
		}
		c.run(100 * time.Millisecond)
	}
	first := c.elect()
	c.commit(first, putTopic("a"))
	mate := (first + 1) % 5

	c.split(first, mate)
	propose(first) // on two nodes, never committed
	second := c.elect()
	propose(second) // on three, committed
	third := raft.NodeID(0)
	for third == first || third == mate || third == second {
		third++
	}
	c.split(first, mate, third)
	propose(second) // on two, never committed
	assert.Equal(t, c.elect(), third, "only its log is good enough")
	propose(third) // on three, committed
	assert.Equal(t, c.View(third, 0).CommitIndex, raft.Index(1+2*many))

	c.change(fault.Change{Kind: fault.Heal})
	assert.Equal(t, len(c.agree()), 1+2*many+1)
	rejections := 0
	for i := range c.records {
		r := &c.records[i]
		if r.Kind == trace.Kind(raft.HandleAppendEntriesResponse) && !r.Message.Success && r.State.Role == raft.Leader {
			rejections++
		}
	}
	assert.Assert(t, rejections <= 8, "%d rejections, for four logs that each differ in one or two terms", rejections)
}

// split cuts these nodes off from all others. The links among them stay whole.
func (c *cluster) split(ids ...raft.NodeID) {
	c.t.Helper()
	var links []fault.Link
	for i := range raft.NodeID(c.Nodes()) {
		for j := range raft.NodeID(c.Nodes()) {
			if slices.Contains(ids, i) != slices.Contains(ids, j) {
				links = append(links, fault.Link{From: i, To: j})
			}
		}
	}
	c.change(fault.Change{Kind: fault.Partition, Links: links})
}

// Stored entries survive crashes of all nodes, of some and of the leader.
// Reference: MIT 6.5840 TestPersist13C, TestPersist23C, TestPersist33C; section 5, Figure 2.
func TestStoredEntriesSurviveCrashes(t *testing.T) {
	crashAndRestart := func(c *cluster, ids ...raft.NodeID) {
		for _, id := range ids {
			c.change(fault.Change{Kind: fault.Crash, Node: id})
		}
		for _, id := range ids {
			c.change(fault.Change{Kind: fault.Restart, Node: id})
		}
	}
	for _, delay := range []time.Duration{0, 5 * time.Millisecond} {
		t.Run(fmt.Sprintf("StorageDelay%v", delay), func(t *testing.T) {
			config := fresh(5)
			config.StorageDelay = delay
			t.Run("All", func(t *testing.T) {
				c := newCluster(t, config)
				for i := range 5 {
					c.commit(c.elect(), putTopic(fmt.Sprint(i)))
					crashAndRestart(c, 0, 1, 2, 3, 4)
				}
				assert.Equal(t, len(c.agree()), 6)
			})
			t.Run("Some", func(t *testing.T) {
				c := newCluster(t, config)
				for i := range raft.NodeID(6) {
					leader := c.elect()
					c.commit(leader, putTopic(fmt.Sprint(i)))
					c.change(fault.Change{Kind: fault.Crash, Node: (leader + 1) % 5})
					c.change(fault.Change{Kind: fault.Crash, Node: (leader + 2) % 5})
					c.commit(leader, putTopic(fmt.Sprint("b", i)))
					crashAndRestart(c, leader, (leader+3)%5, (leader+4)%5)
					c.change(fault.Change{Kind: fault.Restart, Node: (leader + 1) % 5})
					c.elect()
					c.change(fault.Change{Kind: fault.Restart, Node: (leader + 2) % 5})
				}
				assert.Equal(t, len(c.agree()), 13)
			})
			t.Run("PartitionedLeader", func(t *testing.T) {
				c := newCluster(t, config)
				leader := c.elect()
				c.commit(leader, putTopic("a"))
				c.change(fault.Change{Kind: fault.Isolate, Node: (leader + 1) % 5})
				c.commit(leader, putTopic("b"))
				crashAndRestart(c, leader, (leader+2)%5)
				c.change(fault.Change{Kind: fault.Heal})
				c.commit(c.elect(), putTopic("c"))
				assert.Equal(t, len(c.agree()), 4)
			})
		})
	}
}

// Leaders that come and go while messages are lost, late and out of order
// never commit two entries at one index, and all agree afterwards.
// Reference: MIT 6.5840 TestFigure8Unreliable3C; section 5.4.2.
func TestUnreliableNetworkKeepsLogsEqual(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprintf("Seed%d", seed), func(t *testing.T) {
			config := fresh(5)
			config.Seed = seed
			config.Faults = []fault.Rule{
				{Name: "loss", Drop: true, Probability: 0.1},
				{Name: "late", DelayMax: 27 * time.Millisecond},
				{Name: "very late", DelayMin: 200 * time.Millisecond, DelayMax: 2400 * time.Millisecond, Match: fault.Match{Kind: fault.ResponseKind}, Probability: 0.6},
			}
			c := newCluster(t, config)
			check := newChecker(c)
			draw := newRandom(seed, 100)
			var gone []raft.NodeID
			for i := range 300 {
				for id := range raft.NodeID(5) {
					c.ask(id, putTopic(fmt.Sprintf("%d-%d", i, id)))
				}
				check.run(time.Duration(draw.below(uint64(DefaultElectionMin))))
				if l := c.Leader(); l != raft.None && draw.chance(0.5) {
					c.change(fault.Change{Kind: fault.Isolate, Node: l})
					gone = append(gone, l)
				}
				for len(gone) > 2 {
					c.change(fault.Change{Kind: fault.HealNode, Node: gone[0]})
					gone = gone[1:]
				}
			}
			c.change(fault.Change{Kind: fault.Heal})
			check.run(5 * time.Second)
			c.agree()
			check.all()
		})
	}
}
