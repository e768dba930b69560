package explore

import (
	"context"
	"fmt"
	"runtime/debug"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/world"
)

// A Result is how one run came out.
type Result struct {
	Run      int
	Seed     uint64 // of the run, which its Fixture has too
	Fixture  *fixture.Fixture
	Verdict  scenario.Verdict
	Coverage Coverage
	// Finding is what failed first; the zero Finding when nothing did.
	Finding Finding
}

// Failed reports whether the run found something.
func (r *Result) Failed() bool { return r.Finding.Check != "" }

// Run makes the schedule of a run's number and runs it. The error is an ErrOptions,
// what scenario.Run gives, or that the emulator itself is broken; the context's end
// is not one, and then the Verdict is Undecided.
func Run(ctx context.Context, o Options, run int) (Result, error) {
	o, err := o.complete()
	if err != nil {
		return Result{}, err
	}
	return runOne(ctx, &o, run)
}

// runOne is Run with Options that are complete.
func runOne(ctx context.Context, o *Options, run int) (result Result, err error) {
	result = Result{Run: run, Seed: runSeed(o.Seed, run)}
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("run %d: the emulator is broken: %v\n%s", run, broken, debug.Stack())
		}
	}()
	result.Fixture = schedule(o, run)
	monitor := newCoverage(o.Nodes)
	result.Verdict, err = scenario.Run(ctx, result.Fixture, scenario.Options{Monitors: []world.Monitor{monitor}})
	result.Coverage = monitor.counts
	if err != nil {
		return result, fmt.Errorf("run %d: %w", run, err)
	}
	result.Finding = findingOf(&result.Verdict, o.Checks)
	return result, nil
}
