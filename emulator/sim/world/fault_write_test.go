package world

import (
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

const slowest = 20 * time.Millisecond

// stored lists the times at which a node's writes ended.
func (c *cluster) stored(id raft.NodeID) []time.Duration {
	var at []time.Duration
	for i := range c.records {
		if r := &c.records[i]; r.Kind == trace.Persist && r.Node == id {
			at = append(at, r.Time)
		}
	}
	return at
}

// slowDiskOf returns a cluster that node 0 leads, with a rule on node 0's writes.
func slowDiskOf(t *testing.T, rule fault.Rule) *cluster {
	rule.Name = "disk"
	c := led(3)
	c.Faults = []fault.Rule{rule}
	return newCluster(t, c)
}

func (c *cluster) put(topic string) {
	c.Do(0, queue.PutTopic.New(topic), nil)
}

func TestSlowDisk(t *testing.T) {
	first := fault.Match{Node: []raft.NodeID{0}}
	t.Run("OnlyOfTheNode", func(t *testing.T) {
		c := slowDiskOf(t, fault.Rule{Match: first, SlowDiskMin: slowest, SlowDiskMax: slowest})
		c.put("a")
		c.run(slowest - 1)
		assert.Equal(t, len(c.stored(0)), 0)
		assert.Assert(t, c.Writing(0) && !c.Writing(1))
		c.run(1)
		assert.DeepEqual(t, c.stored(0), []time.Duration{slowest})
		assert.DeepEqual(t, c.stored(1), []time.Duration{slowest}) // after the message arrived, without delay
		assert.Equal(t, c.Rules()[0].Acted, uint64(1))
	})
	t.Run("InOrder", func(t *testing.T) {
		c := slowDiskOf(t, fault.Rule{Match: first, SlowDiskMin: 0, SlowDiskMax: slowest})
		for range 50 {
			c.put("a")
			c.run(time.Millisecond)
		}
		c.run(slowest)
		at := c.stored(0)
		assert.Equal(t, len(at), 50)
		for i := range at {
			assert.Assert(t, at[i] >= time.Duration(i)*time.Millisecond && at[i] <= time.Duration(i)*time.Millisecond+slowest)
			assert.Assert(t, i == 0 || at[i] >= at[i-1])
		}
	})
	t.Run("BesideTheStorageDelay", func(t *testing.T) {
		config := led(3)
		config.StorageDelay = storageDelay
		config.Faults = []fault.Rule{{Name: "disk", Match: first, SlowDiskMin: slowest, SlowDiskMax: slowest}}
		c := newCluster(t, config)
		c.put("a")
		c.run(time.Second)
		assert.DeepEqual(t, c.stored(0), []time.Duration{slowest + storageDelay})
	})
	t.Run("SkipAndCount", func(t *testing.T) {
		c := slowDiskOf(t, fault.Rule{Match: first, SlowDiskMin: slowest, SlowDiskMax: slowest, Skip: 1, Count: 1})
		for range 3 {
			c.put("a")
			c.run(time.Second)
		}
		assert.DeepEqual(t, c.stored(0), []time.Duration{0, time.Second + slowest, 2 * time.Second})
	})
	t.Run("Healed", func(t *testing.T) {
		c := slowDiskOf(t, fault.Rule{Match: first, SlowDiskMin: slowest, SlowDiskMax: slowest})
		c.put("a")
		c.run(slowest / 2)
		c.change(fault.Change{Kind: fault.Heal})
		c.put("b") // behind the unfinished write
		c.run(time.Second)
		c.put("c")
		c.run(time.Second)
		assert.DeepEqual(t, c.stored(0), []time.Duration{slowest, slowest})
		assert.Equal(t, c.View(0, 0).CommitIndex, raft.Index(3))
	})
	t.Run("LostInACrash", func(t *testing.T) {
		c := slowDiskOf(t, fault.Rule{Match: first, SlowDiskMin: slowest, SlowDiskMax: slowest})
		c.put("a")
		c.run(slowest / 2)
		c.change(fault.Change{Kind: fault.Crash, Node: 0})
		assert.Equal(t, len(c.View(0, 10).Log), 0)
	})
}
