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
	runs, checks, failed, excused := 0, 0, 0, 0
	for _, v := range verdicts {
		if len(v.Checks) == 0 {
			continue
		}
		runs++
		checks = max(checks, len(v.Checks))
		switch {
		case slices.ContainsFunc(v.Checks, func(c scenario.Check) bool { return c.Status != scenario.Passed }):
			failed++
		case slices.ContainsFunc(v.Checks, func(c scenario.Check) bool { return c.Excuse != "" }):
			excused++
		}
	}
	switch {
	case runs == 0:
		return ""
	case failed+excused == 0 && runs == 1:
		return plural(checks, "check") + " held."
	case failed+excused == 0:
		return fmt.Sprintf("%s held in each of %s.", plural(checks, "check"), plural(runs, "run"))
	}
	said := fmt.Sprintf("%s held in %d of %s", plural(checks, "check"), runs-failed-excused, plural(runs, "run"))
	if failed > 0 {
		said += fmt.Sprintf(", some failed in %d", failed)
	}
	if excused > 0 {
		said += fmt.Sprintf(", some had an excuse in %d", excused)
	}
	return said + "."
}
