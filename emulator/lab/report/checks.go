package report

import (
	"fmt"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/lab/scenario"
)

// checkFacts tells of the checks that every run has: how many held, and of each
// that did not, unless a finding tells of it.
func checkFacts(v scenario.Verdict) []fact {
	var out []fact
	held := 0
	for _, c := range v.Checks {
		switch {
		case c.Status == scenario.Passed && c.Excuse == "":
			held++
		case c.Status == scenario.Passed:
			out = append(out, fact{label: "excused", text: printable(c.Name+": "+c.Seen+"; "+c.Excuse) + when(c)}, fact{})
		case !found(v, c.Name):
			out = append(out, fact{label: "also", text: printable(c.Name+" "+c.Status.String()+": "+c.Seen) + when(c)}, fact{})
		}
	}
	if held > 0 {
		out = append(out, fact{label: "held", text: plural(held, "check")})
	}
	return out
}

// when says at which record a check went wrong.
func when(c scenario.Check) string {
	if c.Seq == 0 {
		return ""
	}
	return fmt.Sprintf(" (#%d, %s)", c.Seq, simTime(c.When))
}

// found tells whether a finding is about a check.
func found(v scenario.Verdict, check string) bool {
	return slices.ContainsFunc(v.Findings, func(f scenario.Finding) bool {
		return f.Line == 0 && strings.TrimPrefix(f.Expected, "violates=") == check
	})
}

// checksLine says how the checks of all runs came out: of one run, how each did; of
// several, which did not hold in all. Of several, those are told apart that are to show
// a fault. It is "" when there were none.
func checksLine(verdicts []scenario.Verdict) string {
	var t checkTally
	shown, shows := 0, 0
	for i := range verdicts {
		if v := &verdicts[i]; len(verdicts) > 1 && violates(v) {
			shows++
			if v.Status == scenario.Passed {
				shown++
			}
			continue
		}
		t.add(verdicts[i].Checks)
	}
	said := t.String()
	if shows > 0 {
		if said != "" {
			said += " "
		}
		said += fmt.Sprintf("Of %s to show a fault, %d did.", plural(shows, "run"), shown)
	}
	return said
}

// violates tells whether a run is there to fail checks.
func violates(v *scenario.Verdict) bool {
	return slices.ContainsFunc(v.Findings, func(f scenario.Finding) bool {
		return f.Line == 0 && strings.HasPrefix(f.Expected, "violates=")
	})
}

// String says how the checks came out; "" when there were none.
func (t *checkTally) String() string {
	said := plural(len(t.checks), "check")
	switch held := t.names(func(c *checkCount) int { return c.held }, false); {
	case t.runs == 0:
		return ""
	case t.runs == 1 && t.held == 1:
		return said + " held: " + held + "."
	case t.runs == 1:
		said = fmt.Sprintf("%d of %s held: %s", len(t.checks)-t.bad(), said, held)
	case t.held == t.runs:
		return fmt.Sprintf("%s held in each of %s.", said, plural(t.runs, "run"))
	default:
		said = fmt.Sprintf("%s held in %d of %s", said, t.held, plural(t.runs, "run"))
	}
	if failed := t.names(func(c *checkCount) int { return c.failed }, t.runs > 1); failed != "" {
		said += "; failed: " + failed
	}
	if excused := t.names(func(c *checkCount) int { return c.excused }, t.runs > 1); excused != "" {
		said += "; excused: " + excused
	}
	return said + "."
}

// A checkTally counts how the checks of runs came out.
type checkTally struct {
	runs, held int // all of them, and those in which every check held
	checks     []checkCount
}

// A checkCount is how often a check came out how.
type checkCount struct {
	name                  string
	held, failed, excused int
}

// add counts a run that had checks.
func (t *checkTally) add(checks []scenario.Check) {
	if len(checks) == 0 {
		return
	}
	t.runs++
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
			count.failed++
			all = false
		case c.Excuse != "":
			count.excused++
			all = false
		default:
			count.held++
		}
	}
	if all {
		t.held++
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

// names lists the checks that have a count, with it if that is asked for.
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
