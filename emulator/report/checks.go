package report

import (
	"fmt"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/scenario"
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
			out = append(out, fact{label: "excused", text: text(c.Name+": "+c.Seen+"; "+c.Excuse) + when(c)}, fact{})
		case !found(v, c.Name):
			out = append(out, fact{label: "also", text: text(c.Name+" "+c.Status.String()+": "+c.Seen) + when(c)}, fact{})
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

// checksLine says in one line how the checks of all runs came out; "" when there
// were none.
func checksLine(verdicts []scenario.Verdict) string {
	runs, checks := 0, 0
	var one, all outcome
	for _, v := range verdicts {
		if len(v.Checks) == 0 {
			continue
		}
		runs++
		checks = max(checks, len(v.Checks))
		one = outcomeOf(v.Checks)
		switch {
		case one.failed > 0:
			all.failed++
		case one.excused > 0:
			all.excused++
		default:
			all.held++
		}
	}
	said := plural(checks, "check")
	switch {
	case runs == 0:
		return ""
	case runs == 1 && all.held == 1:
		return said + " held."
	case runs == 1:
		said = fmt.Sprintf("%d of %s held", one.held, said)
		if one.failed > 0 {
			said += fmt.Sprintf(", %d failed", one.failed)
		}
		if one.excused > 0 {
			said += fmt.Sprintf(", %d had an excuse", one.excused)
		}
		return said + "."
	case all.held == runs:
		return fmt.Sprintf("%s held in each of %s.", said, plural(runs, "run"))
	}
	said = fmt.Sprintf("%s held in %d of %s", said, all.held, plural(runs, "run"))
	if all.failed > 0 {
		said += fmt.Sprintf(", some failed in %d", all.failed)
	}
	if all.excused > 0 {
		said += fmt.Sprintf(", some had an excuse in %d", all.excused)
	}
	return said + "."
}

// An outcome counts checks, or runs by the worst of theirs.
type outcome struct{ held, failed, excused int }

func outcomeOf(checks []scenario.Check) outcome {
	var o outcome
	for _, c := range checks {
		switch {
		case c.Status != scenario.Passed:
			o.failed++
		case c.Excuse != "":
			o.excused++
		default:
			o.held++
		}
	}
	return o
}
