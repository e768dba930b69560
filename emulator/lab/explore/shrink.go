package explore

import (
	"bytes"
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/fault"
)

// A Shrunk is a failure made small.
type Shrunk struct {
	Fixture *fixture.Fixture
	Verdict scenario.Verdict // of the Fixture, as its own text is read
	Finding Finding
	Runs    int // that it took
	// Whole tells that it was not stopped: no single step can be left out.
	Whole bool
}

// Shrink makes a failure small: it removes steps, nodes, rules and randomness as long as
// the same check fails (delta debugging). It takes at most the given number of runs,
// and calls tell after each. The error means that the failure does not happen again.
func Shrink(ctx context.Context, failure *Result, most int, tell func(runs, steps int)) (*Shrunk, error) {
	s := &shrinker{ctx: ctx, check: failure.Finding.Check, most: most, tell: tell}
	if !s.try(failure.Fixture) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("run %d failed %s, and does not when it is repeated from its text%s", failure.Run, s.check, s.why())
	}
	s.shrink()
	return &Shrunk{s.best, s.verdict, s.finding, s.runs, s.alive()}, nil
}

// A shrinker holds the smallest fixture so far that fails.
type shrinker struct {
	ctx   context.Context
	check string
	most  int
	tell  func(runs, steps int)

	runs    int
	best    *fixture.Fixture
	text    []byte // of it
	verdict scenario.Verdict
	finding Finding
	err     error // why the last one that was tried could not be run
}

// alive reports whether there may be further runs.
func (s *shrinker) alive() bool { return s.runs < s.most && s.ctx.Err() == nil }

func (s *shrinker) why() string {
	if s.err != nil {
		return ": " + s.err.Error()
	}
	return ""
}

// try runs a fixture as its text is read and keeps it if it fails the same check.
// It has to be one that a user could have written: what is refused does not count. A
// step that cannot be done any more, now that others are gone, goes as well.
func (s *shrinker) try(f *fixture.Fixture) bool {
	ok, infeasible := s.tryOnce(f)
	if !ok && infeasible && s.alive() {
		ok, _ = s.tryOnce(feasible(f))
	}
	return ok
}

// tryOnce tells also whether there was a step that could not be done.
func (s *shrinker) tryOnce(f *fixture.Fixture) (ok, infeasible bool) {
	if !s.alive() {
		return false, false
	}
	repair(f)
	if isProgress(s.check) && !isFair(f) {
		return false, false
	}
	text := f.TOML()
	if s.best != nil && bytes.Equal(text, s.text) {
		return false, false // there is nothing new in it
	}
	read, err := fixture.Parse(f.Name, text)
	if s.err = err; err != nil || read.Scenario == nil {
		return false, false
	}
	s.runs++
	v, err := s.run(read)
	if s.err = err; err != nil || s.ctx.Err() != nil {
		return false, false
	}
	finding, ok := Fails(&v, s.check)
	if ok {
		s.best, s.text, s.verdict, s.finding = read, text, v, finding
	}
	if s.tell != nil && s.best != nil {
		s.tell(s.runs, len(s.best.Scenario.Steps))
	}
	return ok, v.Problem != ""
}

func (s *shrinker) run(f *fixture.Fixture) (v scenario.Verdict, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("the emulator is broken: %v\n%s", broken, debug.Stack())
		}
	}()
	return scenario.Run(s.ctx, f, scenario.Options{})
}

// Fails reports whether a verdict fails a check, in a run that could perform all its
// steps. For a check about progress, a step may fail because there is no leader.
func Fails(v *scenario.Verdict, check string) (Finding, bool) {
	for _, f := range findingsOf(v) {
		if f.Check == check {
			return f, v.Problem == "" || isProgress(check)
		}
	}
	return Finding{}, false
}

// shrink makes the best one smaller until nothing can be left out. Randomness goes
// first, since what is left out of a random run makes another run of the rest. Then
// the steps, for that saves most; then the rest, and the steps again, one by one, for
// what became simpler may need less.
func (s *shrinker) shrink() {
	s.endSooner()
	s.explicitTimeouts()
	s.plainCluster()
	s.fewerKinds()
	s.fewerSteps(len(s.best.Scenario.Steps) / 2)
	for s.alive() {
		before := s.best
		for _, simplify := range simplifications {
			simplify(s)
		}
		s.endSooner()
		s.fewerSteps(1)
		if s.best == before {
			return
		}
	}
}

// fewerKinds leaves out all steps of one kind of action.
func (s *shrinker) fewerKinds() {
	var kinds []string
	for _, step := range s.best.Scenario.Steps {
		if k := kindOf(step.Action); !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	for _, k := range kinds {
		s.change(func(f *fixture.Fixture) {
			f.Scenario.Steps = slices.DeleteFunc(f.Scenario.Steps, func(step play.Step) bool { return kindOf(step.Action) == k })
		})
	}
}

// kindOf tells actions apart, as far as one kind can do without another.
func kindOf(action play.Action) string {
	switch a := action.(type) {
	case play.NodeAction:
		switch a.Change.Kind {
		case fault.Crash, fault.Restart:
			return "crash"
		case fault.Pause, fault.Resume:
			return "pause"
		}
		return a.Change.Kind.String()
	case play.SetFault:
		kind, _, _ := strings.Cut(a.Rule.Name, "-")
		return kind
	case play.Request:
		return a.Command.Op.String()
	}
	return fmt.Sprintf("%T", action)
}

// fewerSteps leaves out chunks of steps, of a size at first and then smaller ones,
// until no single step can be left out.
func (s *shrinker) fewerSteps(size int) {
	for size = max(size, 1); s.alive(); {
		removed := false
		// From the end, where what is left out changes least of what comes before.
		for end := len(s.best.Scenario.Steps); end > 0 && s.alive(); end -= size {
			end = min(end, len(s.best.Scenario.Steps))
			if s.try(without(s.best, max(end-size, 0), end)) {
				removed = true
			}
		}
		if size == 1 && !removed {
			return
		}
		size = max(size/2, 1)
	}
}

// without gives the fixture without some of its steps.
func without(f *fixture.Fixture, from, to int) *fixture.Fixture {
	c := clone(f)
	steps := c.Scenario.Steps
	c.Scenario.Steps = append(steps[:from:from], steps[to:]...)
	return c
}
