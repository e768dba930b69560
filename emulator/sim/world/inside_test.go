package world

import (
	"math/rand/v2"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
	"rrmq.example/emulator/tests/budget"
)

func TestStoredTermIsWhatACrashLeaves(t *testing.T) {
	lost := 0
	for seed := range budget.Pick[uint64](100, 300) {
		random := rand.New(rand.NewPCG(seed, 11))
		config := stormConfig(random)
		if config.StorageDelay == 0 {
			continue
		}
		s := &storm{cluster: newCluster(t, config), random: random}
		s.play(1 + random.IntN(60))
		for id := range raft.NodeID(s.Nodes()) {
			last := s.Log(id).LastIndex() + 5
			var terms []raft.Term
			var has []bool
			for i := range last {
				term, ok := s.StoredTerm(id, i)
				terms, has = append(terms, term), append(has, ok)
			}
			before := s.Log(id).LastIndex()
			s.change(fault.Change{Kind: fault.Crash, Node: id})
			assert.Assert(t, !s.Writing(id))
			if s.Log(id).LastIndex() != before {
				lost++
			}
			for i := range last {
				term, ok := s.Log(id).Term(i)
				assert.Equal(t, has[i], ok, "seed %d, node %d, index %d", seed, id, i)
				assert.Equal(t, terms[i], term, "seed %d, node %d, index %d", seed, id, i)
			}
		}
	}
	assert.Assert(t, lost > 10, "%d", lost)
}

func TestGivenCountsAppliedEntriesInOrder(t *testing.T) {
	c := newCluster(t, led(3))
	c.commit(0, putTopic("a"))
	c.commit(0, putTopic("b"))
	assert.Equal(t, c.Given(0), Given{Count: 2})
	n := &c.World.nodes[0]
	n.give(2, nil)
	assert.Equal(t, c.Given(0), Given{Count: 3, FirstOutOfOrder: 2})
	c.change(fault.Change{Kind: fault.Crash, Node: 0})
	assert.Equal(t, c.Given(0), Given{})
}
