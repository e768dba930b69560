package explore

import (
	"slices"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/world"
)

// clone copies a fixture as far as shrinking changes it: actions are replaced, not
// changed.
func clone(f *fixture.Fixture) *fixture.Fixture {
	c := *f
	s := *f.Scenario
	s.Steps = slices.Clone(s.Steps)
	s.Expects = slices.Clone(s.Expects)
	c.Scenario = &s
	c.Nodes = slices.Clone(f.Nodes)
	c.Faults = slices.Clone(f.Faults)
	return &c
}

// repair leaves out the steps that make no sense any more since others are gone: a
// restart of a node that is up, for example, which a fixture may not have. It also
// leaves out what was expected from a step that is gone.
func repair(f *fixture.Fixture) {
	s := f.Scenario
	up, paused := make([]bool, len(f.Nodes)), make([]bool, len(f.Nodes))
	for i, n := range f.Nodes {
		up[i], paused[i] = !n.Down, n.Paused
	}
	cut := !f.Partition.IsZero()
	s.Steps = slices.DeleteFunc(s.Steps, func(step play.Step) bool {
		switch a := step.Action.(type) {
		case play.NodeAction:
			if a.Change.Kind == fault.Isolate {
				cut = true
			}
			// Explored schedules do things to one node at a time.
			if len(a.Who) == 1 && a.Who[0].Name == "" {
				return !do(a, &up[a.Who[0].ID], &paused[a.Who[0].ID])
			}
		case play.Cut:
			mends := len(a.Groups)+len(a.OneWay)+len(a.Isolate) == 0
			if mends && !cut {
				return true
			}
			cut = !mends
		case play.HealAll:
			for i := range up {
				up[i], paused[i] = true, false
			}
			cut = false
		}
		return false
	})
	s.Expects = slices.DeleteFunc(s.Expects, func(e play.Expect) bool {
		return e.From != "" && !slices.ContainsFunc(s.Steps, func(step play.Step) bool { return step.Name == e.From })
	})
}

// do takes note of what is done to a node, and reports whether it can be done.
func do(a play.NodeAction, up, paused *bool) bool {
	switch a.Change.Kind {
	case fault.Crash:
		can := *up || a.Change.Wipe
		*up, *paused = false, false
		return can
	case fault.Restart:
		can := !*up
		*up = true
		return can
	case fault.Pause:
		can := *up && !*paused
		*paused = *paused || can
		return can
	case fault.Resume:
		can := *up && *paused
		*paused = false
		return can
	case fault.Timeout:
		return *up && !*paused
	case fault.HealNode:
		*up, *paused = true, false
	}
	return true
}

// feasible gives the fixture without the steps that cannot be done when it runs: a
// timeout of a node that leads by then, for example.
func feasible(f *fixture.Fixture) *fixture.Fixture {
	c := clone(f)
	config := c.Config()
	config.TraceSize = 1
	w := world.New(config, nil)
	c.Scenario.Steps = slices.DeleteFunc(c.Scenario.Steps, func(step play.Step) bool {
		w.RunUntil(step.At)
		return perform(w, step.Action) != nil
	})
	return c
}
