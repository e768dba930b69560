package invariant

import (
	"math/rand/v2"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

func TestMarksAnswerAsAllMarksWould(t *testing.T) {
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 1))
		var some marks
		var every []mark
		for range 20 {
			m := mark{raft.Term(random.IntN(8)), entryID{raft.Index(1 + random.IntN(12)), 1}}
			some.add(m)
			every = append(every, m)
		}
		for k := 1; k < len(some); k++ {
			assert.Assert(t, some[k].by > some[k-1].by && some[k].index > some[k-1].index, "%v", some)
		}
		for by := range raft.Term(10) {
			want := raft.Index(0)
			for _, m := range every {
				if m.by < by {
					want = max(want, m.index)
				}
			}
			got, ok := some.before(by)
			assert.Equal(t, ok, want > 0)
			assert.Equal(t, got.index, want, "seed %d, before term %d", seed, by)
		}
	}
}

func TestPlacesKeepTheCommittedOrLatestEntryInFront(t *testing.T) {
	var p places
	p.forget()
	a, b := queue.PutTopic.New("a"), queue.PutTopic.New("b")
	again := *a
	assert.Assert(t, p.put(1, place{1, 0, a}, 0) == nil)
	assert.Assert(t, p.put(1, place{1, 0, &again}, 0) == nil, "an equal command is the same one")
	assert.Equal(t, p.put(1, place{1, 0, b}, 0).command, a)
	assert.Equal(t, p.put(1, place{1, 1, a}, 0).before, raft.Term(0))

	assert.Assert(t, p.put(1, place{3, 0, b}, 0) == nil)
	assert.Equal(t, p.first[0].term, raft.Term(3))
	assert.Assert(t, p.put(1, place{1, 0, a}, 0) == nil)
	assert.Equal(t, p.put(1, place{1, 0, b}, 0).command, a, "it is known still")

	p.toFront(1, 1)
	assert.Equal(t, p.first[0].term, raft.Term(1))
	assert.Assert(t, p.put(1, place{4, 0, b}, 1) == nil)
	assert.Equal(t, p.first[0].term, raft.Term(1), "what is committed stays")
	assert.Equal(t, p.put(1, place{3, 0, a}, 1).command, b)
	assert.Equal(t, p.put(1, place{4, 0, a}, 1).command, b)
}
