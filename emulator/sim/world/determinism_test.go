package world

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// The same configuration, seed and inputs give the same trace, byte for byte.
func TestSameSeedAndInputsGiveTheSameTrace(t *testing.T) {
	run := func(seed uint64, change func(*Config)) []byte {
		random := rand.New(rand.NewPCG(seed, 3))
		config := stormConfig(random)
		if change != nil {
			change(&config)
		}
		s := &storm{cluster: newCluster(t, config), random: random, forge: true}
		s.play(100)
		return s.encoded()
	}
	for seed := range uint64(30) {
		t.Run(fmt.Sprintf("Seed%d", seed), func(t *testing.T) {
			first := run(seed, nil)
			sameTrace(t, run(seed, nil), first)
			other := run(seed, func(c *Config) { c.Seed++ })
			assert.Assert(t, !bytes.Equal(first, other), "another seed, another run")
		})
	}
}

// The trace does not depend on how often the owner reads the world, in which steps time
// passes, or how much of the trace is kept.
func TestReadingAWorldChangesNothing(t *testing.T) {
	for seed := range uint64(30) {
		t.Run(fmt.Sprintf("Seed%d", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 4))
			config := stormConfig(random)
			config.ElectionMax, config.StorageDelay = config.ElectionMin, config.Heartbeat/5
			s := &storm{cluster: newCluster(t, config), random: random}
			s.play(100)
			recorded := s.encoded()

			config.TraceSize = 10
			k := newCluster(t, config)
			for line := range bytes.Lines(recorded) {
				if in, err := trace.DecodeInput(line, queue.Type); err == nil {
					for k.Steps() < in.Step {
						k.NextAt()
						k.Step()
						k.NextAt()
						for id := range k.World.nodes {
							k.View(k.World.nodes[id].id, 10)
						}
					}
					assert.NilError(t, k.CatchUp(in.Step, in.Time))
					k.NextAt()
					assert.NilError(t, k.Repeat(&in))
					k.NextAt()
				}
			}
			assert.NilError(t, k.CatchUp(s.Steps(), s.Now()))
			sameTrace(t, k.encoded(), recorded)
		})
	}
}

// A timer that is set twice to the same time takes its place in the queue from the second
// setting, also when the owner has read NextAt in between.
func TestTimerSetTwiceFiresInTheOrderOfTheSecond(t *testing.T) {
	for _, look := range []bool{false, true} {
		t.Run(fmt.Sprintf("Look=%v", look), func(t *testing.T) {
			config := fresh(2)
			config.ElectionMax = config.ElectionMin
			config.Nodes[1].Down = true
			c := newCluster(t, config)
			c.run(100 * time.Millisecond)
			heartbeat := raft.Message{Type: raft.AppendEntriesRequest, From: 1, To: 0, Term: 1}
			c.rpc(heartbeat)
			c.Step()
			if look {
				c.NextAt()
			}
			out := c.View(0, 0).TimerAt
			c.change(fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: "r", Drop: true, Until: out}})
			c.rpc(heartbeat)
			c.run(time.Second)
			for i := range c.records {
				if r := &c.records[i]; r.Time == out {
					assert.Equal(t, r.Kind, trace.RuleEnded)
					assert.Equal(t, c.records[i+1].Time, out)
					break
				}
			}
		})
	}
}

func TestTraceRingKeepsTheNewestRecords(t *testing.T) {
	config := led(3)
	config.TraceSize = 100
	c := newCluster(t, config)
	assert.Equal(t, trace.NewRing(0).First(), uint64(1))
	for c.Trace().Last() < 1000 {
		trace := c.Trace()
		assert.Equal(t, trace.First(), max(1, trace.Last()-min(trace.Last(), 100)+1))
		for seq := trace.First(); seq <= trace.Last(); seq++ {
			assert.Equal(t, trace.At(seq).Seq, seq)
		}
		c.Step()
	}
	assert.Equal(t, c.Trace().Last()-c.Trace().First()+1, uint64(100))
}
