package report

import (
	"fmt"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/text"
)

// checkFacts lists the facts about a run's checks: each one that did not hold, unless a
// finding is about it, and the number of the others.
func checkFacts(v scenario.Verdict) []fact {
	var out []fact
	held := 0
	for _, c := range v.Checks {
		switch {
		case c.Status == scenario.Passed && c.Excuse == "":
			held++
		case c.Status == scenario.Passed:
			out = append(out, fact{label: "excused", text: text.Printable(c.Name+": "+c.Seen+"; "+c.Excuse) + when(c)}, fact{})
		case !found(v, c.Name):
			out = append(out, fact{label: "also", text: text.Printable(c.Name+" "+c.Status.String()+": "+c.Seen) + when(c)}, fact{})
		}
	}
	if held > 0 {
		out = append(out, fact{label: "held", text: text.Count(held, "check")})
	}
	return out
}

// when is the record of a check's violation, in parentheses.
func when(c scenario.Check) string {
	if c.Seq == 0 {
		return ""
	}
	return fmt.Sprintf(" (#%d, %s)", c.Seq, simTime(c.When))
}

// found reports whether a finding is about the check.
func found(v scenario.Verdict, check string) bool {
	return slices.ContainsFunc(v.Findings, func(f scenario.Finding) bool {
		return f.Line == 0 && strings.TrimPrefix(f.Expected, "violates=") == check
	})
}

// checksLine summarizes the checks of all runs. For one run it names each check; for
// several it names those that did not hold in all, and counts the runs apart that must
// show a violation. It is "" without checks.
func checksLine(verdicts []scenario.Verdict) string {
	var t checkTally
	shown, shows := 0, 0
	for i := range verdicts {
		if v := &verdicts[i]; (len(verdicts) > 1 || v.Runs() > 1) && violates(v) {
			shows += v.Runs()
			if v.Status == scenario.Passed {
				shown += v.Runs()
			}
			continue
		}
		t.add(verdicts[i].Checks, verdicts[i].Runs())
	}
	said := t.String()
	if shows > 0 {
		if said != "" {
			said += " "
		}
		said += fmt.Sprintf("Of %s that must show a violation, %d did.", text.Count(shows, "run"), shown)
	}
	return said
}

// violates reports whether a run must violate a check.
func violates(v *scenario.Verdict) bool {
	return slices.ContainsFunc(v.Findings, func(f scenario.Finding) bool {
		return f.Line == 0 && strings.HasPrefix(f.Expected, "violates=")
	})
}

// String summarizes the checks; it is "" without any.
func (t *checkTally) String() string {
	said := text.Count(len(t.checks), "check")
	switch held := t.names(func(c *checkCount) int { return c.held }, false); {
	case t.runs == 0:
		return ""
	case t.runs == 1 && t.held == 1:
		return said + " held: " + held + "."
	case t.runs == 1:
		said = fmt.Sprintf("%d of %s held: %s", len(t.checks)-t.bad(), said, held)
	case t.held == t.runs:
		return fmt.Sprintf("%s held in each of %s.", said, text.Count(t.runs, "run"))
	default:
		said = fmt.Sprintf("%s held in %d of %s", said, t.held, text.Count(t.runs, "run"))
	}
	if failed := t.names(func(c *checkCount) int { return c.failed }, t.runs > 1); failed != "" {
		said += "; failed: " + failed
	}
	if excused := t.names(func(c *checkCount) int { return c.excused }, t.runs > 1); excused != "" {
		said += "; excused: " + excused
	}
	return said + "."
}

// A checkTally counts the results of the checks of several runs.
type checkTally struct {
	runs, held int // all runs, and those in which every check held
	checks     []checkCount
}

// A checkCount counts the results of one check.
type checkCount struct {
	name                  string
	held, failed, excused int
}

// add counts runs with the same checks, unless they have none.
func (t *checkTally) add(checks []scenario.Check, runs int) {
	if len(checks) == 0 {
		return
	}
	t.runs += runs
	all := true
	for i, c := range checks {
		// Runs have the same checks in the same order.
		if i >= len(t.checks) || t.checks[i].name != c.Name {
			i = slices.IndexFunc(t.checks, func(k checkCount) bool { return k.name == c.Name })
		}
		if i < 0 {
			t.checks = append(t.checks, checkCount{name: c.Name})
			i = len(t.checks) - 1
		}
		count := &t.checks[i]
		switch {
		case c.Status != scenario.Passed:
			count.failed += runs
			all = false
		case c.Excuse != "":
			count.excused += runs
			all = false
		default:
			count.held += runs
		}
	}
	if all {
		t.held += runs
	}
}

// bad is the number of checks that did not hold in each run.
func (t *checkTally) bad() int {
	n := 0
	for i := range t.checks {
		if t.checks[i].held < t.runs {
			n++
		}
	}
	return n
}

// names lists the checks whose count is not 0, and if counted the counts.
func (t *checkTally) names(count func(*checkCount) int, counted bool) string {
	var list []string
	for i := range t.checks {
		c := &t.checks[i]
		switch n := count(c); {
		case n > 0 && counted:
			list = append(list, fmt.Sprintf("%s in %d", c.name, n))
		case n > 0:
			list = append(list, c.name)
		}
	}
	return strings.Join(list, ", ")
}
