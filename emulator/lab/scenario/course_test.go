package scenario_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/tests/budget"
)

// promises is the part of the course's set with points of its own.
const promises = "what Raft promises"

// course reads the scenarios for programs that others wrote.
func course(t *testing.T) []*fixture.Fixture {
	t.Helper()
	var list []*fixture.Fixture
	for _, name := range fixture.Folder(fixture.Course) {
		list = append(list, shipped(t, name))
	}
	return list
}

// Each scenario says what it does, why, and what it is worth, and the points of each part
// are those of the course.
func TestCourseSetIsDescribed(t *testing.T) {
	points, number := map[string]float64{}, map[string]int{}
	for _, f := range course(t) {
		g := f.Scenario.Grade
		points[g.Part] += g.Points
		number[g.Part]++
		assert.Check(t, strings.HasSuffix(f.Description, "."), "%s: %s", f.Name, f.Description)
		assert.Check(t, f.Paper != "" || g.Part == "message queue", f.Name)
		assert.Check(t, parts[g.Part] > 0 || g.Part == promises, "%s is of the part %q", f.Name, g.Part)
		assert.Check(t, g.Points > 0 && len(g.Tags) > 0 && g.Visibility == "visible", f.Name)
		for _, e := range f.Scenario.Expects {
			assert.Check(t, e.Because != "", "%s: line %d does not say why", f.Name, e.Line)
		}
	}
	for part, want := range parts {
		assert.Check(t, points[part] == want || number[part] == 0, "%s: %g points, want %g", part, points[part], want)
	}
	assert.Check(t, points[promises] == 0 || number[promises] >= 15, "%g points of %d scenarios", points[promises], number[promises])
}

// visible are the conditions that any program shows: by /status and its answers, and by what
// was done to it.
var visible = []string{"leader", "role", "term", "up", "down", "paused", "answer", "answers"}

// The set uses only what every program shows, begins with new nodes, asks for little, and
// gives each test time.
func TestCourseSetNeedsOnlyClients(t *testing.T) {
	seen := func(f *fixture.Fixture, line int, that []condition.Condition) {
		for _, c := range that {
			key, value, _ := strings.Cut(c.String(), "=")
			assert.Check(t, slices.Contains(visible, key) && value != "majority", "%s:%d: %s", f.Name, line, c)
		}
	}
	for _, f := range course(t) {
		for i := range f.Nodes {
			n := &f.Nodes[i]
			assert.Check(t, n.Term == 0 && len(n.Log) == 0 && n.Bug == "", f.Name)
		}
		assert.Check(t, len(f.Faults) == 0 && len(f.Scenario.Violates) == 0, f.Name)
		requests := 0
		for i := range f.Scenario.Steps {
			step := &f.Scenario.Steps[i]
			seen(f, step.Line, step.Once)
			assert.Check(t, len(step.Once) == 0 || step.Within >= 5*time.Second, "%s:%d: a slow program is no wrong program", f.Name, step.Line)
			switch a := step.Action.(type) {
			case play.Request:
				requests += a.Times
				assert.Check(t, a.Every == 0 && a.Times <= 10 || a.Every >= 50*time.Millisecond, "%s:%d: too fast for a small program", f.Name, step.Line)
			case play.Send, play.Plant:
				t.Errorf("%s:%d: no program of others can do this", f.Name, step.Line)
			case play.NodeAction:
				able := []fault.Kind{fault.Crash, fault.Restart, fault.Pause, fault.Resume, fault.Isolate, fault.HealNode}
				assert.Check(t, slices.Contains(able, a.Change.Kind), "%s:%d: no program of others can do this", f.Name, step.Line)
			}
		}
		assert.Check(t, requests <= 60, "%s sends %d requests", f.Name, requests)
		for i := range f.Scenario.Expects {
			e := &f.Scenario.Expects[i]
			seen(f, e.Line, e.That)
			switch e.Kind {
			case play.ExpectWithin:
				assert.Check(t, e.Late >= 10*time.Second && e.Within >= 1500*time.Millisecond, "%s:%d: a slow program is no wrong program", f.Name, e.Line)
			case play.ExpectNever:
			default:
				t.Errorf("%s:%d: a program may be seen at a bad moment", f.Name, e.Line)
			}
		}
	}
}

// Healthy nodes pass with every seed, also with the timers of slow programs.
func TestCourseSetPasses(t *testing.T) {
	for _, timers := range []struct {
		name                     string
		least, most, beat, delay time.Duration
	}{
		{"Usual", 150 * time.Millisecond, 300 * time.Millisecond, 50 * time.Millisecond, 0},
		{"Slow", time.Second, 2 * time.Second, 500 * time.Millisecond, 0},
		{"Hasty", 100 * time.Millisecond, 200 * time.Millisecond, 25 * time.Millisecond, 0},
		{"SlowStorage", 300 * time.Millisecond, 600 * time.Millisecond, 100 * time.Millisecond, 20 * time.Millisecond},
	} {
		t.Run(timers.name, func(t *testing.T) {
			runs, chances := 0, 0
			for _, f := range course(t) {
				f.ElectionMin, f.ElectionMax = timers.least, timers.most
				f.Heartbeat, f.StorageDelay = timers.beat, timers.delay
				for k := range uint64(budget.Pick(10, 100)) {
					f.Seed = 7919*k + 1
					v := runOnce(t, f)
					runs++
					if v.Chance {
						chances++
						continue
					}
					assert.Check(t, v.Status == scenario.Passed, "%s", tell(v))
					assert.Check(t, v.SimTime < 30*time.Second, "%s takes %v", f.Name, v.SimTime)
				}
			}
			assert.Check(t, chances*200 <= runs, "%d of %d runs waited in vain for a chosen leader", chances, runs)
		})
	}
}
