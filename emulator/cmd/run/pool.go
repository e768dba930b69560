package run

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/emulator/text/outfile"
)

// A job is one run of a scenario.
type job struct {
	*poolCase
	seed   uint64
	repeat int // from 1
}

// A poolCase is a scenario with the results of its runs.
type poolCase struct {
	*runCase
	name    string // of its traces and pictures, without seed; "" for none
	first   uint64 // the seed of its first run
	results report.Collector
}

// A pool runs all scenarios, several runs at once.
type pool struct {
	options *options
	cases   []poolCase // in the order of the files
	good    []*poolCase
	total   int // runs
	began   time.Time

	mu     sync.Mutex // guards the rest, and the results of cases
	next   int        // run: all of a case before those of the next case
	done   int
	failed int // of those done
	ended  int // of those done, without those that were interrupted
	errs   []error
}

func newPool(o *options, cases []runCase) *pool {
	p := &pool{options: o, began: time.Now(), cases: make([]poolCase, len(cases))}
	names := map[string]bool{}
	for i := range cases {
		c := &p.cases[i]
		c.runCase = &cases[i]
		if c.bad != nil {
			c.results.Add(c.badVerdict())
			continue
		}
		if o.sees(c.runCase) {
			c.name = unused(names, text.FileName(c.fixture.Name))
		}
		c.first = c.fixture.Seed
		if o.seed != nil {
			c.first = *o.seed
		}
		p.good = append(p.good, c)
	}
	p.total = len(p.good) * o.repeat
	return p
}

// unused returns a file name that has not been used yet, also where capitals make no
// difference.
func unused(used map[string]bool, name string) string {
	free := name
	for n := 2; used[strings.ToLower(free)]; n++ {
		free = fmt.Sprintf("%s-%d", name, n)
	}
	used[strings.ToLower(free)] = true
	return free
}

// run runs the jobs until they are done, the context ends, something outside of them goes
// wrong or, with failFast, one fails. It returns the verdicts in order.
func (p *pool) run(ctx context.Context) ([]scenario.Verdict, error) {
	inner, stop := context.WithCancel(ctx)
	defer stop()
	var workers sync.WaitGroup
	for range min(p.options.parallel, p.total) {
		workers.Go(func() {
			for {
				j, ok := p.take(inner)
				if !ok {
					return
				}
				verdict, err := p.runJob(inner, &j)
				p.put(ctx, &j, verdict, err)
				if err != nil || p.options.failFast && p.shownFailure(&j, &verdict) {
					stop()
				}
			}
		})
	}
	workers.Wait()
	p.putUnreached(ctx)
	var verdicts []scenario.Verdict
	for i := range p.cases {
		verdicts = append(verdicts, p.cases[i].results.Verdicts()...)
	}
	return verdicts, errors.Join(p.errs...)
}

// take returns the next job.
func (p *pool) take(ctx context.Context) (job, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if ctx.Err() != nil || p.next == p.total {
		return job{}, false
	}
	j := p.job(p.next)
	p.next++
	return j, true
}

func (p *pool) job(i int) job {
	c, k := p.good[i/p.options.repeat], i%p.options.repeat
	return job{c, c.first + uint64(k), k + 1}
}

func (p *pool) put(ctx context.Context, j *job, v scenario.Verdict, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at, ok := strings.CutPrefix(v.Problem, "interrupted"); ok && v.Interrupted {
		v.Problem = p.stopped(ctx) + at
	}
	j.results.Add(v)
	p.done++
	if p.shownFailure(j, &v) {
		p.failed++
	}
	if !v.Interrupted {
		p.ended++
	}
	if err != nil {
		p.errs = append(p.errs, p.options.conceal(j.runCase, err))
	}
}

// shownFailure reports whether a job failed and the readers may know.
func (p *pool) shownFailure(j *job, v *scenario.Verdict) bool {
	return v.Status == scenario.Failed && p.options.sees(j.runCase)
}

// putUnreached gives the runs that were not reached a verdict: one for those of a scenario.
func (p *pool) putUnreached(ctx context.Context) {
	for p.next < p.total {
		j := p.job(p.next)
		v := p.undecided(&j, p.stopped(ctx)+" before it began")
		v.Interrupted, v.Count = true, p.options.repeat-j.repeat+1
		j.results.Add(v)
		p.next += v.Count
	}
}

// stopped says why not all runs have ended.
func (p *pool) stopped(ctx context.Context) string {
	switch {
	case ctx.Err() != nil:
		return "interrupted"
	case len(p.errs) > 0:
		return "stopped after an error"
	}
	return "stopped after a failure"
}

// line says how far the pool is.
func (p *pool) line() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return fmt.Sprintf("%d of %d runs done, %d failed, %.0f s", p.done, p.total, p.failed, time.Since(p.began).Seconds())
}

// runJob runs a job. Its error is about anything but the scenario itself.
func (p *pool) runJob(ctx context.Context, j *job) (v scenario.Verdict, err error) {
	o := scenario.Options{
		File: j.file, Seed: &j.seed, Real: p.options.real(), Repeat: j.repeat, Repeats: p.options.repeat,
		Excerpt: p.options.reports.PlaysRuns() && p.options.sees(j.runCase),
	}
	var trace *outfile.LiveFile
	if p.options.traces != "" && j.name != "" {
		if trace, err = p.options.traceFile(j.name, j.seed); err != nil {
			return p.undecided(j, err.Error()), err
		}
		o.Trace = trace
	}
	var recorder *history.Recorder
	if p.options.pictures != "" && j.name != "" {
		recorder = history.NewRecorder()
		o.Monitors = append(o.Monitors, recorder)
	}
	defer func() {
		// An invariant of the emulator is broken. That costs one run, not all reports.
		if broken := recover(); broken != nil {
			err = fmt.Errorf("%s with seed %d: the emulator is broken: %v\n%s", j.file, j.seed, broken, debug.Stack())
			v = p.undecided(j, fmt.Sprintf("the emulator is broken: %v", broken))
		}
		if trace != nil {
			err = errors.Join(err, trace.Close())
		}
	}()
	v, err = scenario.Run(ctx, j.fixture, o)
	v.Command += p.options.bugs.Flags()
	if recorder != nil {
		err = errors.Join(err, p.options.draw(ctx, j.name, recorder, &v))
	}
	if err != nil {
		err = fmt.Errorf("%s with seed %d: %w", j.file, j.seed, err)
	}
	return v, err
}

// undecided is the verdict of a job that could not run.
func (p *pool) undecided(j *job, problem string) scenario.Verdict {
	f := j.fixture
	return scenario.Verdict{
		Name: f.Name, File: j.file, Description: f.Description, Paper: f.Paper, Grade: f.Scenario.Grade,
		Seed: j.seed, Repeat: j.repeat, Repeats: p.options.repeat,
		Status: scenario.Undecided, Problem: problem,
		Command: scenario.Command(j.file, j.seed, p.options.real()) + p.options.bugs.Flags(),
	}
}

// badVerdict is the verdict of a bad file.
func (c *runCase) badVerdict() scenario.Verdict {
	o := &c.outline
	return scenario.Verdict{
		Name: o.Name, File: c.file, Description: o.Description, Paper: o.Paper, Grade: o.Grade,
		Repeat: 1, Repeats: 1, Status: scenario.Error, Problem: c.bad.Error(),
		Command: scenario.CheckCommand(c.file),
	}
}
