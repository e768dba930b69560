package explore

import (
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
)

// beginTiming gives the cluster other timers. Heartbeats come more often than
// elections, as the paper wants it (§5.6), but not by much.
func (r *rehearsal) beginTiming() {
	f := r.fixture
	f.ElectionMin = r.Span(40*time.Millisecond, 200*time.Millisecond)
	f.ElectionMax = f.ElectionMin + f.ElectionMin*time.Duration(r.Between(100, 130))/100
	f.ElectionMax = f.ElectionMax.Round(time.Millisecond)
	f.Heartbeat = max(f.ElectionMin/time.Duration(r.Between(2, 5)), 10*time.Millisecond).Round(time.Millisecond)
}

// beginStorage has writes take time: mostly little enough that elections still
// succeed where nothing else goes wrong (§5.6).
func (r *rehearsal) beginStorage() {
	f := r.fixture
	most := int((f.ElectionMax - f.ElectionMin) / slowestStorage / time.Millisecond)
	if r.Chance(0.3) {
		most = 50
	}
	f.StorageDelay = time.Duration(r.Between(1, max(most, 1))) * time.Millisecond
}

// slowestStorage is how many writes fit into the range of election timeouts where
// elections are to succeed.
const slowestStorage = 20

// beginLatency has every message take some time, a few of them much more.
func (r *rehearsal) beginLatency() {
	high := r.Span(time.Millisecond, 40*time.Millisecond)
	r.fixture.Faults = append(r.fixture.Faults, fault.Rule{
		Name: "latency", DelayMin: pick(r.dice, 0, time.Millisecond, high/2).Round(time.Millisecond), DelayMax: high,
	})
	if r.Chance(0.3) {
		r.fixture.Faults = append(r.fixture.Faults, fault.Rule{
			Name: "stragglers", DelayMin: high, DelayMax: 10 * high, Probability: 0.05,
		})
	}
}
