package world

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
	"rrmq.example/emulator/tests/budget"
)

// A world from a Saved makes the records that the saved world made, byte for byte, and ends
// in the same state. The saved world goes on as if it had never been saved.
func TestSavedWorldRepeatsTheOriginal(t *testing.T) {
	seeds := budget.Pick[uint64](100, 1000)
	waiting := 0
	for seed := range seeds {
		t.Run(fmt.Sprintf("Seed%d", seed), func(t *testing.T) {
			play := func(save func(*World)) *storm {
				random := rand.New(rand.NewPCG(seed, 11))
				s := &storm{cluster: newCluster(t, stormConfig(random)), random: random, forge: seed%2 == 0, kinds: seed%3 == 0}
				s.play(1 + random.IntN(80))
				save(s.World)
				s.play(80)
				return s
			}
			var saved *Saved
			var at uint64
			s := play(func(w *World) {
				saved, at = w.Save(), w.Trace().Last()
				for i := range w.nodes {
					waiting += w.nodes[i].waitingRequests()
				}
			})
			assert.Equal(t, saved.Last(), at)
			untouched := play(func(*World) {})
			sameTrace(t, s.encoded(), untouched.encoded())

			for range 2 { // the first leaves the Saved as it was
				var made []byte
				w := saved.World(func(r *trace.Record) { made = append(r.AppendJSON(made), '\n') })
				var want []byte
				for i := range s.records[at:] {
					r := &s.records[at:][i]
					want = append(r.AppendJSON(want), '\n')
					if r.Kind.IsInput() {
						assert.NilError(t, w.Repeat(r))
					}
				}
				assert.NilError(t, w.CatchUp(s.Steps(), s.Now()))
				sameTrace(t, made, want)
				for id := range raft.NodeID(s.Nodes()) {
					assert.Assert(t, reflect.DeepEqual(w.View(id, 1<<30), s.View(id, 1<<30)))
				}
				assert.DeepEqual(t, w.Rules(), s.Rules())
				assert.Assert(t, reflect.DeepEqual(w.Freeze(), s.Freeze()))
			}
		})
	}
	assert.Assert(t, waiting > int(seeds)/20, "only %d requests waited", waiting)
}

// An empty slab gives the memory of a storm back.
func TestSlabGivesMemoryBack(t *testing.T) {
	var s slab[int]
	var refs []uint32
	for i := range keptPlaces + 1 {
		refs = append(refs, s.put(i))
	}
	for i, ref := range refs {
		assert.Equal(t, s.take(ref), i)
	}
	assert.Equal(t, cap(s.items)+cap(s.free), 0)
	assert.Equal(t, s.take(s.put(7)), 7)
}

func BenchmarkSave(b *testing.B) {
	for _, entries := range []int{0, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("%dEntries", entries), func(b *testing.B) {
			w := New(led(5), nil)
			w.RunUntil(time.Second)
			w.Do(0, queue.PutTopic.New("t"), nil)
			w.RunUntil(w.Now())
			for range entries {
				w.Do(0, queue.PutMessage.New("t", "hello"), nil)
				w.RunUntil(w.Now())
			}
			for b.Loop() {
				w.Save()
			}
		})
	}
}
