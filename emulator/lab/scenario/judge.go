package scenario

import (
	"fmt"
	"slices"
	"sync/atomic"
)

// judge adds the checkers' results. A failed check fails the run, with a Finding. In a run
// that must show a violation, only the checks that must fail count, each with a Finding.
// Stopped is the status of a run that stopped before its end, or Passed.
func (v *Verdict) judge(checkers []Checker, violates []string, stopped Status) {
	for _, c := range checkers {
		v.Checks = append(v.Checks, c.Checks()...)
	}
	v.Checks = shared(v.Checks)
	for _, name := range violates {
		v.find(shown(name, v.Checks, stopped))
	}
	if len(violates) > 0 {
		return
	}
	for _, c := range v.Checks {
		if c.Status != Passed {
			v.find(Finding{Expected: c.Name, Because: "every run has this check", Status: c.Status, Seen: c.Seen, When: c.When})
		}
	}
}

// lastChecks are the checks of the run before.
var lastChecks atomic.Pointer[[]Check]

// shared returns the checks of the run before if these are equal, as they are when all
// hold: then many verdicts share one copy.
func shared(checks []Check) []Check {
	if last := lastChecks.Load(); last != nil && slices.Equal(*last, checks) {
		return *last
	}
	checks = slices.Clip(checks)
	lastChecks.Store(&checks)
	return checks
}

func (v *Verdict) find(f Finding) {
	v.Findings = append(v.Findings, f)
	v.Status = max(v.Status, f.Status)
}

// shown reports whether the run showed the violation that it must show. A run that stopped
// for another reason than the scenario could have shown it later.
func shown(name string, checks []Check, stopped Status) Finding {
	f := wanted(name, checks)
	if f.Status == Failed && (stopped == Undecided || stopped == NotObservable) {
		f.Status = stopped
		f.Seen += ", until the run stopped"
	}
	return f
}

// wanted reports whether the checks show the violation that they must show.
func wanted(name string, checks []Check) Finding {
	f := Finding{
		Expected: "violates=" + name, Because: "the scenario must show this violation",
		Status: Failed, Seen: name + " was not checked",
	}
	i := slices.IndexFunc(checks, func(c Check) bool { return c.Name == name })
	if i < 0 {
		return f
	}
	switch c := checks[i]; {
	case c.Status == Failed:
		return Finding{Expected: f.Expected, Because: f.Because, Status: Passed, Seen: c.Seen, When: c.When}
	case c.Status != Passed:
		f.Status, f.Seen = c.Status, c.Seen
	case c.Excuse != "":
		f.Seen, f.When = fmt.Sprintf("%s; excused: %s", c.Seen, c.Excuse), c.When
	default:
		f.Seen = name + " held"
	}
	return f
}
