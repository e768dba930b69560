package explore

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/bugs"
	"rrmq.example/emulator/raft"
)

// ErrOptions: what was asked for cannot be explored.
var ErrOptions = errors.New("cannot explore")

// Defaults of Options.
const (
	DefaultNodes   = 5
	DefaultRuns    = 1000
	DefaultSimTime = 10 * time.Second
	DefaultShrink  = 2000
)

// Bounds of Options. Raft's checks look at every pair of nodes.
const (
	MaxNodes   = 25
	MinSimTime = 100 * time.Millisecond
	MaxSimTime = 10 * time.Minute
)

// Options say what is explored. The zero value is DefaultRuns of new clusters with
// every kind of fault.
type Options struct {
	// Fixture is what every run starts from; its own scenario, if any, is left
	// out. nil: Nodes new nodes, in some runs with a past (see kinds.go, "state").
	Fixture *fixture.Fixture
	Nodes   int // without a Fixture; 0: DefaultNodes
	// Seed decides on all runs, together with their numbers.
	Seed uint64
	// Runs is how many there are; 0: DefaultRuns, or no end when there is a Duration.
	Runs int
	// Duration is the time on the wall after which no run is begun; 0: no end.
	Duration time.Duration
	// SimTime is how long a run lasts, by the cluster's own time; 0: DefaultSimTime.
	SimTime time.Duration
	// Kinds of faults that may occur; nil: all (KindNames).
	Kinds []string
	// Checks that count when they fail; nil: all (CheckNames). A planted bug often
	// fails a check of single steps, "trace", long before it does harm.
	Checks []string
	// Bug is planted in BugNodes (nil: in all); "": none.
	Bug      string
	BugNodes []raft.NodeID
	// Parallel is how many runs are done at once; 0: as many as there are CPUs.
	Parallel int
	// KeepGoing goes on after a failure.
	KeepGoing bool
	// Shrink is the most runs that making one failure small may take; 0:
	// DefaultShrink, negative: failures stay as they are.
	Shrink int
}

// complete fills in defaults and tells what is wrong. The error is an ErrOptions.
func (o Options) complete() (Options, error) {
	if o.Fixture != nil {
		o.Nodes = len(o.Fixture.Nodes)
	}
	o.Nodes = cmp.Or(o.Nodes, DefaultNodes)
	o.SimTime = cmp.Or(o.SimTime, DefaultSimTime)
	o.Shrink = cmp.Or(o.Shrink, DefaultShrink)
	if o.Duration == 0 {
		o.Runs = cmp.Or(o.Runs, DefaultRuns)
	}
	if o.Kinds == nil {
		o.Kinds = KindNames()
	}
	if o.Checks == nil {
		o.Checks = CheckNames()
	}
	if o.BugNodes == nil {
		for i := range o.Nodes {
			o.BugNodes = append(o.BugNodes, raft.NodeID(i))
		}
	}
	var wrong error
	switch {
	case o.Nodes < 1 || o.Nodes > MaxNodes:
		wrong = fmt.Errorf("%d nodes: want 1 to %d", o.Nodes, MaxNodes)
	case o.SimTime < MinSimTime || o.SimTime > MaxSimTime:
		wrong = fmt.Errorf("runs of %v: want %v to %v", o.SimTime, MinSimTime, MaxSimTime)
	case o.Runs < 0 || o.Duration < 0:
		wrong = errors.New("less than no runs: want 1 or more, or a duration")
	case o.Seed > syntax.MaxTerm:
		wrong = fmt.Errorf("seed %d: want 0 to %d", o.Seed, uint64(syntax.MaxTerm))
	}
	for _, name := range o.Kinds {
		if !slices.Contains(KindNames(), name) {
			wrong = fmt.Errorf("no kind of fault is called %q", name)
		}
	}
	for _, name := range o.Checks {
		if !slices.Contains(CheckNames(), name) {
			wrong = fmt.Errorf("no check is called %q", name)
		}
	}
	for _, id := range o.BugNodes {
		if id < 0 || int(id) >= o.Nodes {
			wrong = fmt.Errorf("a bug in node %d: the cluster has nodes 0 to %d", id, o.Nodes-1)
		}
	}
	if _, err := bugs.Find(o.Bug); err != nil {
		wrong = fmt.Errorf("%w; want one of %s", err, strings.Join(bugs.Names(), ", "))
	}
	if wrong != nil {
		return o, fmt.Errorf("%w: %w", ErrOptions, wrong)
	}
	return o, nil
}
