package world

import (
	"testing"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// fresh returns the configuration of n new nodes.
func fresh(n int) Config {
	c := Config{
		Seed:        1,
		Machine:     queue.Type,
		ElectionMin: DefaultElectionMin, ElectionMax: DefaultElectionMax, Heartbeat: DefaultHeartbeat,
		Nodes: make([]NodeConfig, n),
	}
	for i := range c.Nodes {
		c.Nodes[i].VotedFor = raft.None
	}
	return c
}

// led returns a configuration of n nodes that node 0 leads.
func led(n int) Config {
	c := fresh(n)
	for i := range c.Nodes {
		c.Nodes[i].Term = 1
	}
	c.Nodes[0].Role, c.Nodes[0].VotedFor = raft.Leader, 0
	return c
}

// BenchmarkReplication measures commands from their proposal to their application on the
// leader: five nodes, in batches of 64, without HTTP.
func BenchmarkReplication(b *testing.B) {
	w := New(led(5), nil)
	w.Do(0, queue.PutTopic.New("t"), nil)
	put := queue.PutMessage.New("t", "hello")
	pop := queue.PopMessage.New("t")
	answered := 0
	done := func(machine.Reply) { answered++ }
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; {
		for k := 0; k < 64 && i < b.N; k++ {
			if i%2 == 0 {
				w.Do(0, put, done)
			} else {
				w.Do(0, pop, done)
			}
			i++
		}
		w.RunUntil(w.Now() + time.Microsecond)
	}
	b.StopTimer()
	if answered != b.N {
		b.Fatalf("%d of %d commands were answered", answered, b.N)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commands/s")
}

// BenchmarkVirtualTime measures events of the world: five nodes, random delays, 5 % loss, a
// client that proposes every 5 ms, the trace on.
func BenchmarkVirtualTime(b *testing.B) {
	c := fresh(5)
	c.Faults = []fault.Rule{
		{Name: "loss", Drop: true, Probability: 0.05},
		{Name: "delay", DelayMin: 1 * time.Millisecond, DelayMax: 10 * time.Millisecond},
	}
	w := New(c, nil)
	put := queue.PutMessage.New("t", "hello")
	leader := raft.None
	done := func(r machine.Reply) { leader = r.Leader }
	b.ReportAllocs()
	b.ResetTimer()
	start := w.Steps()
	records := w.Trace().Last()
	for w.Steps()-start < uint64(b.N) {
		if leader == raft.None {
			leader = w.Leader()
		} else {
			w.Do(leader, put, done)
		}
		w.RunUntil(w.Now() + 5*time.Millisecond)
	}
	b.StopTimer()
	if w.Now() > time.Minute && w.View(0, 0).CommitIndex == 0 {
		b.Fatal("nothing was committed")
	}
	b.ReportMetric(float64(w.Steps()-start)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(w.Trace().Last()-records)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(w.Now())/float64(b.Elapsed()), "sim/real")
}

// BenchmarkAppendJSON measures the encoding of the records of a busy cluster.
func BenchmarkAppendJSON(b *testing.B) {
	k := newCluster(b, led(5))
	k.ask(0, putTopic("t"))
	for range 2000 {
		k.ask(0, queue.PutMessage.With("t", "hello"))
		k.run(500 * time.Microsecond)
	}
	var line []byte
	bytes := 0
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		line = k.records[i%len(k.records)].AppendJSON(line[:0])
		bytes += len(line)
	}
	b.ReportMetric(float64(bytes)/float64(b.N), "bytes/record")
}
