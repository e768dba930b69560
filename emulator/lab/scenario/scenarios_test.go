package scenario_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/tests/budget"
)

// parts has the points of each part of the course.
var parts = map[string]float64{
	"message queue":                10,
	"election and status":          30,
	"election with fault recovery": 10,
	"replication and fail-stop":    30,
}

// scenarios names the embedded fixtures that are scenarios, except those of planted bugs and
// those for programs that others wrote.
func scenarios() []string {
	var names []string
	for _, info := range fixture.List() {
		if info.Scenario && info.Folder != bugFolder && info.Folder != fixture.Course {
			names = append(names, info.Name)
		}
	}
	return names
}

// shipped reads an embedded fixture, of which the caller is the only owner.
func shipped(t *testing.T, name string) *fixture.Fixture {
	t.Helper()
	f, err := fixture.Named(name)
	assert.NilError(t, err)
	return f
}

func runOnce(t *testing.T, f *fixture.Fixture) scenario.Verdict {
	t.Helper()
	v, err := scenario.Run(context.Background(), f, scenario.Options{})
	assert.NilError(t, err)
	return v
}

// tell describes the findings that did not pass.
func tell(v scenario.Verdict) string {
	s := fmt.Sprintf("%s: %s %s\n", v.Command, v.Status, v.Problem)
	for _, f := range v.Findings {
		if f.Status != scenario.Passed {
			s += fmt.Sprintf("line %d: %s: %s: %s at %s\n", f.Line, f.Expected, f.Status, f.Seen, f.When)
		}
	}
	return s
}

// Every scenario passes with its own seed and with others, and all of them together take
// little time.
func TestScenariosPass(t *testing.T) {
	others := budget.Pick(5, 20)
	var own, all, simulated time.Duration
	runs := 0
	for _, name := range scenarios() {
		f := shipped(t, name)
		for k := range uint64(1 + others) {
			seeded := *f
			if k > 0 {
				seeded.Seed = 7919*k + 2
			}
			v := runOnce(t, &seeded)
			assert.Check(t, v.Status == scenario.Passed, "%s", tell(v))
			if k == 0 {
				own += v.WallTime
			}
			all += v.WallTime
			simulated += v.SimTime
			runs++
		}
	}
	t.Logf("%d scenarios in %v; %d runs of %v in %v", len(scenarios()), own, runs, simulated, all)
	assert.Check(t, own < 4*time.Second, "two cores take over two seconds for all scenarios: %v on one", own)
}

// Each scenario has a description for students and points for graders.
func TestScenariosAreDescribed(t *testing.T) {
	points := map[string]float64{}
	for _, info := range fixture.List() {
		if !info.Scenario || info.Folder == bugFolder || info.Folder == fixture.Course {
			continue
		}
		name := info.Name
		f := shipped(t, name)
		g := f.Scenario.Grade
		points[g.Part] += g.Points
		assert.Check(t, f.Description != "" && !strings.Contains(f.Description, "\n"), name)
		assert.Check(t, strings.HasSuffix(f.Description, "."), "%s: %s", name, f.Description)
		assert.Check(t, f.Paper != "" || g.Part == "message queue", name)
		assert.Check(t, parts[g.Part] > 0, "%s is of the part %q", name, g.Part)
		// Most scenarios without a folder are only for trying out.
		assert.Check(t, g.Points > 0 || info.Folder == "", name)
		assert.Check(t, len(g.Tags) > 0, name)
		assert.Check(t, len(f.Scenario.Expects) > 0, name)
		assert.Check(t, slices.ContainsFunc(f.Scenario.Expects, func(e play.Expect) bool { return e.Because != "" }),
			"%s does not say why anything must be so", name)
	}
	assert.DeepEqual(t, points, parts)
}

// idle is the tag of scenarios in which doing nothing is right, so that a node that does
// nothing passes.
const idle = "idle"

// A scenario that passes whatever happens proves nothing. So each one must fail when no
// step is done, or when all messages are lost.
func TestScenariosNeedWhatHappens(t *testing.T) {
	for _, name := range scenarios() {
		f := shipped(t, name)
		if slices.Contains(f.Scenario.Grade.Tags, idle) {
			continue
		}
		for i := range f.Scenario.Steps {
			step := &f.Scenario.Steps[i]
			if _, ok := step.Action.(play.Let); !ok {
				step.Action = nil
			}
		}
		deaf := shipped(t, name)
		deaf.Faults = append(deaf.Faults, fault.Rule{Name: "everything", Drop: true, Probability: 1})
		still, lost := runOnce(t, f), runOnce(t, deaf)
		assert.Check(t, still.Status == scenario.Failed || lost.Status == scenario.Failed,
			"%s passes without its steps, and with all messages lost", name)
	}
}

// The opposite of each expectation fails where the expectation passes, so that each one was
// really checked.
func TestExpectationsCanFail(t *testing.T) {
	for _, name := range scenarios() {
		as := runOnce(t, shipped(t, name))
		f := shipped(t, name)
		f.Scenario.RunTime = as.SimTime
		for i := range f.Scenario.Expects {
			e := &f.Scenario.Expects[i]
			switch e.Kind {
			case play.ExpectNever:
				e.Kind = play.ExpectAlways
			case play.ExpectAlways:
				e.Kind = play.ExpectNever
			default: // it is true at some moment
				e.Kind, e.At, e.Until = play.ExpectNever, "", ""
			}
		}
		v := runOnce(t, f)
		for _, finding := range v.Findings {
			assert.Check(t, finding.Status == scenario.Failed, "%s:%d: %s: %s", name, finding.Line, finding.Expected, finding.Status)
		}
	}
}

// BenchmarkScenarios runs all scenarios at the same time, like emulator run all.
func BenchmarkScenarios(b *testing.B) {
	var all []*fixture.Fixture
	for _, name := range scenarios() {
		f, err := fixture.Named(name)
		assert.NilError(b, err)
		all = append(all, f)
	}
	for b.Loop() {
		for _, f := range all {
			_, err := scenario.Run(context.Background(), f, scenario.Options{})
			assert.NilError(b, err)
		}
	}
}
