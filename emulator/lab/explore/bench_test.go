package explore

import (
	"context"
	"testing"

	"gotest.tools/v3/assert"
)

// BenchmarkExplore does runs of five nodes and ten seconds each with all checks, one
// at a time.
func BenchmarkExplore(b *testing.B) {
	o := complete(b, Options{})
	records := uint64(0)
	for run := 0; b.Loop(); run++ {
		r, err := runOne(context.Background(), o, run)
		assert.NilError(b, err)
		assert.Assert(b, !r.Failed(), "%v", r.Finding)
		for _, n := range r.Coverage.actions {
			records += n
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Minutes(), "runs/minute/core")
	b.ReportMetric(float64(records)/float64(b.N), "records/run")
}

// BenchmarkSchedule makes schedules only.
func BenchmarkSchedule(b *testing.B) {
	o := complete(b, Options{})
	for run := 0; b.Loop(); run++ {
		schedule(o, run)
	}
}
