package mutants

import (
	"bytes"
	"fmt"
	"strings"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/play"
)

// verdicts returns the report in the form of package report, for graders' systems: a
// test for the healthy nodes, and for each bug a test worth a point, which passes
// when the suite has caught the bug.
func (r *Report) verdicts() []scenario.Verdict {
	all := []scenario.Verdict{r.healthyVerdict()}
	for i := range r.Bugs {
		all = append(all, r.bugVerdict(&r.Bugs[i]))
	}
	return all
}

func (r *Report) healthyVerdict() scenario.Verdict {
	v := r.newVerdict("healthy", &r.Healthy)
	v.Description = "The suite passes on healthy nodes."
	v.Command = r.options.again()
	switch {
	case r.healthy():
	case r.Healthy.passed(len(r.Healthy.Runs)):
		v.Status, v.Interrupted, v.Problem = scenario.Undecided, true, "interrupted"
	default:
		var b bytes.Buffer
		r.writeHealthy(&b)
		v.Status, v.Problem = scenario.Failed, strings.TrimSpace(b.String())
	}
	return v
}

func (r *Report) bugVerdict(bug *Result) scenario.Verdict {
	v := r.newVerdict(bug.Bug.Name, bug)
	v.Description, v.Paper, v.Grade.Points = bug.Bug.Does, bug.Bug.Paper, 1
	v.Command = r.repeatCommand(bug.Bug.Name)
	switch bug.status(r.options.Repeat) {
	case Missed:
		v.Status = scenario.Failed
		v.Problem = fmt.Sprintf("the suite does not notice: %s %s\n%s", bug.Bug.Does, bug.Bug.Wrong, strings.Join(r.seenOf(bug), "\n"))
	case Unknown:
		v.Status, v.Interrupted, v.Problem = scenario.Undecided, r.Interrupted, "not all runs have ended"
		for i := range bug.Runs {
			if run := &bug.Runs[i]; run.Outcome == Broken {
				v.Problem = "something else ended the command: " + run.Reason
			}
		}
	}
	return v
}

func (r *Report) newVerdict(name string, result *Result) scenario.Verdict {
	return scenario.Verdict{
		Name: name, Grade: play.Grade{Part: "mutants", Visibility: "visible"},
		Seed: r.options.Seed, Repeat: 1, Repeats: 1, WallTime: result.time(),
	}
}

// seenOf says what the emulator's own checks found about a missed bug, a line for
// each check.
func (r *Report) seenOf(bug *Result) []string {
	all := bug.sightings()
	if r.options.usesOwn() {
		return nil
	}
	if len(all) == 0 {
		return []string{"The emulator's own checks saw nothing either: " + whyUnseen + "."}
	}
	var said []string
	for _, s := range all {
		said = append(said, fmt.Sprintf("The emulator's own check %s failed: %s", s.Check, oneLine(s.Seen)))
	}
	return said
}
