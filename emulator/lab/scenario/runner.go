package scenario

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/bugs"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A runner is one run of a scenario.
type runner struct {
	target   Target
	fixture  *fixture.Fixture
	scenario *play.Scenario
	options  Options

	// mu guards the rest, because the target calls look while a task is done. It is not
	// held during calls of the target.
	mu     sync.Mutex
	view   View // during a call of look
	now    time.Duration
	last   uint64 // record of the trace
	events uint64
	limit  time.Duration
	// unprepared: it stopped before the cluster was in the state that it is about.
	unprepared bool
	chance     bool // it is unprepared because a node that it has chosen did not lead

	next     int              // index of the next step
	began    time.Duration    // when the previous step was done
	since    uint64           // the last record before that
	once     *condition.Watch // the conditions of the next step; nil: none
	task     *task            // for run to do
	doing    bool             // run is doing a task
	settling bool             // a step was done, and its effects are going on
	starting bool             // they are only that nodes start again, while clients go on
	changed  bool             // that step changed the cluster
	changes  []trace.Record   // of all steps, the newest trailLength
	names    map[string]raft.NodeID
	rules    map[string]bool // all rules that were ever set
	sendings []*sending
	again    []*sending      // of clients that ask again, at a time that the next look sets
	clients  int             // that may ask again
	patient  map[string]bool // the requests whose clients ask again
	answers  map[string][]condition.Answer
	answered uint64                   // changes with each answer
	sent     map[string]time.Duration // when the first request of a name was sent

	expects []*expectation
	open    int // undecided expectations with within
	over    bool
	status  Status // the meaning of problem
	problem string

	interrupted bool // by its context
}

// A task is one thing for the target to do.
type task struct {
	step    bool // it is the next step's
	changes []fault.Change
	calls   []Call
	message *raft.Message
}

func newRunner(target Target, f *fixture.Fixture, o Options) *runner {
	r := &runner{
		target: target, fixture: f, scenario: f.Scenario, options: o,
		limit:   f.Scenario.TimeLimit,
		names:   map[string]raft.NodeID{},
		rules:   map[string]bool{},
		answers: map[string][]condition.Answer{},
		sent:    map[string]time.Duration{},
		patient: map[string]bool{},
	}
	if r.limit <= 0 {
		r.limit = play.DefaultTimeLimit
	}
	for _, rule := range f.Faults {
		r.rules[rule.Name] = true
	}
	for i := range f.Scenario.Expects {
		e := newExpectation(&f.Scenario.Expects[i])
		r.expects = append(r.expects, e)
		if e.Kind == play.ExpectWithin {
			r.open++
		}
	}
	r.openWindows("", 0)
	r.awaitStep()
	return r
}

// run runs the scenario to its end. The error is the target's.
func (r *runner) run(ctx context.Context) error {
	for {
		err := r.target.Watch(ctx, r.until(), r.look)
		task, over := r.take()
		switch {
		case over:
			return nil
		case err == nil && task == nil:
			continue
		case err == nil:
			err = r.do(ctx, task)
		}
		if err != nil {
			return r.give(ctx, err)
		}
	}
}

// until is the latest time at which something is due, as far as is known. In real time it
// may have passed.
func (r *runner) until() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.settling && !r.starting {
		return r.now
	}
	until := r.limit
	switch step := r.nextStep(); {
	case r.starting:
	case step != nil && r.once != nil && r.now >= r.dueFrom(step):
		until = min(until, r.dueFrom(step)+step.Within)
	case step != nil:
		until = min(until, r.dueFrom(step))
	case !r.asking() && r.open == 0:
		until = min(until, r.scenario.RunTime)
	}
	if len(r.sendings) > 0 {
		until = min(until, r.sendings[0].at)
	}
	if r.open > 0 {
		for _, e := range r.expects {
			if e.Kind == play.ExpectWithin && e.state == opened {
				until = min(until, e.deadline)
			}
		}
	}
	return until
}

// asking reports whether clients are going to ask, for the first time or again.
func (r *runner) asking() bool { return len(r.sendings) > 0 || r.clients > 0 }

// nextStep returns the next step, or nil after the last one.
func (r *runner) nextStep() *play.Step {
	if r.next == len(r.scenario.Steps) {
		return nil
	}
	return &r.scenario.Steps[r.next]
}

// take takes the task that look has found.
func (r *runner) take() (*task, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.task
	if r.over {
		return nil, true
	}
	r.task, r.doing = nil, t != nil
	return t, false
}

// look is the Look of the run.
func (r *runner) look(v View, settled bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over {
		return true
	}
	r.view = v
	r.now, r.last = v.Now(), v.Trace().Last()
	r.starting = r.settling && isStarting(v)
	again := r.askAgain()
	for _, e := range r.expects {
		if e.state == opened {
			r.ask(e)
		}
	}
	onceHolds := r.once != nil && r.once.Holds(v)
	switch {
	case r.doing:
		return false
	case r.task != nil:
		return true
	case r.settling && !settled:
		return false
	case r.settling && !r.starting:
		r.stepDone()
		onceHolds = r.once != nil && r.once.Holds(v)
	}
	return r.find(settled, onceHolds) || again
}

// isStarting reports whether a target says that nodes start again, so that the step that
// started them is not done.
func isStarting(v View) bool {
	s, ok := v.(interface{ Starting() bool })
	return ok && s.Starting()
}

// find sets the task that is due now, if there is one.
func (r *runner) find(settled, onceHolds bool) bool {
	if settled && len(r.sendings) > 0 && r.sendings[0].at <= r.now {
		r.task = &task{calls: r.send()}
		return true
	}
	if step := r.nextStep(); step != nil && !r.starting {
		from := r.dueFrom(step)
		switch {
		case r.now < from:
		case r.once == nil && settled, onceHolds:
			r.begin(step)
			return true
		case r.once != nil && !r.once.Observable():
			r.stop(NotObservable, fmt.Sprintf("%s waits for a condition that cannot be observed on these nodes: %s", r.stepName(), join(step.Once)))
			return true
		case r.once != nil && settled && (r.now >= from+step.Within || r.isVain(step) || r.isMissed(step)):
			r.giveUpStep(from)
			return true
		}
	}
	if settled && r.open > 0 {
		r.decideLate()
	}
	switch {
	case !settled:
	case r.nextStep() == nil && !r.asking() && r.open == 0 && r.now >= r.scenario.RunTime:
		r.finish()
		return true
	case r.now >= r.limit:
		r.unprepared = r.nextStep() != nil
		r.stop(Failed, fmt.Sprintf("stopped at the time limit of %s", span(r.limit)))
		return true
	}
	return false
}

// isVain reports whether a step waits for another answer to a client that asked again than the
// one that it has got.
func (r *runner) isVain(step *play.Step) bool {
	for i, c := range step.Once {
		requests := c.Requests()
		if len(requests) == 0 || !r.patient[requests[0]] || !r.isAnswered(requests[0]) {
			continue
		}
		if !r.once.Results(r.view)[i].Holds {
			return true
		}
	}
	return false
}

// isMissed reports whether a step waits for something that an expectation has found missing up
// to its last limit.
func (r *runner) isMissed(step *play.Step) bool {
	if !r.options.Hasty {
		return false
	}
	for i, result := range r.once.Results(r.view) {
		if !result.Holds && slices.ContainsFunc(r.expects, func(e *expectation) bool { return e.missed(step.Once[i]) }) {
			return true
		}
	}
	return false
}

// missed reports whether an expectation has failed because this condition, and it alone, did not
// come true.
func (e *expectation) missed(c condition.Condition) bool {
	return e.Kind == play.ExpectWithin && e.state == decided && e.finding.Status == Failed && !e.finding.Late &&
		len(e.That) == 1 && e.That[0].String() == c.String()
}

// giveUpStep ends a scenario whose next step, due since from, waits for something untrue.
func (r *runner) giveUpStep(from time.Duration) {
	if r.open > 0 {
		r.decideLate()
	}
	r.unprepared = true
	step := r.nextStep()
	for i, result := range r.once.Results(r.view) {
		r.chance = r.chance || !result.Holds && isChance(step.Once[i])
	}
	waited := "still untrue after " + span(step.Within)
	switch {
	case r.now >= from+step.Within:
	case r.isMissed(step):
		waited = "missed its last limit, so the scenario waits no longer"
	default:
		waited = "can no longer come true"
	}
	r.stop(Failed, fmt.Sprintf("%s: %s: %s", r.stepName(), waited, seen(r.once.Results(r.view), false)))
}

// isChance reports whether a condition is that a chosen node leads. Raft promises a leader, but
// not which one.
func isChance(c condition.Condition) bool {
	key, value, _ := strings.Cut(c.String(), "=")
	leads := key == "leader" && !strings.HasPrefix(value, "not:") || key == "role" && strings.HasSuffix(value, ":"+raft.Leader.String())
	return leads && len(c.Names()) > 0
}

// dueFrom returns the earliest time of a step.
func (r *runner) dueFrom(step *play.Step) time.Duration {
	if step.At >= 0 {
		return step.At
	}
	return r.began + step.After
}

// awaitStep starts to watch the conditions of the next step.
func (r *runner) awaitStep() {
	r.once = nil
	if step := r.nextStep(); step != nil && len(step.Once) > 0 {
		r.once = condition.NewWatchIn(step.Once, r.env(r.since))
	}
}

// begin sets a step's task: its time has come.
func (r *runner) begin(step *play.Step) {
	r.closeWindows(step.Name)
	t, problem := r.plan(step.Action)
	if problem != "" {
		r.unprepared = true
		r.stop(Failed, r.stepName()+": "+problem)
		return
	}
	t.step = true
	r.task = t
	r.since = r.last
	r.once = nil
}

// stepDone ends a step after its immediate effects.
func (r *runner) stepDone() {
	step := &r.scenario.Steps[r.next]
	if r.changed {
		r.keepChanges()
	}
	r.settling = false
	r.began = r.now
	r.next++
	if r.options.Stepped != nil {
		r.options.Stepped(step, r.now)
	}
	if step.Name != "" {
		r.openWindows(step.Name, r.since)
		r.decideAt(step.Name)
	}
	r.awaitStep()
}

// do does a task.
func (r *runner) do(ctx context.Context, t *task) error {
	err := r.target.Change(ctx, t.changes)
	if err == nil && len(t.calls) > 0 {
		err = r.target.Request(ctx, t.calls)
	}
	if err == nil && t.message != nil {
		err = r.target.Send(ctx, *t.message)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.doing = false
	r.settling = r.settling || t.step
	if t.step {
		r.changed = len(t.changes) > 0
	}
	return err
}

// finish ends a scenario that ran to its end.
func (r *runner) finish() {
	for _, e := range r.expects {
		switch {
		case e.state == decided:
		case e.state == opened && e.Kind == play.ExpectAtEnd:
			r.decide(e)
		default:
			r.close(e)
		}
	}
	r.end()
}

// stop ends a scenario that cannot go on. Its undecided expectations stay so, unless the
// reason was that the nodes do not show enough, or the time limit.
func (r *runner) stop(status Status, problem string) {
	if r.over {
		return
	}
	r.status, r.problem = status, problem
	for _, e := range r.expects {
		r.unprepared = r.unprepared && !(e.state == decided && e.finding.Status == Failed)
	}
	timeUp := r.view != nil && status == Failed && r.now >= r.limit
	for _, e := range r.expects {
		switch {
		case e.state == decided:
		case timeUp && e.state == opened:
			r.conclude(e, Failed, "still undecided: "+seen(e.watch.Results(r.view), false))
		case timeUp:
			r.conclude(e, Failed, "still undecided: its window never began")
		case status == NotObservable:
			r.conclude(e, NotObservable, "the scenario could not go on")
		default:
			r.conclude(e, Undecided, "the scenario did not go on")
		}
	}
	r.end()
}

// end records the target's values for the Verdict.
func (r *runner) end() {
	if w, ok := r.view.(interface{ Steps() uint64 }); ok {
		r.events = w.Steps()
	}
	r.over = true
}

// give ends a scenario because of an error of the target. It returns the error unless the
// scenario is the cause.
func (r *runner) give(ctx context.Context, err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.view = nil
	switch {
	case ctx.Err() != nil:
		r.interrupted = true
		r.stop(Undecided, "interrupted at "+moment(r.now))
		return nil
	case errors.Is(err, ErrRestless):
		r.stop(Failed, fmt.Sprintf("%v at %s", err, moment(r.now)))
		return nil
	case errors.Is(err, ErrCannot):
		r.stop(NotObservable, fmt.Sprintf("%s: %v", r.stepName(), err))
		return nil
	}
	for _, own := range []error{world.ErrNoNode, world.ErrDown, world.ErrPaused, world.ErrLeads, world.ErrNoRule, world.ErrNoLink, world.ErrSkew, bugs.ErrUnknown, errRefused} {
		if errors.Is(err, own) {
			r.stop(Failed, fmt.Sprintf("%s: %v", r.stepName(), err))
			return nil
		}
	}
	r.stop(Undecided, err.Error())
	return err
}

// stepName names the next step, or the one being done.
func (r *runner) stepName() string {
	step := r.nextStep()
	if step == nil {
		return "a later request"
	}
	name := fmt.Sprintf("step[%d]", r.next) // as emulator check names it
	if step.Name != "" {
		name += fmt.Sprintf(" %q", step.Name)
	}
	if step.Line > 0 {
		name += fmt.Sprintf(" (line %d)", step.Line)
	}
	return name
}

// verdict returns the result of the run.
func (r *runner) verdict() Verdict {
	f, o := r.fixture, r.options
	v := Verdict{
		Name: f.Name, File: o.File, Description: f.Description, Paper: f.Paper, Grade: r.scenario.Grade,
		Seed: f.Seed, Repeat: max(o.Repeat, 1), Repeats: max(o.Repeats, 1),
		Status: r.status, Interrupted: r.interrupted, Problem: r.problem, Unprepared: r.unprepared, Chance: r.chance,
		SimTime: r.now, Events: r.events,
	}
	for _, e := range r.expects {
		v.Findings = append(v.Findings, e.finding)
		v.Status = max(v.Status, e.finding.Status)
	}
	file := o.File
	if file == "" {
		file = f.Name
	}
	v.Command = Command(file, f.Seed, o.Real)
	return v
}
