package world

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// traffic counts the messages sent since a record.
type traffic struct {
	requests, responses int
	entries             int
	bytes               int // of the commands' messages
}

func (c *cluster) traffic(since uint64) traffic {
	var t traffic
	for i := range c.records {
		r := &c.records[i]
		if r.Seq <= since || !r.Kind.HasMessage() || r.MessageID() != r.Seq {
			continue
		}
		if r.Message.Type.IsResponse() {
			t.responses++
			continue
		}
		t.requests++
		t.entries += len(r.Message.Entries)
		for _, e := range r.Message.Entries {
			t.bytes += len(command(e).Args[1])
		}
	}
	return t
}

// A cluster of five sends few messages: to elect, to commit, and when idle.
// Reference: MIT 6.5840 TestCount3B.
func TestClusterOfFiveSendsFewMessages(t *testing.T) {
	t.Run("Election", func(t *testing.T) {
		c := newCluster(t, fresh(5))
		c.elect()
		c.run(time.Millisecond)
		got := c.traffic(0)
		assert.Equal(t, got, traffic{requests: 4 + 4, responses: 4 + 4})
	})
	t.Run("Idle", func(t *testing.T) {
		c := newCluster(t, led(5))
		c.run(time.Millisecond)
		seq := c.Trace().Last()
		c.run(time.Second)
		assert.Equal(t, c.traffic(seq), traffic{requests: 20 * 4, responses: 20 * 4})
	})
	t.Run("Commit", func(t *testing.T) {
		c := newCluster(t, led(5))
		c.run(time.Millisecond)
		seq := c.Trace().Last()
		for i := range 10 {
			c.ask(0, putTopic(fmt.Sprint(i)))
			c.run(time.Millisecond)
		}
		assert.Equal(t, c.traffic(seq), traffic{requests: 10 * 4, responses: 10 * 4, entries: 10 * 4})
	})
	t.Run("CommitTogether", func(t *testing.T) {
		c := newCluster(t, led(5))
		c.run(time.Millisecond)
		seq := c.Trace().Last()
		for i := range 10 {
			c.ask(0, putTopic(fmt.Sprint(i)))
		}
		c.run(time.Millisecond)
		assert.Equal(t, c.traffic(seq), traffic{requests: 4, responses: 4, entries: 10 * 4})
	})
}

// Each command goes to each peer once.
// Reference: MIT 6.5840 TestRPCBytes3B.
func TestEachCommandGoesToEachPeerOnce(t *testing.T) {
	const commands, size = 10, 5000
	c := newCluster(t, led(3))
	c.commit(0, putTopic("t"))
	c.run(time.Millisecond)
	seq := c.Trace().Last()
	for range commands {
		c.commit(0, queue.PutMessage.With("t", strings.Repeat("x", size)))
	}
	c.run(time.Second)
	assert.Equal(t, c.traffic(seq).bytes, commands*size*2)
}

// Entries in flight are not sent again within a heartbeat: if round trips are shorter than
// that and no message is lost, each entry goes to each peer exactly once.
func TestNothingInFlightIsSentAgain(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprintf("Seed%d", seed), func(t *testing.T) {
			config := led(5)
			config.Seed = seed
			config.Faults = []fault.Rule{{Name: "delay", DelayMin: time.Millisecond, DelayMax: 24 * time.Millisecond}}
			c := newCluster(t, config)
			const commands = 500
			for i := range commands {
				c.ask(0, putTopic(fmt.Sprint(i)))
				c.run(time.Duration(i%7) * time.Millisecond)
			}
			c.run(time.Second)
			assert.Equal(t, c.count(0, trace.Response), commands)
			assert.Equal(t, c.traffic(0).entries, commands*4)
		})
	}
	t.Run("LostOnesAreSentAgain", func(t *testing.T) {
		config := led(2)
		config.Faults = []fault.Rule{{Name: "loss", Drop: true, Match: fault.Match{Entries: fault.WithEntries}, Count: 3}}
		c := newCluster(t, config)
		c.run(10 * time.Millisecond)
		o := c.ask(0, putTopic("a"))
		c.run(time.Second)
		assert.Equal(t, o.answers, 1)
		var sent []time.Duration
		for i := range c.records {
			if r := &c.records[i]; r.Kind == trace.Kind(raft.AppendEntries) && len(r.Message.Entries) > 0 {
				sent = append(sent, r.Time)
			}
		}
		assert.Equal(t, len(sent), 4)
		for i := range sent[1:] {
			gap := sent[i+1] - sent[i]
			assert.Assert(t, gap >= DefaultHeartbeat && gap <= 2*DefaultHeartbeat, "sent again after %v", gap)
		}
	})
}
