package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/lab/scenario"
)

// A job is one run of a scenario.
type job struct {
	*runCase
	seed   uint64
	repeat int    // from 1
	name   string // of its trace and its picture, without seed
}

// A pool runs jobs, several at once.
type pool struct {
	options *options
	jobs    []job
	began   time.Time

	mu      sync.Mutex // guards the rest
	next    int
	done    int
	failed  int // of those done
	ended   []bool
	results []scenario.Verdict
	errs    []error
}

func newPool(o *options, cases []runCase) *pool {
	p := &pool{options: o, began: time.Now()}
	names := map[string]int{}
	for i := range cases {
		c := &cases[i]
		name := fileName(c.fixture.Name)
		if names[name]++; names[name] > 1 {
			name = fmt.Sprintf("%s-%d", name, names[name])
		}
		seed := c.fixture.Seed
		if o.seed != nil {
			seed = *o.seed
		}
		for k := range o.repeat {
			p.jobs = append(p.jobs, job{c, seed + uint64(k), k + 1, name})
		}
	}
	p.ended = make([]bool, len(p.jobs))
	p.results = make([]scenario.Verdict, len(p.jobs))
	return p
}

// fileName turns a name into one that every file system takes.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-' {
			return r
		}
		return '_'
	}, name)
}

// run runs the jobs until they are done, the context ends, something outside of them goes
// wrong or, with failFast, one fails. It returns the verdicts in order.
func (p *pool) run(ctx context.Context) ([]scenario.Verdict, error) {
	inner, stop := context.WithCancel(ctx)
	defer stop()
	var workers sync.WaitGroup
	for range min(p.options.parallel, len(p.jobs)) {
		workers.Go(func() {
			for {
				i, ok := p.take(inner)
				if !ok {
					return
				}
				verdict, err := p.runJob(inner, &p.jobs[i])
				// A run that failFast cuts short has no verdict.
				if inner.Err() == nil || ctx.Err() != nil || verdict.Status != scenario.Undecided {
					p.put(i, verdict, err)
				}
				if err != nil || p.options.failFast && verdict.Status == scenario.Failed {
					stop()
				}
			}
		})
	}
	workers.Wait()
	var verdicts []scenario.Verdict
	for i, v := range p.results {
		if p.ended[i] {
			verdicts = append(verdicts, v)
		}
	}
	return verdicts, errors.Join(p.errs...)
}

// take returns the next job.
func (p *pool) take(ctx context.Context) (int, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if ctx.Err() != nil || p.next == len(p.jobs) {
		return 0, false
	}
	p.next++
	return p.next - 1, true
}

func (p *pool) put(i int, v scenario.Verdict, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended[i], p.results[i] = true, v
	p.done++
	if v.Status == scenario.Failed {
		p.failed++
	}
	if err != nil {
		p.errs = append(p.errs, err)
	}
}

// line says how far the pool is.
func (p *pool) line() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return fmt.Sprintf("%d of %d runs done, %d failed, %.0f s", p.done, len(p.jobs), p.failed, time.Since(p.began).Seconds())
}

// unfinished is the number of jobs that have not started or not ended.
func (p *pool) unfinished() int {
	n := 0
	for i := range p.jobs {
		if !p.ended[i] || p.results[i].Status == scenario.Undecided {
			n++
		}
	}
	return n
}

// runJob runs a job. Its error is about anything but the scenario itself.
func (p *pool) runJob(ctx context.Context, j *job) (v scenario.Verdict, err error) {
	o := scenario.Options{
		File: j.file, Seed: &j.seed, Real: p.options.real(), Repeat: j.repeat, Repeats: p.options.repeat,
	}
	var trace *os.File
	if p.options.traces != "" {
		if trace, err = traceFile(p.options.traces, j.name, j.seed); err != nil {
			return p.undecided(j, err), err
		}
		o.Trace = trace
	}
	var recorder *history.Recorder
	if p.options.pictures != "" {
		recorder = history.NewRecorder()
		o.Monitors = append(o.Monitors, recorder)
	}
	defer func() {
		// An invariant of the emulator is broken. That costs one run, not all reports.
		if broken := recover(); broken != nil {
			err = fmt.Errorf("%s with seed %d: the emulator is broken: %v\n%s", j.file, j.seed, broken, debug.Stack())
			v = p.undecided(j, fmt.Errorf("the emulator is broken: %v", broken))
		}
		if trace != nil {
			err = errors.Join(err, trace.Close())
		}
	}()
	v, err = scenario.Run(ctx, j.fixture, o)
	v.Command += p.options.bugs.Flags()
	if recorder != nil {
		err = errors.Join(err, draw(ctx, p.options.pictures, j.name, recorder, &v))
	}
	if err != nil {
		err = fmt.Errorf("%s with seed %d: %w", j.file, j.seed, err)
	}
	return v, err
}

// undecided is the verdict of a job that could not run.
func (p *pool) undecided(j *job, err error) scenario.Verdict {
	f := j.fixture
	return scenario.Verdict{
		Name: f.Name, File: j.file, Description: f.Description, Paper: f.Paper, Grade: f.Scenario.Grade,
		Seed: j.seed, Repeat: j.repeat, Repeats: p.options.repeat,
		Status: scenario.Undecided, Problem: err.Error(),
		Command: scenario.Command(j.file, j.seed, p.options.real()) + p.options.bugs.Flags(),
	}
}
