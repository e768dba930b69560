package invariant_test

import (
	"slices"
	"testing"
	"time"

	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// BenchmarkInvariants measures the cost of a Monitor: it takes turns with a run that has
// one and the same run without, and reports the median of the differences. VirtualTime
// takes events of five nodes with delays, loss and a client; Replication takes commands
// in batches of 64.
func BenchmarkInvariants(b *testing.B) {
	b.Run("VirtualTime", func(b *testing.B) { compare(b, virtualTime) })
	b.Run("Replication", func(b *testing.B) { compare(b, replication) })
}

// compare runs pairs of rounds of one length.
func compare(b *testing.B, begin func(...world.Monitor) func(n int)) {
	const round = 20_000
	watched, plain := begin(invariant.New()), begin()
	watched(round)
	plain(round)
	var with, without, ratios []float64
	b.ResetTimer()
	for range max(b.N/round, 11) {
		t := time.Now()
		plain(round)
		p := time.Since(t)
		t = time.Now()
		watched(round)
		m := time.Since(t)
		without = append(without, float64(p)/round)
		with = append(with, float64(m)/round)
		ratios = append(ratios, float64(m)/float64(p))
	}
	b.ReportMetric(median(without), "ns-without")
	b.ReportMetric(median(with), "ns-with")
	b.ReportMetric(100*(median(ratios)-1), "%-slower")
	b.ReportMetric(0, "ns/op")
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

// virtualTime returns a function that takes n events.
func virtualTime(monitors ...world.Monitor) func(int) {
	c := fixture.Fresh(5).Config()
	c.Faults = []fault.Rule{
		{Name: "loss", Drop: true, Probability: 0.05},
		{Name: "delay", DelayMin: 1 * time.Millisecond, DelayMax: 10 * time.Millisecond},
	}
	w := world.New(c, nil, monitors...)
	put := queue.PutMessage.New("t", "hello")
	leader := raft.None
	done := func(r machine.Reply) { leader = r.Leader }
	return func(n int) {
		for end := w.Steps() + uint64(n); w.Steps() < end; {
			if leader == raft.None {
				leader = w.Leader()
			} else {
				w.Do(leader, put, done)
			}
			w.RunUntil(w.Now() + 5*time.Millisecond)
		}
	}
}

// replication returns a function that commits n commands.
func replication(monitors ...world.Monitor) func(int) {
	c := fixture.Fresh(5).Config()
	for i := range c.Nodes {
		c.Nodes[i].Term = 1
	}
	c.Nodes[0].Role, c.Nodes[0].VotedFor = raft.Leader, 0
	w := world.New(c, nil, monitors...)
	w.Do(0, queue.PutTopic.New("t"), nil)
	put := queue.PutMessage.New("t", "hello")
	pop := queue.PopMessage.New("t")
	return func(n int) {
		for i := 0; i < n; i += 64 {
			for range 32 {
				w.Do(0, put, nil)
				w.Do(0, pop, nil)
			}
			w.RunUntil(w.Now() + time.Microsecond)
		}
	}
}
