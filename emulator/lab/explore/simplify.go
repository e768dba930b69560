package explore

import (
	"cmp"
	"math"
	"slices"
	"time"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// simplifications are what makes a fixture simpler other than to leave out steps,
// in the order in which they are tried.
var simplifications = []func(*shrinker){
	(*shrinker).explicitTimeouts,
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
			c.Steps = slices.DeleteFunc(c.Steps, func(step play.Step) bool { return step.At > end })
		}) {
			return
		}
	}
}

// never is an election timeout that does not run out in a run.
const never = MaxSimTime

// explicitTimeouts makes each election timeout that runs out a step, and then no
// other does: elections no longer hang on random draws, which each step that is left
// out would change.
func (s *shrinker) explicitTimeouts() {
	if isProgress(s.check) || s.best.ElectionMin >= never {
		return
	}
	var t timeouts
	w := scenario.Options{Monitors: []world.Monitor{&t}}
	if _, err := scenario.Run(s.ctx, s.best, w); err != nil {
		return
	}
	s.change(func(f *fixture.Fixture) {
		f.ElectionMin, f.ElectionMax = never, 2*never
		c := f.Scenario
		c.Steps = append(c.Steps, t.steps...)
		slices.SortStableFunc(c.Steps, func(a, b play.Step) int { return cmp.Compare(a.At, b.At) })
	})
}

// timeouts notes those that no step has made.
type timeouts struct {
	steps []play.Step
	made  uint64 // the record of the change that made the next one
}

// LogChanged implements world.Monitor.
func (*timeouts) LogChanged(*world.World, raft.NodeID, raft.Index) {}

// Record implements world.Monitor.
func (t *timeouts) Record(_ *world.World, r *trace.Record) {
	switch r.Kind {
	case trace.Nemesis:
		if r.Detail.(*fault.Change).Kind == fault.Timeout {
			t.made = r.Seq
		}
	case trace.Kind(raft.Timeout):
		if r.Cause != t.made || t.made == 0 {
			t.steps = append(t.steps, play.Step{
				At: r.Time, Within: play.DefaultWithin,
				Action: play.NodeAction{Change: fault.Change{Kind: fault.Timeout}, Who: syntax.WhoOf(r.Node)},
			})
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
	for i := range s.best.Faults {
		s.change(func(f *fixture.Fixture) { f.Faults[i].DelayMin = f.Faults[i].DelayMax })
	}
	usual := fixture.Fresh(1)
	if b.ElectionMin != usual.ElectionMin && b.ElectionMin != never || b.Heartbeat != usual.Heartbeat {
		s.change(func(f *fixture.Fixture) {
			f.Heartbeat = usual.Heartbeat
			if f.ElectionMin < never {
				f.ElectionMin, f.ElectionMax = usual.ElectionMin, usual.ElectionMax
			}
		})
	}
}

// hasPast reports whether some node is not new.
func hasPast(f *fixture.Fixture) bool {
	return slices.ContainsFunc(f.Nodes, func(n world.NodeConfig) bool { return n.Term > 0 || len(n.Log) > 0 })
}

// forgetPast makes all nodes new, and removes the messages in flight.
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

// fewerExpects leaves out expectations, except the one that fails.
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

// simplerRequests sends one request where several were sent at once.
func (s *shrinker) simplerRequests() {
	for i := 0; i < len(s.best.Scenario.Steps); i++ { // there may be fewer meanwhile
		a, ok := s.best.Scenario.Steps[i].Action.(play.Request)
		if ok && a.Times > 1 {
			a.Times = 1
			s.change(func(f *fixture.Fixture) { f.Scenario.Steps[i].Action = a })
		}
	}
}

// rounderTimes has steps at rounder times, all of them or one after the other.
func (s *shrinker) rounderTimes() {
	for _, unit := range []time.Duration{time.Second, 100 * time.Millisecond, 50 * time.Millisecond, 10 * time.Millisecond} {
		for i := 0; i < len(s.best.Scenario.Steps); i++ { // there may be fewer meanwhile
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
func moveStep(c *play.Scenario, i int, to time.Duration) {
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
