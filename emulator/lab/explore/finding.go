package explore

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/lab/scenario"
)

// A Finding is the check that a run failed.
type Finding struct {
	// Check is the check's name, or that of the progress expected (liveness.go).
	Check string `json:"check"`
	Seen  string `json:"seen"` // what was wrong, in words
}

// unfeasible is the check that a schedule can be done. It fails when the emulator
// itself is wrong, and counts always.
const unfeasible = "schedule"

// CheckNames lists the checks that a run may fail: those of safety, then those of
// progress.
func CheckNames() []string {
	var names []string
	for _, checker := range scenario.NewCheckers() {
		for _, c := range checker.Checks() {
			names = append(names, c.Name)
		}
	}
	for _, p := range progress {
		names = append(names, p.name)
	}
	return names
}

// findingOf tells what a verdict fails first, of the checks that count: safety comes
// before progress.
func findingOf(v *scenario.Verdict, checks []string) Finding {
	for _, f := range findingsOf(v) {
		if f.Check == unfeasible || slices.Contains(checks, f.Check) {
			return f
		}
	}
	return Finding{}
}

// findingsOf are all that fail, in order.
func findingsOf(v *scenario.Verdict) []Finding {
	var all []Finding
	for _, c := range v.Checks {
		if c.Status == scenario.Failed {
			all = append(all, Finding{c.Name, c.Seen})
		}
	}
	for _, f := range v.Findings {
		if name := progressName(f.Because); name != "" && f.Status == scenario.Failed {
			all = append(all, Finding{name, fmt.Sprintf("%s, but %s: %s", f.Because, f.Expected, f.Seen)})
		}
	}
	switch {
	case len(all) > 0 || v.Status != scenario.Failed:
	case strings.Contains(v.Problem, strconv.Quote(askedStep)):
		all = append(all, Finding{requestAnswered, v.Problem}) // the leader was there, and is not any more
	default:
		all = append(all, Finding{unfeasible, v.Problem})
	}
	return all
}

// failedAt is the world's time at which a check failed, 0 when that is not known.
func failedAt(v *scenario.Verdict, check string) time.Duration {
	for _, c := range v.Checks {
		if c.Name == check {
			return c.When
		}
	}
	for _, f := range v.Findings {
		if progressName(f.Because) == check {
			return f.When
		}
	}
	return 0
}
