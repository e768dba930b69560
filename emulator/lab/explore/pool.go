package explore

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/lab/scenario"
)

// A Summary is what came of many runs: those with the numbers 0 to Runs-1.
type Summary struct {
	Runs int
	// Failed is how many of them failed: one at most, without KeepGoing.
	Failed int
	// Failures are those that were the first to fail their check, in the order of
	// their numbers.
	Failures []Result
	Coverage Coverage
	WallTime time.Duration
	// Interrupted: the context ended before the last run.
	Interrupted bool
}

// fail takes note of a run that failed.
func (s *Summary) fail(r Result) {
	s.Failed++
	if !slices.ContainsFunc(s.Failures, func(f Result) bool { return f.Finding.Check == r.Finding.Check }) {
		s.Failures = append(s.Failures, r)
	}
}

// maxParallel bounds how many runs are done at once: more would only take memory.
const maxParallel = 1024

// A Watcher gets the summary of all runs so far after each run that counts. It may be
// nil.
type Watcher func(s *Summary)

// Explore runs the schedules, several at once, until one fails, or all are done, or
// the time is up, or the context ends. It returns the summary of the runs up to then.
// The runs do not depend on Parallel; with a Duration, and after an interrupt, only
// their number does. The error is as of Run.
func Explore(ctx context.Context, o Options, watch Watcher) (*Summary, error) {
	o, err := o.complete()
	if err != nil {
		return &Summary{}, err
	}
	began := time.Now()
	inner, stop := context.WithCancel(ctx)
	defer stop()
	p := &pool{options: &o, results: map[int]outcome{}, wake: make(chan struct{}, 1)}
	parallel := o.Parallel
	if parallel <= 0 {
		parallel = runtime.GOMAXPROCS(0)
	}
	var workers sync.WaitGroup
	if o.Runs > 0 {
		parallel = min(parallel, o.Runs)
	}
	for range min(parallel, maxParallel) {
		workers.Go(func() {
			for !(o.Duration > 0 && time.Since(began) >= o.Duration) {
				run, ok := p.take(inner)
				if !ok {
					return
				}
				result, err := runOne(inner, &o, run)
				if !result.Failed() {
					result.Fixture = nil // nobody asks for it
				}
				p.put(run, outcome{result, err})
			}
		})
	}
	go func() {
		workers.Wait()
		close(p.wake)
	}()
	s, err := p.collect(ctx, began, stop, watch)
	s.WallTime = time.Since(began)
	return s, err
}

// A pool hands out the numbers of runs and takes in what came of them.
type pool struct {
	options *Options
	wake    chan struct{} // something came in; closed when nothing more will

	mu      sync.Mutex // guards the rest
	next    int
	results map[int]outcome // that are not collected yet
}

type outcome struct {
	result Result
	err    error
}

// take gives the next number.
func (p *pool) take(ctx context.Context) (int, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if ctx.Err() != nil || p.options.Runs > 0 && p.next == p.options.Runs {
		return 0, false
	}
	p.next++
	return p.next - 1, true
}

func (p *pool) put(run int, o outcome) {
	p.mu.Lock()
	p.results[run] = o
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default: // it is awake
	}
}

// get gives what came of a run, once.
func (p *pool) get(run int) (outcome, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	o, ok := p.results[run]
	delete(p.results, run)
	return o, ok
}

// collect takes the results in the order of their numbers, up to the last that
// counts, and has the workers stop there.
func (p *pool) collect(ctx context.Context, began time.Time, stop func(), watch Watcher) (*Summary, error) {
	s := &Summary{}
	over := false
	var failure error
	for awake := true; awake; {
		_, awake = <-p.wake
		for !over {
			o, ok := p.get(s.Runs)
			if !ok {
				break
			}
			switch {
			case o.err != nil:
				over, failure = true, o.err
			case o.result.Verdict.Status == scenario.Undecided && ctx.Err() != nil:
				over = true // it was cut short
			default:
				s.Runs++
				s.Coverage.add(&o.result.Coverage)
				s.WallTime = time.Since(began)
				if o.result.Failed() {
					s.fail(o.result)
					over = !p.options.KeepGoing
				}
				if watch != nil {
					watch(s)
				}
			}
			if over {
				stop()
			}
		}
	}
	s.Interrupted = ctx.Err() != nil && failure == nil && (s.Failed == 0 || p.options.KeepGoing) &&
		(p.options.Runs == 0 || s.Runs < p.options.Runs)
	return s, failure
}
