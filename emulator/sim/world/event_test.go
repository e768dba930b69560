package world

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

// The event queue agrees with a sorted list.
func TestEventQueueSortsByTimeAndSequence(t *testing.T) {
	for seed := range uint64(100) {
		t.Run(fmt.Sprintf("Seed%d", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 5))
			data := make([]byte, 3000)
			for i := range data {
				data[i] = byte(random.Uint32())
			}
			playQueue(t, data)
		})
	}
	t.Run("ManyAtOnce", func(t *testing.T) {
		var q eventQueue
		for i := range uint32(5000) {
			q.push(7, 7, deliverEvent, 0, i)
		}
		for i := range uint32(5000) {
			assert.Equal(t, q.peek().ref, i)
			q.pop()
		}
		assert.Assert(t, q.peek() == nil)
	})
	t.Run("KeepsNoMemoryOfWhatIsDone", func(t *testing.T) {
		var q eventQueue
		q.push(0, 0, deliverEvent, 0, 0)
		for range 1_000_000 {
			q.push(0, 0, deliverEvent, 0, 0)
			q.pop()
		}
		assert.Equal(t, q.size(), 1)
		assert.Assert(t, cap(q.now) < 10_000, "room for %d events", cap(q.now))
	})
}

func FuzzEventQueue(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 250, 251, 252, 253})
	f.Fuzz(playQueue)
}

// playQueue makes the calls that the bytes encode, to a queue and to a simple one.
func playQueue(t *testing.T, data []byte) {
	var q eventQueue
	var model []event
	var now time.Duration
	sorted := func(e event) {
		model = append(model, e)
		slices.SortFunc(model, func(a, b event) int {
			if a.before(&b) {
				return -1
			}
			return 1
		})
	}
	for i, b := range data {
		ref := uint32(i)
		switch {
		case b < 60: // due now
			q.push(now, now, deliverEvent, 1, ref)
			sorted(event{at: now, seq: q.seq, ref: ref, node: 1})
		case b < 80: // due in the past
			q.push(now, now-time.Duration(b), timerEvent, 2, ref)
			sorted(event{at: now, seq: q.seq, ref: ref, node: 2, kind: timerEvent})
		case b < 130: // later
			q.push(now, now+time.Duration(b%8), storedEvent, 3, ref)
			sorted(event{at: now + time.Duration(b%8), seq: q.seq, ref: ref, node: 3, kind: storedEvent})
		case b < 140: // later, with an earlier place
			if seq := q.ticket(); b%2 == 0 {
				q.push(now, now, deliverEvent, 1, ref)
				sorted(event{at: now, seq: q.seq, ref: ref, node: 1})
				e := event{at: now + time.Duration(b%3), seq: seq, ref: ref}
				q.insert(e)
				sorted(e)
			}
		default: // the next one
			e := q.peek()
			if len(model) == 0 {
				assert.Assert(t, e == nil)
				continue
			}
			if *e != model[0] {
				t.Fatalf("after %d steps: %+v, want %+v", i, *e, model[0])
			}
			now = e.at
			q.pop()
			model = model[1:]
		}
		if q.size() != len(model) {
			t.Fatalf("after %d steps: size %d, want %d", i, q.size(), len(model))
		}
	}
}

func TestSlabReusesPlaces(t *testing.T) {
	var s slab[*int]
	values := [3]int{}
	a, b := s.put(&values[0]), s.put(&values[1])
	assert.Assert(t, a != b)
	assert.Assert(t, s.take(a) == &values[0])
	assert.Assert(t, s.items[a] == nil, "it lets go of what was taken")
	c := s.put(&values[2])
	assert.Equal(t, c, a, "places are used again")
	assert.Assert(t, s.take(b) == &values[1])
	assert.Assert(t, s.take(c) == &values[2])
	assert.Equal(t, len(s.items), 2)
}
