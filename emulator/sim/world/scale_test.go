package world

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// A cluster of 1,001 nodes starts, elects and commits.
func TestThousandNodesElectAndCommit(t *testing.T) {
	w := New(fresh(1001), nil)
	for w.Leader() == raft.None {
		assert.Assert(t, w.Step())
		assert.Assert(t, w.Now() < 10*time.Second)
	}
	answers := 0
	w.Do(w.Leader(), queue.PutTopic.New("a"), func(r machine.Reply) {
		answers++
		assert.NilError(t, r.Err)
	})
	w.RunUntil(w.Now() + 2*DefaultHeartbeat)
	assert.Equal(t, answers, 1)
	for id := range raft.NodeID(1001) {
		s, _, _ := w.State(id)
		assert.Equal(t, s.LastApplied, raft.Index(1))
	}
}

// BenchmarkNew measures the set-up of a cluster, for each node.
func BenchmarkNew(b *testing.B) {
	for _, n := range []int{5, 101, 1001} {
		b.Run(fmt.Sprintf("Nodes%d", n), func(b *testing.B) {
			config := led(n)
			b.ReportAllocs()
			for b.Loop() {
				New(config, nil)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/node")
		})
	}
}

// putAndPop puts messages and pops them again, in batches. It returns the world at rest,
// when only the logs hold the messages.
func putAndPop(tb testing.TB, nodes, pairs int) *World {
	tb.Helper()
	config := led(nodes)
	config.TraceSize = 1 << 12
	w := New(config, nil)
	w.Do(0, queue.PutTopic.New("t"), nil)
	put := queue.PutMessage.New("t", "hello")
	pop := queue.PopMessage.New("t")
	answers := 0
	done := func(r machine.Reply) {
		if r.Err == nil && r.Result.OK {
			answers++
		}
	}
	for i := 0; i < pairs; i++ {
		w.Do(0, put, done)
		w.Do(0, pop, done)
		if i%256 == 255 || i == pairs-1 {
			w.RunUntil(w.Now() + time.Millisecond)
		}
	}
	w.RunUntil(w.Now() + 2*DefaultHeartbeat)
	assert.Equal(tb, answers, 2*pairs)
	return w
}

// heap returns the memory in use.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// A world's memory is mostly its logs: an entry is a term and a reference to its command,
// which all nodes share.
func TestMemoryIsThatOfTheLogs(t *testing.T) {
	const nodes, pairs = 3, 200_000
	const entry = 24 // bytes of a raft.Entry
	before := heap()
	w := putAndPop(t, nodes, pairs)
	grown := heap() - before
	// 8 MB for the ring, queues and messages in flight.
	most := uint64(2*pairs*nodes*entry*11/10 + 8<<20)
	assert.Assert(t, grown <= most, "%d bytes, want at most %d", grown, most)
	assert.Assert(t, w.trace.Last()-w.trace.First() <= 1<<12)
	assert.Equal(t, len(w.mail.items), len(w.mail.free))
	assert.Equal(t, len(w.requests.items), len(w.requests.free))
	assert.Assert(t, len(w.mail.items) < 1000)
	assert.Assert(t, w.Waiting() < 10)
	for i := range w.nodes {
		assert.Equal(t, len(w.nodes[i].machine.View(0).Items[0].Values), 0)
		assert.Equal(t, w.nodes[i].unanswered, 0)
	}
	runtime.KeepAlive(w)
}

// BenchmarkMemoryPerEntry measures the memory of each entry in a world of five nodes, over
// at least a million pairs of put and pop.
func BenchmarkMemoryPerEntry(b *testing.B) {
	const nodes = 5
	pairs := max(b.N, 1_000_000)
	before := heap()
	w := putAndPop(b, nodes, pairs)
	grown := heap() - before
	b.ReportMetric(float64(grown)/float64(2*pairs), "B/entry")
	b.ReportMetric(float64(grown)/float64(2*pairs*nodes), "B/entry/node")
	runtime.KeepAlive(w)
}
