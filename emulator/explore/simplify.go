package explore

import (
	"math"
	"slices"
	"time"

	"rrmq.example/emulator/emulator/fixture"
	"rrmq.example/emulator/emulator/world"
	"rrmq.example/emulator/raft"
)

// simplifications are what makes a fixture simpler other than to leave out steps,
// in the order in which they are tried.
var simplifications = []func(*shrinker){
	(*shrinker).plainCluster,
	(*shrinker).fewerNodes,
	(*shrinker).fewerExpects,
	(*shrinker).fewerBugs,
	(*shrinker).simplerRules,
	(*shrinker).simplerRequests,
	(*shrinker).rounderTimes,
}

// change tries a copy of the best one with a change.
func (s *shrinker) change(change func(f *fixture.Fixture)) bool {
	c := clone(s.best)
	change(c)
	return s.try(c)
}

// endSooner ends the run where it fails, and leaves out what comes later.
func (s *shrinker) endSooner() {
	when := failedAt(&s.verdict, s.check)
	if when == 0 || when >= s.best.Scenario.RunTime {
		return
	}
	for _, end := range []time.Duration{when, when + 200*time.Millisecond, when + time.Second} {
		end = ceil(end, time.Millisecond)
		if end < s.best.Scenario.RunTime && s.change(func(f *fixture.Fixture) {
			c := f.Scenario
			c.RunTime = end
			c.Steps = slices.DeleteFunc(c.Steps, func(step fixture.Step) bool { return step.At > end })
		}) {
			return
		}
	}
}

// plainCluster gives the cluster its defaults back: no past, no faults from the
// start, no writes that take time, the usual timers.
func (s *shrinker) plainCluster() {
	b := s.best
	if b.StorageDelay > 0 {
		s.change(func(f *fixture.Fixture) { f.StorageDelay = 0 })
	}
	if hasPast(b) {
		s.change(forgetPast)
	}
	for i := len(s.best.Faults) - 1; i >= 0; i-- {
		s.change(func(f *fixture.Fixture) { f.Faults = slices.Delete(f.Faults, i, i+1) })
	}
	usual := fixture.Fresh(1)
	if b.ElectionMin != usual.ElectionMin || b.ElectionMax != usual.ElectionMax || b.Heartbeat != usual.Heartbeat {
		s.change(func(f *fixture.Fixture) {
			f.ElectionMin, f.ElectionMax, f.Heartbeat = usual.ElectionMin, usual.ElectionMax, usual.Heartbeat
		})
	}
}

// hasPast tells whether some node is not new.
func hasPast(f *fixture.Fixture) bool {
	return slices.ContainsFunc(f.Nodes, func(n world.NodeConfig) bool { return n.Term > 0 || len(n.Log) > 0 })
}

// forgetPast makes all nodes new. Messages on their way are the past, too.
func forgetPast(f *fixture.Fixture) {
	for i := range f.Nodes {
		f.Nodes[i] = world.NodeConfig{VotedFor: raft.None, Bug: f.Nodes[i].Bug}
	}
	f.Messages, f.Streams, f.Order = nil, nil, nil
}

// fewerNodes leaves out nodes, the last one first.
func (s *shrinker) fewerNodes() {
	for id := len(s.best.Nodes) - 1; id >= 0 && len(s.best.Nodes) > 1; id-- {
		if c := withoutNode(s.best, raft.NodeID(id)); c != nil {
			s.try(c)
		}
	}
}

// fewerExpects leaves out what is expected, but for what fails.
func (s *shrinker) fewerExpects() {
	for i := len(s.best.Scenario.Expects) - 1; i >= 0; i-- {
		s.change(func(f *fixture.Fixture) { f.Scenario.Expects = slices.Delete(f.Scenario.Expects, i, i+1) })
	}
}

// fewerBugs plants the bug in fewer nodes.
func (s *shrinker) fewerBugs() {
	for i := range s.best.Nodes {
		if s.best.Nodes[i].Bug != "" {
			s.change(func(f *fixture.Fixture) { f.Nodes[i].Bug = "" })
		}
	}
}

// simplerRequests asks the leader where a node was meant by its id.
func (s *shrinker) simplerRequests() {
	for i := range s.best.Scenario.Steps {
		a, ok := s.best.Scenario.Steps[i].Action.(fixture.Request)
		if ok && a.Times > 1 {
			a.Times = 1
			s.change(func(f *fixture.Fixture) { f.Scenario.Steps[i].Action = a })
		}
	}
}

// rounderTimes has steps at rounder times, all of them or one after the other.
func (s *shrinker) rounderTimes() {
	for _, unit := range []time.Duration{time.Second, 100 * time.Millisecond, 50 * time.Millisecond, 10 * time.Millisecond} {
		for i := range s.best.Scenario.Steps {
			at := s.best.Scenario.Steps[i].At
			if at%unit == 0 || !s.alive() {
				continue
			}
			for _, to := range []time.Duration{at.Truncate(unit), ceil(at, unit)} {
				if s.change(func(f *fixture.Fixture) { moveStep(f.Scenario, i, to) }) {
					break
				}
			}
		}
	}
}

// moveStep has a step at another time; those before it are no later, and those
// after it no earlier.
func moveStep(c *fixture.Scenario, i int, to time.Duration) {
	for k := range c.Steps {
		switch at := c.Steps[k].At; {
		case k <= i && at > to, k == i, k > i && at < to:
			c.Steps[k].At = to
		}
	}
}

func ceil(d, unit time.Duration) time.Duration {
	return time.Duration(math.Ceil(float64(d)/float64(unit))) * unit
}
