package explore

import (
	"context"
	"errors"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/raft"
	"rrmq.example/emulator/tests/budget"
)

// Correct nodes pass every check in every run, and make progress after a heal.
func TestHealthyNodesPass(t *testing.T) {
	for _, c := range []struct {
		name string
		runs int
		o    Options
	}{
		{"OneNode", 60, Options{Nodes: 1}},
		{"TwoNodes", 60, Options{Nodes: 2}},
		{"ThreeNodes", 120, Options{Nodes: 3}},
		{"FiveNodes", 250, Options{}},
		{"SevenNodes", 60, Options{Nodes: 7}},
		{"ShortRuns", 60, Options{SimTime: 300 * ms}},
		{"NoFaults", 20, Options{Kinds: []string{}}},
		{"FromAFixture", 60, Options{Fixture: named(t, "figure_7")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.runs /= budget.Pick(4, 1)
			c.o.Runs = c.runs
			s := explored(t, c.o)
			for _, r := range s.Failures {
				t.Errorf("%s", lineOf(r))
			}
			assert.Equal(t, s.Runs, c.runs)
			assert.Equal(t, s.Interrupted, false)
		})
	}
}

func named(t testing.TB, name string) *fixture.Fixture {
	t.Helper()
	f, err := fixture.Named(name)
	assert.NilError(t, err)
	return f
}

// The result does not depend on how many runs are done at once.
func TestParallelDoesNotMatter(t *testing.T) {
	o := Options{Bug: "vote_by_length", Nodes: 3, Runs: 300}
	o.Parallel = 1
	one := explored(t, o)
	assert.Equal(t, len(one.Failures), 1)
	assert.Equal(t, one.Failures[0].Run, one.Runs-1, "it ends with the first that fails")
	for _, o.Parallel = range budget.Pick([]int{7}, []int{2, 7, 1 << 30}) {
		many := explored(t, o)
		assert.Equal(t, many.Runs, one.Runs)
		assert.Equal(t, many.Coverage, one.Coverage)
		assert.Equal(t, lineOf(many.Failures[0]), lineOf(one.Failures[0]))
		assert.Equal(t, string(many.Failures[0].Fixture.TOML()), string(one.Failures[0].Fixture.TOML()))
	}
}

// A run is a function of its number, and others have other schedules.
func TestSameSeedSameSchedule(t *testing.T) {
	texts := map[string]int{}
	for run := range 40 {
		f, err := drawSchedule(Options{}, run)
		assert.NilError(t, err)
		again, err := drawSchedule(Options{Parallel: 3}, run)
		assert.NilError(t, err)
		text := string(f.TOML())
		assert.Equal(t, text, string(again.TOML()))
		if other, ok := texts[text]; ok {
			t.Errorf("runs %d and %d are the same", run, other)
		}
		texts[text] = run
	}
}

// The scenario repeats the rehearsal: neither the parser nor the cluster refuses a
// step, and the text gives the same run.
func TestScheduleIsAFixture(t *testing.T) {
	for run := range budget.Pick(20, 60) {
		o := complete(t, Options{Nodes: 3 + run%3})
		r, err := runOne(context.Background(), o, run)
		assert.NilError(t, err)
		assert.Equal(t, r.Verdict.Problem, "")
		read, err := fixture.Parse("schedule.toml", r.Fixture.TOML())
		assert.NilError(t, err)
		assert.NilError(t, read.Impossible())
		v, err := scenario.Run(context.Background(), read, scenario.Options{})
		assert.NilError(t, err)
		assert.Equal(t, v.Events, r.Verdict.Events)
		assert.Equal(t, v.SimTime, r.Verdict.SimTime)
		assert.Equal(t, v.Status, scenario.Passed)
	}
}

func TestKeepGoing(t *testing.T) {
	o := Options{Bug: "vote_without_log", Nodes: 3, Runs: 40, KeepGoing: true}
	s := explored(t, o)
	assert.Equal(t, s.Runs, 40)
	assert.Assert(t, s.Failed > len(s.Failures), "%d failed", s.Failed)
	checks := map[string]bool{}
	for i, r := range s.Failures {
		assert.Assert(t, !checks[r.Finding.Check], "%s is there twice", r.Finding.Check)
		checks[r.Finding.Check] = true
		assert.Assert(t, i == 0 || s.Failures[i-1].Run < r.Run)
	}
}

// An interrupted exploration counts all runs up to then.
func TestInterruptedRunsCountUpToThen(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	told := 0
	s, err := Explore(ctx, Options{Nodes: 3, Runs: 1 << 30, Parallel: 2}, func(s *Summary) {
		if told = s.Runs; told == 5 {
			cancel()
		}
	})
	assert.NilError(t, err)
	assert.Assert(t, s.Interrupted)
	assert.Equal(t, s.Runs, told)
	assert.Assert(t, s.Runs >= 5)
}

func TestDuration(t *testing.T) {
	s := explored(t, Options{Nodes: 1, Duration: 30 * ms, SimTime: 200 * ms})
	assert.Assert(t, s.Runs > 0 && !s.Interrupted)
}

func TestBadOptions(t *testing.T) {
	for name, o := range map[string]Options{
		"Nodes":    {Nodes: -1},
		"TooMany":  {Nodes: MaxNodes + 1},
		"SimTime":  {SimTime: 1},
		"Runs":     {Runs: -1},
		"Seed":     {Seed: 1 << 60},
		"Kind":     {Kinds: []string{"earthquake"}},
		"Check":    {Checks: []string{"good_luck"}},
		"Bug":      {Bug: "none_of_ours"},
		"BugNodes": {Bug: "vote_twice", BugNodes: []raft.NodeID{5}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Explore(context.Background(), o, nil)
			assert.Assert(t, errors.Is(err, ErrOptions), "%v", err)
			_, err = drawSchedule(o, 0)
			assert.Assert(t, errors.Is(err, ErrOptions), "%v", err)
		})
	}
}
