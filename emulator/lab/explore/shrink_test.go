package explore

import (
	"context"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
	"rrmq.example/emulator/tests/budget"
)

// shrunk makes the first failure of a bug small.
func shrunk(t testing.TB, o Options) (*Result, *Shrunk) {
	t.Helper()
	r := finds(t, o)
	s, err := Shrink(context.Background(), r, DefaultShrink, nil)
	assert.NilError(t, err)
	return r, s
}

// A shrunk failure is smaller, its text fails the same check, and it needs each of its
// steps.
func TestShrink(t *testing.T) {
	type example struct {
		bug   string
		steps int // that are enough
	}
	examples := []example{
		{"vote_without_log", 12}, {"vote_twice", 12}, {"commit_without_majority", 10},
		{"election_not_restarted", 10}, {"next_never_back", 20}, {"leader_overwrites_log", 10},
	}
	for _, c := range examples[:budget.Pick(3, len(examples))] {
		t.Run(c.bug, func(t *testing.T) {
			t.Parallel()
			r, s := shrunk(t, Options{Bug: c.bug, Runs: 400})
			assert.Assert(t, s.Whole, "%d runs", s.Runs)
			assert.Assert(t, len(s.Fixture.Scenario.Steps) <= c.steps, "%s", s.Fixture.TOML())
			assert.Equal(t, s.Finding.Check, r.Finding.Check)

			read, err := fixture.Parse("small.toml", s.Fixture.TOML())
			assert.NilError(t, err)
			_, ok := Fails(run(t, read), r.Finding.Check)
			assert.Assert(t, ok)
			for i := range read.Scenario.Steps {
				less := without(read, i, i+1)
				repair(less)
				if less, err = fixture.Parse("less.toml", less.TOML()); err != nil || less.Scenario == nil || isProgress(s.Finding.Check) && !isFair(less) {
					continue
				}
				if _, ok := Fails(run(t, less), r.Finding.Check); ok {
					t.Errorf("step %d can be left out of\n%s", i, read.TOML())
				}
			}
		})
	}
}

func run(t testing.TB, f *fixture.Fixture) *scenario.Verdict {
	t.Helper()
	v, err := scenario.Run(context.Background(), f, scenario.Options{})
	assert.NilError(t, err)
	return &v
}

// A leader that is gone when it is asked leaves a step that cannot be done: that is
// what fails, and no reason to leave the step out.
func TestShrinkALeaderThatIsGone(t *testing.T) {
	o := Options{Bug: "timer_reset_on_any_vote_request", Seed: 1, Checks: []string{requestAnswered}}
	r, err := Run(context.Background(), o, 44)
	assert.NilError(t, err)
	assert.Assert(t, strings.Contains(r.Finding.Seen, "there is no leader"), "%+v", r.Finding)
	s, err := Shrink(context.Background(), &r, DefaultShrink, nil)
	assert.NilError(t, err)
	assert.Equal(t, s.Finding.Check, requestAnswered)
	assert.Assert(t, s.Whole && len(s.Fixture.Scenario.Steps) < 20, "%s", s.Fixture.TOML())
}

// The same failure gives the same small one.
func TestShrinkIsRepeatable(t *testing.T) {
	o := Options{Bug: "vote_twice", Nodes: 3}
	_, one := shrunk(t, o)
	_, two := shrunk(t, o)
	assert.Equal(t, string(one.Fixture.TOML()), string(two.Fixture.TOML()))
	assert.Equal(t, one.Runs, two.Runs)
}

func TestShrinkIsBounded(t *testing.T) {
	r := finds(t, Options{Bug: "vote_twice"})
	told := 0
	s, err := Shrink(context.Background(), r, 20, func(runs, _ int) { told = runs })
	assert.NilError(t, err)
	assert.Assert(t, !s.Whole)
	assert.Equal(t, s.Runs, 20)
	assert.Equal(t, told, 20)
	_, ok := Fails(&s.Verdict, r.Finding.Check)
	assert.Assert(t, ok)
}

func TestShrinkInterrupted(t *testing.T) {
	r := finds(t, Options{Bug: "vote_twice"})
	ctx, cancel := context.WithCancel(context.Background())
	s, err := Shrink(ctx, r, DefaultShrink, func(runs, _ int) {
		if runs == 5 {
			cancel()
		}
	})
	assert.NilError(t, err)
	assert.Assert(t, !s.Whole && s.Runs <= 6)
	_, err = Shrink(ctx, r, DefaultShrink, nil)
	assert.ErrorIs(t, err, context.Canceled)
}

// A failure that does not happen again cannot be shrunk.
func TestShrinkNeedsAFailure(t *testing.T) {
	r, err := Run(context.Background(), Options{}, 0)
	assert.NilError(t, err)
	assert.Assert(t, !r.Failed())
	r.Finding.Check = "election_safety"
	_, err = Shrink(context.Background(), &r, DefaultShrink, nil)
	assert.Error(t, err, "run 0 failed election_safety, and does not when it is repeated from its text")
}

// With each timeout a step, the run is the one that it was.
func TestExplicitTimeouts(t *testing.T) {
	r := finds(t, Options{Bug: "vote_by_length"})
	s := &shrinker{ctx: context.Background(), check: r.Finding.Check, most: DefaultShrink}
	assert.Assert(t, s.try(r.Fixture))
	before := s.finding
	s.explicitTimeouts()
	assert.Equal(t, s.best.ElectionMin, never)
	assert.Equal(t, s.finding, before)
}

// Leaving out a node leaves out what was done to it, and renumbers the others.
func TestWithoutNode(t *testing.T) {
	who := func(ids ...int) (list []play.Who) {
		for _, id := range ids {
			list = append(list, idWho(id))
		}
		return list
	}
	f := fixture.Fresh(4)
	f.Nodes[0].VotedFor, f.Nodes[2].VotedFor = 1, 3
	f.Scenario = &play.Scenario{Steps: []play.Step{
		{Action: play.NodeAction{Change: fault.Change{Kind: fault.Crash}, Who: who(1)}},
		{Action: play.NodeAction{Change: fault.Change{Kind: fault.Crash}, Who: who(2)}},
		{Action: play.Cut{Groups: [][]play.Who{who(1), who(0, 2, 3)}}},
		{Action: play.Cut{Groups: [][]play.Who{who(1, 0), who(2, 3)}}},
		{Action: play.Cut{OneWay: [][2]play.Who{{idWho(1), idWho(0)}, {idWho(0), idWho(3)}}}},
		{Action: play.Cut{}},
		{Action: play.SetFault{Rule: fault.Rule{Name: "a", Drop: true, Match: fault.Match{From: ids(1)}}}},
		{Action: play.SetFault{Rule: fault.Rule{Name: "b", Drop: true, Match: fault.Match{To: ids(1, 3)}}}},
		{Action: play.NodeAction{Change: fault.Change{Kind: fault.Skew, Skew: 2}, Who: []play.Who{idWho(3)}}},
		{Action: play.Request{To: idWho(1)}},
		{Action: play.Request{To: play.Who{ID: -1, Name: "leader"}}},
	}}
	got := withoutNode(f, 1)
	assert.Equal(t, len(got.Nodes), 3)
	assert.Equal(t, got.Nodes[0].VotedFor, raft.None)
	assert.Equal(t, int(got.Nodes[1].VotedFor), 2)
	var actions []play.Action
	for _, step := range got.Scenario.Steps {
		actions = append(actions, step.Action)
	}
	assert.DeepEqual(t, actions, []play.Action{
		play.NodeAction{Change: fault.Change{Kind: fault.Crash}, Who: who(1)},
		play.Cut{Groups: [][]play.Who{who(0), who(1, 2)}},
		play.Cut{OneWay: [][2]play.Who{{idWho(0), idWho(2)}}},
		play.Cut{},
		play.SetFault{Rule: fault.Rule{Name: "b", Drop: true, Match: fault.Match{To: ids(2)}}},
		play.NodeAction{Change: fault.Change{Kind: fault.Skew, Skew: 2}, Who: []play.Who{idWho(2)}},
		play.Request{To: play.Who{ID: -1, Name: "leader"}},
	})
	assert.Equal(t, len(f.Scenario.Steps), 11)
}

// A step that makes no sense without an earlier step is removed with it.
func TestRepair(t *testing.T) {
	node := func(op fault.Kind, id int) play.Action {
		return play.NodeAction{Change: fault.Change{Kind: op}, Who: []play.Who{idWho(id)}}
	}
	isolate := play.Cut{Isolate: []play.Who{idWho(1)}}
	f := fixture.Fresh(3)
	f.Scenario = &play.Scenario{Expects: []play.Expect{{From: healedStep}, {From: askedStep}, {}}}
	var want []play.Action
	for _, step := range []struct {
		keep   bool
		action play.Action
	}{
		{false, node(fault.Restart, 0)}, {false, node(fault.Resume, 0)}, {true, node(fault.Crash, 0)},
		{false, node(fault.Crash, 0)}, {false, node(fault.Pause, 0)}, {false, node(fault.Timeout, 0)},
		{true, node(fault.Restart, 0)}, {true, node(fault.Pause, 0)}, {false, node(fault.Pause, 0)},
		{false, node(fault.Timeout, 0)}, {true, node(fault.Timeout, 1)}, {true, node(fault.Resume, 0)},
		{false, play.Cut{}}, {true, isolate}, {true, play.Cut{}}, {true, node(fault.Crash, 2)},
		{true, play.HealAll{}}, {false, node(fault.Restart, 2)},
	} {
		f.Scenario.Steps = append(f.Scenario.Steps, play.Step{Name: map[bool]string{true: askedStep}[step.keep], Action: step.action})
		if step.keep {
			want = append(want, step.action)
		}
	}
	repair(f)
	var got []play.Action
	for _, step := range f.Scenario.Steps {
		got = append(got, step.Action)
	}
	assert.DeepEqual(t, got, want)
	assert.Equal(t, len(f.Scenario.Expects), 2)
}
