package trace

// DefaultSize is the number of records that a ring keeps.
const DefaultSize = 1 << 16

// A Ring holds the last records of a world: all of them at first, then a
// bounded number of the newest.
type Ring struct {
	ring   []Record
	size   int
	last   uint64
	place  int // of the record to come, once the ring is full
	counts [NumKinds]uint64
}

// NewRing makes one for so many records; 0 means DefaultSize.
func NewRing(size int) *Ring {
	if size <= 0 {
		size = DefaultSize
	}
	return &Ring{size: size}
}

// Next makes room for the next record, which is of this kind. Its other fields
// hold whatever they held before, except Seq.
func (t *Ring) Next(k Kind) *Record {
	t.last++
	t.counts[k]++
	r := t.room()
	r.Seq, r.Kind = t.last, k
	return r
}

// room gives the place of the record to come.
func (t *Ring) room() *Record {
	if len(t.ring) < t.size {
		t.ring = append(t.ring, Record{})
		return &t.ring[len(t.ring)-1]
	}
	r := &t.ring[t.place]
	t.place++
	if t.place == t.size {
		t.place = 0
	}
	return r
}

// Last is the sequence number of the newest record, 0 when there is none.
func (t *Ring) Last() uint64 { return t.last }

// First is the sequence number of the oldest record still held, Last+1 when
// there is none.
func (t *Ring) First() uint64 { return t.last - uint64(len(t.ring)) + 1 }

// At gives the record with this sequence number, which must be one from First
// to Last. It is good until the world moves on.
func (t *Ring) At(seq uint64) *Record { return &t.ring[(seq-1)%uint64(t.size)] }

// Count is the number of records of a kind so far, those no longer held
// included.
func (t *Ring) Count(k Kind) uint64 {
	if k >= NumKinds {
		return 0
	}
	return t.counts[k]
}
