package load

import (
	"math"
	"math/bits"
	"time"
)

// A histogram counts durations in constant memory. It is exact below 128 ns and has
// 128 buckets for each doubling from there on, so that a bucket is never wider than
// 1/128 of its least duration.
type histogram struct {
	counts [buckets]uint64
	total  uint64
	max    time.Duration
}

const (
	subBits = 7 // 128 buckets for each doubling
	sub     = 1 << subBits
	// maxBits bounds the durations: 2^42 ns are 73 minutes. A longer one counts as
	// that long.
	maxBits = 42
	buckets = (maxBits - subBits + 1) * sub
)

// bucketOf returns the bucket of a duration.
func bucketOf(d time.Duration) int {
	v := uint64(min(max(d, 0), 1<<maxBits-1))
	if v < sub {
		return int(v)
	}
	shift := bits.Len64(v) - subBits - 1
	return (shift+1)*sub + int(v>>shift) - sub
}

// topOf returns the longest duration of a bucket.
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

// quantile returns the smallest duration that the fraction q of all durations does
// not exceed, or up to 1/128 more; 0 when there are none.
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
