package explore

import (
	"fmt"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/tests/budget"
)

// Each kind of fault comes about in some schedule, where it is the only one that may,
// and no other does.
func TestKindsOccur(t *testing.T) {
	usual := fixture.Fresh(1)
	occurs := map[string]func(f *fixture.Fixture) bool{
		"timing":    func(f *fixture.Fixture) bool { return f.ElectionMin != usual.ElectionMin },
		"storage":   func(f *fixture.Fixture) bool { return f.StorageDelay > 0 },
		"state":     hasPast,
		"latency":   func(f *fixture.Fixture) bool { return len(f.Faults) > 0 },
		"crash":     nodeOp(fault.Crash),
		"pause":     nodeOp(fault.Pause),
		"timeout":   nodeOp(fault.Timeout),
		"skew":      func(f *fixture.Fixture) bool { return hasStep(f, isSkew) },
		"split":     cutShape("groups"),
		"isolate":   cutShape("isolate"),
		"oneway":    cutShape("oneway"),
		"bridge":    cutShape("oneway"),
		"ring":      cutShape("oneway"),
		"cuts":      cutShape("oneway"),
		"delay":     ruleNamed("delay-"),
		"drop":      ruleNamed("drop-"),
		"reorder":   ruleNamed("reorder-"),
		"hold":      ruleNamed("hold-"),
		"throttle":  ruleNamed("throttle-"),
		"slow_disk": ruleNamed("slow_disk-"),
		"duplicate": ruleNamed("duplicate-"),
	}
	for _, k := range Kinds() {
		t.Run(k.Name, func(t *testing.T) {
			assert.Assert(t, k.Help != "")
			found := false
			for run := range budget.Pick(15, 40) {
				f := schedule(complete(t, Options{Kinds: []string{k.Name}}), run)
				found = found || occurs[k.Name](f)
				for other, other_occurs := range occurs {
					if other != k.Name && !alike(other, k.Name) && other_occurs(beforeHealing(f)) {
						t.Fatalf("run %d has %s", run, other)
					}
				}
			}
			assert.Assert(t, found)
		})
	}
}

func alike(a, b string) bool {
	shapes := []string{"oneway", "bridge", "ring", "cuts"}
	return strings.Contains(fmt.Sprint(shapes), a) && strings.Contains(fmt.Sprint(shapes), b)
}

// beforeHealing is the fixture up to where all is healed: what Raft bears may go on
// after that in any run.
func beforeHealing(f *fixture.Fixture) *fixture.Fixture {
	c := clone(f)
	for i, step := range c.Scenario.Steps {
		if step.Name == healedStep {
			c.Scenario.Steps = c.Scenario.Steps[:i]
			break
		}
	}
	return c
}

func isSkew(step play.Step) bool {
	a, ok := step.Action.(play.NodeAction)
	return ok && a.Change.Kind == fault.Skew
}

func nodeOp(op fault.Kind) func(*fixture.Fixture) bool {
	return func(f *fixture.Fixture) bool {
		return hasStep(f, func(step play.Step) bool {
			a, ok := step.Action.(play.NodeAction)
			return ok && a.Change.Kind == op
		})
	}
}

func cutShape(shape string) func(*fixture.Fixture) bool {
	return func(f *fixture.Fixture) bool {
		return hasStep(f, func(step play.Step) bool {
			a, ok := step.Action.(play.Cut)
			return ok && map[string]int{"groups": len(a.Groups), "oneway": len(a.OneWay), "isolate": len(a.Isolate)}[shape] > 0
		})
	}
}

func ruleNamed(prefix string) func(*fixture.Fixture) bool {
	return func(f *fixture.Fixture) bool {
		return hasStep(f, func(step play.Step) bool {
			a, ok := step.Action.(play.SetFault)
			return ok && strings.HasPrefix(a.Rule.Name, prefix)
		})
	}
}

// ofFive is a cluster of five nodes that nobody looks at.
type ofFive struct{ syntax.Cluster }

func (ofFive) Nodes() int { return 5 }

// The shapes of partitions are what they are called.
func TestShapes(t *testing.T) {
	reaches := func(kind string, want func(t *testing.T, out []int)) {
		t.Run(kind, func(t *testing.T) {
			cuts := 0
			for run := range 40 {
				for _, step := range schedule(complete(t, Options{Kinds: []string{kind}}), run).Scenario.Steps {
					if c, ok := step.Action.(play.Cut); ok && len(c.OneWay) > 0 {
						cuts++
						out := make([]int, 5) // how many each does not reach
						stage := stageOf(ofFive{}, 0)
						changes, _, _ := stage.Changes(c)
						for _, l := range changes[0].Links {
							out[l.From]++
						}
						want(t, out)
					}
				}
			}
			assert.Assert(t, cuts > 0)
		})
	}
	count := func(list []int, n int) int {
		found := 0
		for _, k := range list {
			if k == n {
				found++
			}
		}
		return found
	}
	reaches("ring", func(t *testing.T, out []int) { assert.Equal(t, count(out, 2), 5, "%v", out) })
	reaches("bridge", func(t *testing.T, out []int) { assert.Equal(t, count(out, 0), 1, "%v", out) })
	reaches("oneway", func(t *testing.T, out []int) {
		assert.Assert(t, count(out, 0) == 4 || count(out, 1) > 0 && count(out, 0)+count(out, 1) == 5, "%v", out)
	})
}
