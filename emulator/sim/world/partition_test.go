package world

import (
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

func TestPartitionCutsLinks(t *testing.T) {
	t.Run("OneWay", func(t *testing.T) {
		w := newWire(t)
		seq := w.change(fault.Change{Kind: fault.Partition, Links: []fault.Link{{From: 0, To: 1}}})
		assert.Equal(t, seq, w.change(fault.Change{Kind: fault.Partition, Links: []fault.Link{{From: 0, To: 1}, {From: 0, To: 1}}}))
		w.send(1)
		w.sendOn(fault.Link{From: 1, To: 0}, 2)
		w.sendOn(fault.Link{From: 2, To: 1}, 3)
		w.run(0)
		assert.DeepEqual(t, w.arrived(), []int{2, 3})
		assert.DeepEqual(t, w.numbers(trace.DropMessage), []int{1})
		assert.Equal(t, w.last(trace.DropMessage).Detail, trace.Partitioned)
		assert.DeepEqual(t, w.Cuts(), []fault.Link{{From: 0, To: 1}})
		assert.DeepEqual(t, w.View(0, 0).PartitionedFrom, []raft.NodeID{1})
		assert.Equal(t, len(w.View(1, 0).PartitionedFrom), 0)
	})
	t.Run("ReplacesTheOneBefore", func(t *testing.T) {
		w := newWire(t)
		w.change(fault.Change{Kind: fault.Partition, Links: []fault.Link{{From: 0, To: 1}, {From: 1, To: 0}}})
		w.change(fault.Change{Kind: fault.Partition, Links: []fault.Link{{From: 2, To: 1}}})
		assert.DeepEqual(t, w.Cuts(), []fault.Link{{From: 2, To: 1}})
		seq := w.change(fault.Change{Kind: fault.Partition})
		assert.Equal(t, seq, w.change(fault.Change{Kind: fault.Partition}))
		assert.Equal(t, len(w.Cuts()), 0)
	})
	t.Run("CutsWhatIsOnItsWay", func(t *testing.T) {
		w := newWire(t, fault.Rule{Name: "slow", DelayMin: 10, DelayMax: 10})
		w.send(1)
		w.change(fault.Change{Kind: fault.Partition, Links: []fault.Link{{From: 0, To: 1}}})
		w.run(10)
		assert.DeepEqual(t, w.arrived(), []int{})
		assert.DeepEqual(t, w.numbers(trace.DropMessage), []int{1})
	})
	t.Run("HealedInTime", func(t *testing.T) {
		w := newWire(t, fault.Rule{Name: "slow", DelayMin: 10, DelayMax: 10})
		w.send(1)
		w.change(fault.Change{Kind: fault.Partition, Links: []fault.Link{{From: 0, To: 1}}})
		w.change(fault.Change{Kind: fault.Partition})
		w.run(10)
		assert.DeepEqual(t, w.arrived(), []int{1})
	})
	t.Run("BeforeRules", func(t *testing.T) {
		w := newWire(t, fault.Rule{Name: "hold", Hold: true})
		w.change(fault.Change{Kind: fault.Partition, Links: []fault.Link{{From: 0, To: 1}}})
		w.send(1)
		assert.Equal(t, w.Rules()[0].Matched, uint64(0))
	})
	t.Run("FromTheStart", func(t *testing.T) {
		config := led(3)
		config.Cuts = []fault.Link{{From: 0, To: 1}, {From: 0, To: 2}}
		c := newCluster(t, config)
		c.run(0)
		assert.Equal(t, c.count(0, trace.DropMessage), 2)
		assert.Assert(t, c.elect() != 0)
	})
}

func TestIsolateCutsAllLinksOfANode(t *testing.T) {
	t.Run("AllLinksOfANode", func(t *testing.T) {
		c := newCluster(t, led(3))
		seq := c.change(fault.Change{Kind: fault.Isolate, Node: 2})
		assert.Equal(t, seq, c.change(fault.Change{Kind: fault.Isolate, Node: 2}))
		assert.DeepEqual(t, c.Cuts(), []fault.Link{{From: 0, To: 2}, {From: 1, To: 2}, {From: 2, To: 0}, {From: 2, To: 1}})
	})
	t.Run("ClientsStillReachIt", func(t *testing.T) {
		c := newCluster(t, led(3))
		c.change(fault.Change{Kind: fault.Isolate, Node: 0})
		o := c.ask(0, putTopic("a"))
		c.run(time.Second)
		assert.Equal(t, o.answers, 0)
		assert.DeepEqual(t, c.log(0), []string{"a@1"})
		f := c.ask(2, putTopic("b"))
		c.run(0)
		if c.View(2, 0).Role != raft.Leader {
			assert.ErrorIs(t, f.reply.Err, machine.ErrNotLeader)
		}
		c.change(fault.Change{Kind: fault.HealNode, Node: 0})
		c.run(time.Second)
		assert.Equal(t, o.answers, 1)
		assert.ErrorIs(t, o.reply.Err, machine.ErrLeadershipLost)
	})
	t.Run("ASingleNode", func(t *testing.T) {
		c := newCluster(t, fresh(1))
		last := c.Trace().Last()
		assert.Equal(t, c.change(fault.Change{Kind: fault.Isolate, Node: 0}), last)
	})
}
