package systematic

import (
	"context"
	"math"

	"rrmq.example/emulator/emulator/script/fixture"
)

// Stats say how far an exploration is.
type Stats struct {
	// States counts the distinct states, and Transitions the choices that led to a new
	// or a known state.
	States, Transitions int
	// Depth is the length of the longest schedules so far, and Frontier the number of
	// states at their ends.
	Depth, Frontier int
}

// An End says why an exploration ended.
type End uint8

// The ends.
const (
	Exhausted   End = iota // no state within the bounds leads to a new one
	DepthBound             // all schedules up to Bounds.Depth were followed; longer ones exist
	Violated               // a property does not hold
	StatesBound            // Options.MaxStates was reached
	Interrupted
)

var endNames = [...]string{"exhausted", "depth", "violated", "max_states", "interrupted"}

// String returns the name of the end in JSON output.
func (e End) String() string { return endNames[e] }

// A Result is what an exploration has found.
type Result struct {
	Stats
	End End
	// Levels counts the states by the length of the shortest schedule to them.
	Levels []int
	// Collision is the approximate probability that two states had the same hash, so
	// that one was not visited.
	Collision float64
	// Violation is the first one, with a shortest schedule; nil: none was found.
	Violation *Violation
}

// A candidate is a state that may be new, and how it was reached.
type candidate struct {
	fingerprint uint64
	place       uint32 // of the state before it, in the block
	choice      choice
}

// A stepBack leads from a state to the one before it.
type stepBack struct {
	parent uint32
	choice choice
}

// A shard holds the states whose fingerprints end alike.
type shard struct {
	visited visited
	fresh   []candidate // of this block
	next    frontier
}

// A finding is a violation at the end of a choice.
type finding struct {
	place  int    // of the state before it, in the block
	parent uint32 // that state's index
	choice choice
	wrong  *failure
}

type search struct {
	*cluster
	options Options
	stats   Stats
	shards  [shards]shard
	back    []stepBack
	walkers []*walker

	block  [][]uint32            // packed states
	tries  [][shards][]candidate // by chunk of the block
	counts []int                 // of transitions, by chunk
	found  []*finding            // by chunk
	wrongs [shards]*finding
}

// maxWorkers bounds the workers; more would only take memory.
const maxWorkers = 1024

// Explore visits all schedules from the fixture's state, within the bounds. It uses
// the fixture's nodes and ignores its times, faults and cuts, because any message
// may be late or lost. The error is ErrBounds.
func Explore(ctx context.Context, f *fixture.Fixture, o Options) (*Result, error) {
	m, first, err := begin(f, o)
	if err != nil {
		return nil, err
	}
	if o.MaxStates == 0 {
		o.MaxStates = DefaultMaxStates
	}
	s := &search{cluster: m, options: o}
	for range min(max(o.Workers, 1), maxWorkers) {
		s.walkers = append(s.walkers, m.walker())
	}
	return s.run(ctx, first), nil
}

// Complete is the length up to which all schedules were followed.
func (r *Result) Complete() int {
	if r.End == Exhausted || r.End == DepthBound {
		return r.Depth
	}
	return max(r.Depth-1, 0)
}

// run goes from level to level. A level holds the states one choice further from the
// first one.
func (s *search) run(ctx context.Context, first *state) *Result {
	w := s.walkers[0]
	f := w.fingerprint(first, w.sums)
	s.shards[f%shards].visited.add(f)
	s.back = append(s.back, stepBack{})
	s.stats.States = 1
	r := &Result{Levels: []int{1}}
	w.cluster.view(first, &w.view)
	if wrong := w.view.check(s.check); wrong != nil {
		r.End, r.Violation = Violated, s.violation(first, nil, wrong)
	}
	level := make([]frontier, shards)
	level[0].add(first)
	for r.Violation == nil {
		if s.stats.Depth == s.bounds.Depth {
			r.End = DepthBound
			break
		}
		before := s.stats.States
		s.stats.Depth++
		s.stats.Frontier = r.Levels[len(r.Levels)-1]
		found, end := s.expand(ctx, level)
		if n := s.stats.States - before; n > 0 {
			r.Levels = append(r.Levels, n)
		} else if found == nil {
			s.stats.Depth--
		}
		if found != nil {
			r.End, r.Violation = Violated, s.violation(first, found, found.wrong)
			break
		}
		if r.End = end; end != Exhausted || s.stats.States == before {
			break
		}
		for k := range s.shards {
			level[k], s.shards[k].next = s.shards[k].next, frontier{}
		}
	}
	s.stats.Frontier = r.Levels[len(r.Levels)-1]
	r.Stats = s.stats
	r.Collision = collision(r.States, len(s.renamings))
	return r
}

// collision approximates the probability that two of n states have the same
// fingerprint, which is the least of k hashes of 64 bits.
func collision(n, k int) float64 {
	pairs := float64(n) * float64(n-1) / 2
	perPair := float64(k) * float64(k) / float64(2*k-1) / math.Exp2(64)
	return -math.Expm1(-pairs * perPair)
}
