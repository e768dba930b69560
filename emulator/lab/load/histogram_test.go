package load

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

// Every bucket ends where the next begins, and is at most 1/128 wide.
func TestBuckets(t *testing.T) {
	for b := range buckets {
		top := topOf(b)
		assert.Equal(t, bucketOf(top), b)
		if b+1 < buckets {
			assert.Equal(t, bucketOf(top+1), b+1)
		}
		if b > 0 {
			least := topOf(b-1) + 1
			assert.Assert(t, (top-least)*sub <= least, "bucket %d holds %d to %d", b, least, top)
		}
	}
	assert.Equal(t, bucketOf(-1), 0)
	assert.Equal(t, bucketOf(1<<62), buckets-1)
}

// Quantiles are those of the sorted list, or at most 1/128 more.
func TestQuantile(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	quantiles := []float64{0, 0.001, 0.5, 0.9, 0.99, 0.999, 1}
	for _, n := range []int{1, 2, 3, 10, 1000, 100_000} {
		var h histogram
		var all []time.Duration
		for range n {
			d := time.Duration(random.Uint64() >> (22 + random.IntN(40)))
			all = append(all, d)
			h.add(d)
		}
		slices.Sort(all)
		for _, q := range quantiles {
			rank := 0
			for float64(rank+1) < q*float64(n) {
				rank++
			}
			exact, got := all[rank], h.quantile(q)
			assert.Assert(t, got >= exact && (got-exact)*sub <= exact, "%d durations, quantile %v: %d, want %d", n, q, got, exact)
		}
		assert.Equal(t, h.quantile(1), all[n-1])
	}
	var none histogram
	assert.Equal(t, none.quantile(0.5), time.Duration(0))
}
