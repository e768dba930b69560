package systematic

import (
	"context"
	"fmt"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/tests/budget"
)

// The core keeps all properties in every schedule. The numbers of states are fixed,
// and symmetry divides them by at most 3!.
//
// Reference: Figure 3 of the paper.
func TestHealthyCoreKeepsAllProperties(t *testing.T) {
	b := DefaultBounds
	b.Depth = 10
	levels := map[bool][]int{
		false: {1, 1, 4, 13, 49, 188, 678, 2204, 6438, 17278, 42053},
		true:  {1, 3, 15, 64, 273, 1095, 4008, 13117, 38487, 103415, 252002},
	}
	for noSymmetry, want := range levels {
		t.Run(fmt.Sprintf("NoSymmetry=%t", noSymmetry), func(t *testing.T) {
			r, err := Explore(context.Background(), fixture.Fresh(3), Options{Bounds: b, NoSymmetry: noSymmetry})
			assert.NilError(t, err)
			assert.Assert(t, r.Violation == nil)
			assert.Equal(t, r.End, DepthBound)
			assert.DeepEqual(t, r.Levels, want)
		})
	}
	for depth, n := range levels[true] {
		assert.Assert(t, n >= levels[false][depth] && n <= 6*levels[false][depth])
	}
}

// The core keeps all properties within the default bounds.
func TestHealthyCoreWithinDefaultBounds(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some seconds")
	}
	b := DefaultBounds
	b.Depth = budget.Pick(13, b.Depth)
	r, err := Explore(context.Background(), fixture.Fresh(3), Options{Bounds: b, Workers: 2})
	assert.NilError(t, err)
	assert.Assert(t, r.Violation == nil)
	assert.Equal(t, r.End, DepthBound)
	assert.Equal(t, r.Depth, b.Depth)
	assert.Equal(t, r.States, budget.Pick(639_109, 3_174_291))
}

// A restarted node applies its entries again, which breaks no property.
func TestCrashedNodeAppliesAgain(t *testing.T) {
	f, err := fixture.Load("testdata/extra_entry.toml")
	assert.NilError(t, err)
	r, err := Explore(context.Background(), f, Options{
		Bounds: Bounds{Depth: 6, Term: 3, Log: 1, InFlight: 8, Heartbeats: 1, Crashes: 1},
	})
	assert.NilError(t, err)
	assert.Assert(t, r.Violation == nil)
	assert.Equal(t, r.End, DepthBound)
}

// A small space is explored until no choice leads to a new state.
func TestSmallSpaceIsExhausted(t *testing.T) {
	b := Bounds{Depth: 100, Term: 2, Log: 1, InFlight: 6, Requests: 1}
	r, err := Explore(context.Background(), fixture.Fresh(2), Options{Bounds: b})
	assert.NilError(t, err)
	assert.Equal(t, r.End, Exhausted)
	assert.Assert(t, r.Depth < 100 && r.Complete() == r.Depth && len(r.Levels) == r.Depth+1)
}

// The number of workers does not change the result.
func TestNumberOfWorkersMakesNoDifference(t *testing.T) {
	for _, bug := range []string{"", "vote_without_log", "commit_last_index"} {
		t.Run(bug, func(t *testing.T) {
			var first *Result
			for _, workers := range []int{1, 2, 5, 1 << 30} {
				b := DefaultBounds
				b.Depth, b.Requests = 10, 2
				r, err := Explore(context.Background(), fixture.Fresh(3), Options{
					Bounds: b, Workers: workers, MaxStates: 40_000, Bugs: []string{bug, bug, bug},
				})
				assert.NilError(t, err)
				if first == nil {
					first = r
				}
				assert.DeepEqual(t, r, first)
			}
			assert.Equal(t, first.Violation != nil, bug != "")
		})
	}
}

// MaxStates bounds the memory, and the result says which depth is complete.
func TestMaxStatesBoundsMemory(t *testing.T) {
	r, err := Explore(context.Background(), fixture.Fresh(3), Options{Bounds: DefaultBounds, MaxStates: 20_000})
	assert.NilError(t, err)
	assert.Equal(t, r.End, StatesBound)
	assert.Assert(t, r.States >= 20_000 && r.States < 60_000, "%d", r.States)
	assert.Equal(t, r.Complete(), r.Depth-1)
}

// An interrupted exploration returns what it knows.
func TestInterruptedSearchSaysHowFarItCame(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r, err := Explore(ctx, fixture.Fresh(3), Options{Bounds: DefaultBounds, Progress: func(s Stats) {
		if s.Depth == 9 {
			cancel()
		}
	}})
	assert.NilError(t, err)
	assert.Equal(t, r.End, Interrupted)
	assert.Equal(t, r.Depth, 9)
	assert.Equal(t, r.Complete(), 8)
}

// Explore refuses options that are not valid, with all reasons.
func TestErrorsNameAllProblems(t *testing.T) {
	_, err := Explore(context.Background(), fixture.Fresh(6), Options{
		Bounds: Bounds{Depth: 1, Term: 0, InFlight: 1, Crashes: 256}, Properties: []string{"liveness"},
		Bugs: []string{"", "", "", "", "", "vote_thrice"},
	})
	assert.ErrorIs(t, err, ErrBounds)
	for _, want := range []string{
		"the bound term is 0, want 1 to 255", "the bound crashes is 256, want 0 to 255",
		"fresh has 6 nodes, want at most 5", `no property is called "liveness"`, `node 5 has the bug "vote_thrice", which is not one of the core`,
	} {
		assert.ErrorContains(t, err, want)
	}
}

// BenchmarkExplore measures the states of three nodes found in a second.
func BenchmarkExplore(b *testing.B) {
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("Workers=%d", workers), func(b *testing.B) {
			states := 0
			for b.Loop() {
				r, err := Explore(context.Background(), fixture.Fresh(3), Options{Bounds: DefaultBounds, Workers: workers})
				assert.NilError(b, err)
				states += r.States
			}
			b.ReportMetric(float64(states)/b.Elapsed().Seconds(), "states/s")
		})
	}
}
