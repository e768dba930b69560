package load

import (
	"math"
	"math/bits"
	"time"
)

// A histogram counts durations in buckets that grow with what they hold: exact
// below 128 ns, and from there on 128 buckets for each doubling, so that a
// bucket is never wider than 1/128 of the least that falls into it. It takes
// the same memory whatever is counted.
type histogram struct {
	counts [buckets]uint64
	total  uint64
	max    time.Duration
}

const (
	subBits = 7 // 128 buckets for each doubling
	sub     = 1 << subBits
	// maxBits bounds what is told apart: 2^42 ns are 73 minutes. What is longer
	// is counted as that long.
	maxBits = 42
	buckets = (maxBits - subBits + 1) * sub
)

// bucketOf is where a duration is counted.
func bucketOf(d time.Duration) int {
	v := uint64(min(max(d, 0), 1<<maxBits-1))
	if v < sub {
		return int(v)
	}
	shift := bits.Len64(v) - subBits - 1
	return (shift+1)*sub + int(v>>shift) - sub
}

// topOf is the longest duration that is counted in a bucket.
func topOf(bucket int) time.Duration {
	if bucket < sub {
		return time.Duration(bucket)
	}
	shift := bucket/sub - 1
	return time.Duration(uint64(bucket%sub+sub+1)<<shift - 1)
}

func (h *histogram) add(d time.Duration) {
	h.counts[bucketOf(d)]++
	h.total++
	h.max = max(h.max, d)
}

// quantile is a duration that the fraction q of all durations does not exceed:
// the smallest such one, or up to 1/128 more. It is 0 when there are none.
func (h *histogram) quantile(q float64) time.Duration {
	rank := uint64(math.Ceil(q * float64(h.total)))
	rank = min(max(rank, 1), h.total)
	var seen uint64
	for i, n := range h.counts {
		if seen += n; n > 0 && seen >= rank {
			return min(topOf(i), h.max)
		}
	}
	return 0
}
