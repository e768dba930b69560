package world

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
)

// A random is a stream of numbers that follows from a seed. Each concern has a
// stream of its own, so that, say, a further fault rule does not change the
// election timeouts.
type random struct{ pcg *rand.PCG }

// Streams of a world; timers of node i have the stream timerStream + i.
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

// below gives a number in [0, n); 0 when n is 0.
func (r random) below(n uint64) uint64 {
	hi, _ := bits.Mul64(r.pcg.Uint64(), n)
	return hi
}

// between gives a duration in [lo, hi); lo when that is empty.
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
