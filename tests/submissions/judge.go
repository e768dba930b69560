package submissions

import (
	"fmt"
	"slices"
)

// A Verdict is the word of the grader on one scenario.
type Verdict struct {
	Scenario string
	Part     string // of the course
	Kind     string
}

// kinds are the kinds of verdicts that say something about a program, and passed.
var kinds = []string{
	"passed", "undecided", "could not be prepared", "flaky", "too slow", "not available", "crashed", "did not start", "wrong",
}

// silent are the kinds that say nothing bad about a program.
var silent = []string{"passed", "not observable", "bypassed"}

// Judge returns what is wrong with the verdicts on the submission, a line each.
func (s Submission) Judge(verdicts []Verdict) []string {
	var wrong []string
	if len(verdicts) == 0 && len(s.Must) > 0 {
		return []string{"there are no verdicts"}
	}
	allowed := append(slices.Clone(s.Must), s.May...)
	for _, v := range verdicts {
		fine := slices.Contains(silent, v.Kind) ||
			slices.ContainsFunc(allowed, func(r Rule) bool { return r.Allows(v) })
		if !fine {
			wrong = append(wrong, fmt.Sprintf("%s: %q is not what %s deserves", v.Scenario, v.Kind, s.Name))
		}
	}
	for _, r := range s.Must {
		wrong = append(wrong, r.unmet(verdicts)...)
	}
	return wrong
}

// unmet says what a must lacks. A rule is judged only if a scenario that it names was run.
func (r Rule) unmet(verdicts []Verdict) []string {
	var run, met int
	for _, v := range verdicts {
		if r.matches(v) {
			run++
			if r.Allows(v) {
				met++
			}
		}
	}
	switch {
	case run == 0, met == run, met > 0 && !r.All:
		return nil
	case r.All:
		return []string{fmt.Sprintf("%d of %d verdicts %sare %q: all must be", met, run, r.where(), r.Kinds)}
	}
	return []string{fmt.Sprintf("no verdict %sis %q", r.where(), r.Kinds)}
}

// where says which scenarios the rule names.
func (r Rule) where() string {
	var text string
	if len(r.Scenarios) > 0 {
		text = fmt.Sprintf("on %q ", r.Scenarios)
	}
	if len(r.Parts) > 0 {
		text += fmt.Sprintf("in parts %q ", r.Parts)
	}
	return text
}
