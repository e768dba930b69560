package world

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
)

// A random is a stream of numbers that follows from a seed. Each concern has its own
// stream: a further fault rule, for example, does not change the election timeouts.
type random struct{ pcg *rand.PCG }

// The streams of a world. The timers of node i have the stream timerStream + i.
const (
	networkStream uint64 = iota
	idStream
	timerStream
)

func newRandom(seed, stream uint64) random {
	// The golden ratio spreads neighbouring streams and seeds apart.
	const spread = 0x9e3779b97f4a7c15
	return random{rand.NewPCG(seed*spread+stream, (stream+1)*spread^seed)}
}

// A Stream is a place in a stream of random numbers; the zero Stream is its beginning.
type Stream [2]uint64

// Streams has the places of a world's streams.
type Streams struct {
	// Seed is the world's seed. If the Config has a different one, the places are ignored
	// and all streams start at their beginnings.
	Seed    uint64
	Network Stream
	Timers  []Stream // by node; nil: all at their beginnings
}

// pcgMark begins the binary form of a rand.PCG. The two words of its state
// follow it.
const pcgMark = "pcg:"

// place returns the stream's place.
func (r random) place() Stream {
	b, _ := r.pcg.MarshalBinary() // it never fails
	b = b[len(pcgMark):]
	return Stream{binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])}
}

// placeSince is place, but returns the zero Stream if the place is still that of begin.
func (r random) placeSince(begin random) Stream {
	if p := r.place(); p != begin.place() {
		return p
	}
	return Stream{}
}

// goOn moves the stream to a place.
func (r random) goOn(s Stream) {
	if s == (Stream{}) {
		return
	}
	b := binary.BigEndian.AppendUint64([]byte(pcgMark), s[0])
	if err := r.pcg.UnmarshalBinary(binary.BigEndian.AppendUint64(b, s[1])); err != nil {
		panic(err) // it has the form that place reads
	}
}

// below draws a number from [0, n), or returns 0 when n is 0.
func (r random) below(n uint64) uint64 {
	hi, _ := bits.Mul64(r.pcg.Uint64(), n)
	return hi
}

// between draws a duration from [lo, hi), or returns lo when that is empty.
func (r random) between(lo, hi time.Duration) time.Duration {
	if hi <= lo {
		return lo
	}
	return lo + time.Duration(r.below(uint64(hi-lo)))
}

// chance is true with probability p.
func (r random) chance(p float64) bool {
	return float64(r.pcg.Uint64()>>11)/(1<<53) < p
}

// id draws a random (version 4) UUID.
func (r random) id() uuid.UUID {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], r.pcg.Uint64())
	binary.BigEndian.PutUint64(id[8:], r.pcg.Uint64())
	id[6] = id[6]&0x0f | 0x40 // version 4
	id[8] = id[8]&0x3f | 0x80 // RFC 9562 variant
	return id
}
