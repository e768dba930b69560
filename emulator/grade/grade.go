package grade

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/fixture"
)

// A Scenario is one scenario to run.
type Scenario struct {
	File    string // as the command line finds it again
	Fixture *fixture.Fixture
	Command string // repeats the scenario alone
}

// A Job is one run of a scenario.
type Job struct {
	*Scenario
	Dir   string // a fresh copy of the submission
	Run   int    // from 1
	Runs  int    // at least; more if runs have to be repeated
	Alone bool   // nothing else runs meanwhile
	// Hasty means that clusters of this size have not become ready for their scenarios again
	// and again, so that a run need not wait for that longer than the course's last limit.
	Hasty bool
	// Decided is set by Once when the run is over, so that the end of the context no longer
	// cuts it off.
	Decided bool
}

// Options control a grading.
type Options struct {
	Course    *course.Course
	Scenarios []Scenario
	// Copy makes a fresh copy of the submission.
	Copy func() (dir string, remove func() error, err error)
	// Once runs a scenario once. Its error reports a failure of the grader or its machine.
	Once func(context.Context, *Job) (scenario.Verdict, error)
	// Parallel is the number of scenarios that run at once, at least 1.
	Parallel int
	// Deadline is the time by which Run has returned; zero: none.
	Deadline time.Time
	// Changed, if not nil, sees all verdicts so far after each change. No two calls overlap.
	Changed func([]scenario.Verdict)
	// Progress, if not nil, says how far the grading is.
	Progress *Progress
	// Single runs each scenario once and takes what it shows.
	Single bool
}

// reserve is the time before the deadline at which runs are cut off, so that what they
// started can be ended and the reports written.
const reserve = 3 * time.Second

// maxFailures is the number of scenarios that may fail for the grader's own fault before the
// grading is given up.
const maxFailures = 3

// Why a grading ends early.
var (
	ErrBudget = errors.New("the budget of time was used up")
	errGaveUp = errors.New("given up after failures of the grader")
)

// Run grades a submission. See the package's contract.
func Run(ctx context.Context, o Options) ([]scenario.Verdict, error) {
	g := newGrading(o)
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	g.stop = stop
	if !o.Deadline.IsZero() {
		left := time.Until(o.Deadline)
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadlineCause(ctx, o.Deadline.Add(-max(0, min(reserve, left/10))), ErrBudget)
		defer cancel()
	}
	g.changed()
	for _, group := range g.groups() {
		for queue := group; len(queue) > 0 && ctx.Err() == nil; queue = g.released(group) {
			g.together(ctx, queue)
			g.oneByOne(ctx, queue)
		}
	}
	g.end(ctx)
	return g.verdicts(), errors.Join(g.errs...)
}

// A grading is the state of Run.
type grading struct {
	Options
	cases []*one
	stop  context.CancelCauseFunc

	telling sync.Mutex // calls of Changed

	mu       sync.Mutex // guards the rest, and the cases
	sizes    map[int]*size
	errs     []error
	failures int
	voids    int // runs in a row that were repeated alone and decided nothing again
}

// A one is one scenario with its runs.
type one struct {
	*Scenario
	runs    []run
	held    bool              // it waits until it is clear whether clusters of its size start at all
	stopped error             // why its runs were cut off
	like    *scenario.Verdict // it was not run, because this one shows that nothing starts
}

// A run is one run of a scenario.
type run struct {
	scenario.Verdict
	alone bool
	cut   bool // by the context
	fault bool // of the grader
}

// A size is what is known about clusters with a number of nodes.
type size struct {
	started bool              // at least one of them started
	failed  *scenario.Verdict // of the first that did not
	sure    bool              // and it did not alone, either
	// unprepared counts runs in a row that did not get as far as the scenario's point.
	unprepared int
}

func newGrading(o Options) *grading {
	g := &grading{Options: o, sizes: map[int]*size{}}
	for i := range o.Scenarios {
		s := &o.Scenarios[i]
		g.cases = append(g.cases, &one{Scenario: s})
		if n := s.nodes(); g.sizes[n] == nil {
			g.sizes[n] = &size{}
		}
	}
	if o.Progress != nil {
		o.Progress.begin(len(g.cases))
	}
	return g
}

func (s *Scenario) nodes() int { return len(s.Fixture.Nodes) }

// wanted is the number of runs of a scenario, if none has to be repeated.
func (g *grading) wanted(c *one) int {
	if g.Single {
		return 1
	}
	return max(1, c.Fixture.Scenario.Grade.Runs)
}

// groups splits the scenarios by parts, in their order, or, with a deadline, into rounds with
// scenarios of all parts. Each group is decided before the next begins. So a deadline cuts off
// a little of each part, and no part is without a verdict.
func (g *grading) groups() [][]*one {
	parts := g.parts()
	if g.Deadline.IsZero() {
		return parts
	}
	var mixed []*one
	for i := range len(g.cases) {
		for _, part := range parts {
			if i < len(part) {
				mixed = append(mixed, part[i])
			}
		}
	}
	return slices.Collect(slices.Chunk(mixed, max(2*g.Parallel, len(parts), 1)))
}

// parts splits the scenarios by parts, in their order.
func (g *grading) parts() [][]*one {
	var groups [][]*one
	at := map[string]int{}
	for _, c := range g.cases {
		part := c.Fixture.Scenario.Grade.Part
		i, ok := at[part]
		if !ok {
			i = len(groups)
			at[part] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], c)
	}
	return groups
}

// together runs scenarios, several at once.
func (g *grading) together(ctx context.Context, queue []*one) {
	next := make(chan *one)
	var workers sync.WaitGroup
	for range min(max(g.Parallel, 1), len(queue)) {
		workers.Go(func() {
			for c := range next {
				g.first(ctx, c, len(queue) == 1 || g.Parallel == 1)
			}
		})
	}
	for _, c := range queue {
		if ctx.Err() != nil {
			break
		}
		next <- c
	}
	close(next)
	workers.Wait()
}

// first does the runs of a scenario that nothing makes necessary, up to the first that
// decides the scenario or has to be repeated.
func (g *grading) first(ctx context.Context, c *one, alone bool) {
	if ctx.Err() != nil || g.hold(c) {
		return
	}
	for range g.wanted(c) {
		kind := g.once(ctx, c, alone)
		if ctx.Err() != nil || !isClear(kind) {
			break
		}
	}
	g.changed()
}

// hold reports whether a scenario has to wait, or is decided without a run, because clusters
// of its size may not start at all.
func (g *grading) hold(c *one) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	s := g.sizes[c.nodes()]
	if s.started || s.failed == nil || g.Single {
		return false
	}
	if c.held = !s.sure; s.sure {
		c.like = s.failed
		g.Progress.done(course.NotStarted)
	}
	return true
}

// released returns the scenarios of a group that need not wait any longer.
func (g *grading) released(group []*one) []*one {
	g.mu.Lock()
	defer g.mu.Unlock()
	var free []*one
	for _, c := range group {
		if !c.held {
			continue
		}
		c.held = false
		free = append(free, c)
		if s := g.sizes[c.nodes()]; !s.sure {
			s.failed = nil // another one of them finds out
		}
	}
	return free
}

// oneByOne repeats scenarios alone whose runs do not count yet.
func (g *grading) oneByOne(ctx context.Context, queue []*one) {
	for _, c := range queue {
		for ctx.Err() == nil && g.needsAnother(c) {
			g.once(ctx, c, true)
			g.changed()
		}
		g.conclude(c)
	}
}

// needsAnother reports whether a scenario has to run once more, alone.
func (g *grading) needsAnother(c *one) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(c.runs) == 0 || g.Single {
		return false
	}
	t := count(c.runs)
	if t.onlyVoid() && g.voids >= maxVoids {
		return false
	}
	return t.open(g.wanted(c))
}

// conclude notes what a scenario's runs say about clusters of its size.
func (g *grading) conclude(c *one) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(c.runs) == 0 {
		return
	}
	v := g.verdict(c)
	kind := kindOf(&v)
	g.Progress.done(kind)
	if s := g.sizes[c.nodes()]; kind == course.NotStarted && !s.started {
		s.sure = true
	}
	if t := count(c.runs); t.onlyVoid() && len(c.runs) > 1 {
		g.voids++
	} else if !t.onlyVoid() {
		g.voids = 0
	}
}

// once runs a scenario once and notes the result.
func (g *grading) once(ctx context.Context, c *one, alone bool) course.Kind {
	g.mu.Lock()
	job := &Job{Scenario: c.Scenario, Run: len(c.runs) + 1, Runs: g.wanted(c), Alone: alone, Hasty: g.sizes[c.nodes()].unprepared >= maxUnprepared}
	g.mu.Unlock()
	g.Progress.running(c.Fixture.Name, alone)
	began := time.Now()
	v, err := g.copied(ctx, job)
	v.WallTime = max(v.WallTime, time.Since(began))
	if err != nil && v.Problem == "" {
		v.Problem = err.Error()
	}
	g.Progress.stopped(c.Fixture.Name)
	g.mu.Lock()
	defer g.mu.Unlock()
	r := run{Verdict: v, alone: alone, cut: ctx.Err() != nil && !job.Decided, fault: err != nil}
	if r.cut {
		c.stopped = context.Cause(ctx)
	} else if err != nil {
		g.errs = append(g.errs, fmt.Errorf("%s: %w", c.Fixture.Name, err))
		if g.failures++; g.failures >= maxFailures {
			g.stop(errGaveUp)
		}
	}
	c.runs = append(c.runs, r)
	kind := r.kind()
	g.sizes[c.nodes()].learn(kind, &v)
	return kind
}

// learn notes what a run says about clusters of a size.
func (s *size) learn(kind course.Kind, v *scenario.Verdict) {
	switch kind {
	case course.Undecided:
		return
	case course.NotStarted:
		if s.failed == nil {
			s.failed = v
		}
	default:
		s.started = true
	}
	if kind == course.Unprepared {
		s.unprepared++
	} else {
		s.unprepared = 0
	}
}

// copied runs a scenario in a fresh copy.
func (g *grading) copied(ctx context.Context, job *Job) (v scenario.Verdict, err error) {
	var remove func() error
	if job.Dir, remove, err = g.Copy(); err != nil {
		return undecided(job.Scenario, err.Error()), err
	}
	defer func() {
		// An invariant of the grader is broken. That costs one run, not all reports.
		if broken := recover(); broken != nil {
			err = fmt.Errorf("the grader is broken: %v\n%s", broken, debug.Stack())
			v = undecided(job.Scenario, fmt.Sprintf("the grader is broken: %v", broken))
		}
		err = errors.Join(err, remove())
	}()
	return g.Once(ctx, job)
}

// end gives a reason to what was not reached.
func (g *grading) end(ctx context.Context) {
	g.mu.Lock()
	for _, c := range g.cases {
		if len(c.runs) == 0 && c.like == nil {
			c.stopped = context.Cause(ctx)
		}
	}
	g.mu.Unlock()
	g.changed()
}

// changed passes all verdicts on, for a report on the way.
func (g *grading) changed() {
	if g.Changed == nil {
		return
	}
	g.telling.Lock()
	defer g.telling.Unlock()
	g.Changed(g.verdicts())
}

// verdicts returns a verdict for each scenario, as far as it is known.
func (g *grading) verdicts() []scenario.Verdict {
	g.mu.Lock()
	defer g.mu.Unlock()
	all := make([]scenario.Verdict, len(g.cases))
	for i, c := range g.cases {
		all[i] = g.verdict(c)
	}
	return all
}
