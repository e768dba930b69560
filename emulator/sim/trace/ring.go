package trace

// DefaultSize is the number of records that a ring keeps.
const DefaultSize = 1 << 16

// A Ring holds the newest records of a world, up to a fixed number.
type Ring struct {
	ring   []Record
	size   int
	last   uint64
	place  int // of the next record, once the ring is full
	counts [NumKinds]uint64
}

// NewRing returns a ring for this many records; 0 means DefaultSize.
func NewRing(size int) *Ring {
	if size <= 0 {
		size = DefaultSize
	}
	return &Ring{size: size}
}

// Continue returns an empty ring for one record, whose next record has the number that the
// next one of t has.
func (t *Ring) Continue() *Ring { return &Ring{size: 1, last: t.last, counts: t.counts} }

// Next makes room for the next record, sets its Seq and Kind, and clears its Extra and Log.
// Its other fields keep their old values.
func (t *Ring) Next(k Kind) *Record {
	t.last++
	t.counts[k]++
	r := t.room()
	r.Seq, r.Kind, r.Extra, r.Log = t.last, k, Extra{}, nil
	return r
}

// room returns the place of the next record.
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

// Last returns the sequence number of the newest record, or 0 when there is none.
func (t *Ring) Last() uint64 { return t.last }

// First returns the sequence number of the oldest record still held, or Last+1 when there
// is none.
func (t *Ring) First() uint64 { return t.last - uint64(len(t.ring)) + 1 }

// At returns the record with this sequence number, which must be from First to Last. The
// record is valid until the world moves on.
func (t *Ring) At(seq uint64) *Record { return &t.ring[(seq-1)%uint64(t.size)] }

// Count returns the number of records of a kind so far, including those no longer held.
func (t *Ring) Count(k Kind) uint64 {
	if k >= NumKinds {
		return 0
	}
	return t.counts[k]
}
