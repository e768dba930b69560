package grade

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/grade/submission"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/text"
)

// verdict merges the runs of a scenario into its one verdict.
func (g *grading) verdict(c *one) scenario.Verdict {
	var v scenario.Verdict
	switch {
	case c.like != nil:
		v = notRunLike(c.Scenario, c.like)
	case len(c.runs) == 0:
		v = undecided(c.Scenario, g.unreached(c))
		v.Interrupted = true
	default:
		v = g.merged(c)
	}
	v.Repeat, v.Repeats, v.Count = 1, 1, 1
	v.File, v.Command = c.File, c.Command
	v.WallTime = 0
	for i := range c.runs {
		v.WallTime += c.runs[i].WallTime
	}
	return v
}

// merged is the verdict of a scenario that has run.
func (g *grading) merged(c *one) scenario.Verdict {
	t := count(c.runs)
	if g.Single {
		return g.settled(c, kindOf(&c.runs[0].Verdict), c.runs[0].kind(), "")
	}
	switch {
	case t.wrong > 0:
		return g.settled(c, course.Wrong, course.Wrong, say(t.runs > 1, "1 of %s was wrong, and one is enough.", text.Count(t.runs, "run")))
	case t.confirmed():
		return g.settled(c, t.best, t.best, fmt.Sprintf("%s, also when nothing else ran.", inRuns(&t, t.misses)))
	case t.cut > 0:
		return g.settled(c, "", course.Undecided, "")
	case t.misses == 0 && t.clear > 0:
		return g.settled(c, clearKind(c.runs), clearKind(c.runs), "")
	case t.misses == 0:
		return g.settled(c, lastKind(c.runs), lastKind(c.runs), "")
	case t.open(g.wanted(c)):
		return g.settled(c, t.worst, course.Undecided, fmt.Sprintf("First: %s. It is tried again when nothing else runs.", t.worst))
	case t.clearAlone > 0 && t.worst == course.TooSlow && t.misses == 1:
		return g.settled(c, course.Passed, clearKind(c.runs), "")
	case t.clearAlone > 0:
		return g.settled(c, t.worst, course.Flaky, fmt.Sprintf("%s: %s. Others were not.", inRuns(&t, t.misses), t.worst))
	}
	return g.settled(c, t.worst, course.Undecided, fmt.Sprintf("%s: %s. The others decided nothing.", inRuns(&t, t.misses), t.worst))
}

// inRuns counts some of a scenario's runs.
func inRuns(t *tally, some int) string {
	return fmt.Sprintf("In %d of %s", some, text.Count(t.runs, "run"))
}

func say(do bool, format string, args ...any) string {
	if !do {
		return ""
	}
	return fmt.Sprintf(format, args...)
}

func clearKind(runs []run) course.Kind {
	for i := range runs {
		if k := runs[i].kind(); isClear(k) {
			return k
		}
	}
	return course.Undecided
}

func lastKind(runs []run) course.Kind { return runs[len(runs)-1].kind() }

// settled is the verdict of the last run with the kind shown, or of the last run, made one of
// another kind: with its share and its status. note ends its story.
func (g *grading) settled(c *one, shown, kind course.Kind, note string) scenario.Verdict {
	v := c.runs[len(c.runs)-1].Verdict
	for i := range c.runs {
		if k := kindOf(&c.runs[i].Verdict); k == shown {
			v = c.runs[i].Verdict
		}
	}
	foreign := scenario.Foreign{}
	if v.Foreign != nil {
		foreign = *v.Foreign
	}
	if c.stopped != nil && kind == course.Undecided {
		v.Interrupted = true
		v.Problem = reasonOf(c.stopped)
	}
	if note != "" {
		foreign.Story = append(append([]string(nil), foreign.Story...), note)
	}
	foreign.Kind = kind
	blameModule(&foreign)
	Settle(&v, &foreign, g.Course)
	return v
}

// Settle gives a verdict its kind: status, share and flags follow from it.
func Settle(v *scenario.Verdict, f *scenario.Foreign, c *course.Course) {
	f.Share = c.Share(f.Kind)
	f.Excluded = !f.Kind.Counts()
	f.Flagged = f.Flagged || f.Kind.ForPerson()
	v.Foreign = f
	v.Status = StatusOf(f.Kind)
}

// StatusOf is the status of a verdict of a kind.
func StatusOf(k course.Kind) scenario.Status {
	switch k {
	case course.Passed:
		return scenario.Passed
	case course.NotObservable, course.Bypassed:
		return scenario.NotObservable
	case course.Undecided, course.Unprepared, course.Flaky:
		return scenario.Undecided
	}
	return scenario.Failed
}

// blank is the verdict of a scenario without a run.
func blank(s *Scenario) scenario.Verdict {
	f := s.Fixture
	return scenario.Verdict{
		Name: f.Name, File: s.File, Description: f.Description, Paper: f.Paper, Grade: f.Scenario.Grade,
		Seed: f.Seed, Repeat: 1, Repeats: 1, Command: s.Command,
	}
}

// undecided is the verdict of a scenario that shows nothing, for a reason.
func undecided(s *Scenario, reason string) scenario.Verdict {
	v := blank(s)
	v.Problem = reason
	v.Status = scenario.Undecided
	v.Foreign = &scenario.Foreign{Kind: course.Undecided, Excluded: true, Flagged: true}
	return v
}

// notRunLike is the verdict of a scenario that was not run, because clusters of its size do
// not start.
func notRunLike(s *Scenario, other *scenario.Verdict) scenario.Verdict {
	v := blank(s)
	f := *other.Foreign
	blameModule(&f)
	f.Story = append([]string{fmt.Sprintf("Not run: in %s, the program did not start with as many nodes, also when nothing else ran.", other.Name)}, f.Story...)
	v.Problem, v.Foreign, v.Status = other.Problem, &f, other.Status
	return v
}

// Refused gives every scenario the verdict of a submission that cannot be graded: did not
// start, for a reason, with the last lines of what was printed. It is undecided if the machine
// may be at fault.
func Refused(c *course.Course, scenarios []Scenario, p *submission.Problem) []scenario.Verdict {
	kind := course.NotStarted
	if p.Machine {
		kind = course.Undecided
	}
	all := make([]scenario.Verdict, len(scenarios))
	for i := range scenarios {
		v := blank(&scenarios[i])
		v.Problem = p.Reason
		Settle(&v, &scenario.Foreign{Kind: kind, Flagged: p.Upload, Story: []string{sentence(p.Reason)}, Output: p.Output}, c)
		all[i] = v
	}
	return all
}

// sentence writes a reason as a sentence.
func sentence(reason string) string {
	if reason == "" {
		return ""
	}
	return strings.ToUpper(reason[:1]) + reason[1:] + "."
}

// unreached says why a scenario has not run.
func (g *grading) unreached(c *one) string {
	if c.stopped == nil {
		return "not reached yet"
	}
	return reasonOf(c.stopped) + " before it began"
}

// reasonOf says why a grading ended early.
func reasonOf(err error) string {
	if errors.Is(err, ErrBudget) || errors.Is(err, errGaveUp) {
		return err.Error()
	}
	return "interrupted"
}

// StartedBy is the deadline of a budget that began then; zero for none.
func StartedBy(began time.Time, budget time.Duration) time.Time {
	if budget <= 0 {
		return time.Time{}
	}
	return began.Add(budget)
}
