package scenario

import (
	"bytes"
	"context"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/tests/budget"
)

// failOver returns a scenario whose leader crashes under load and restarts.
func failOver(t testing.TB) *draft {
	load := putMessage("load", "dog", "{i}", named("leader"))
	load.Times, load.Every = 60, 5*ms
	return newDraft(t, 5).
		then("", putTopic("topic", "dog", named("leader")), "leader=unique").
		then("", let("old", named("leader")), "answer=topic:ok").
		then("", load).
		after(100*ms, "crash", node(fault.Crash, named("old"))).
		then("elected", nil, "leader=unique").
		after(100*ms, "back", node(fault.Restart, named("old"))).
		always("back", "", "role=old:Follower").
		never("back", "", "event=RequestVote:old").
		within(2000*ms, "back", "queues_equal=all", "logs_equal=all").
		end("answers=load:ok:>=20")
}

// lossy returns a scenario that loses a fifth of its messages for a while.
func lossy(t testing.TB) *draft {
	return newDraft(t, 5).
		then("", play.SetFault{Rule: fault.Rule{Name: "lossy", Drop: true, Probability: 0.2}}).
		then("", putTopic("", "dog", named("leader")), "leader=unique").
		after(1000*ms, "whole", play.DeleteFault{Names: []string{"lossy"}}).
		then("again", putTopic("again", "cat", named("leader")), "leader=unique").
		within(3000*ms, "whole", "leader=unique", "logs_equal=all", "queues_equal=all").
		never("", "", "count=Restart:>0").
		always("", "", "entries_once=all")
}

// sameVerdict compares verdicts without WallTime.
func sameVerdict(t testing.TB, a, b Verdict) {
	t.Helper()
	a.WallTime, b.WallTime = 0, 0
	assert.DeepEqual(t, a, b)
}

// The same file and seed give the same verdict and trace; a different seed gives a
// different trace.
func TestSameSeedGivesSameVerdictAndTrace(t *testing.T) {
	for name, build := range map[string]func(testing.TB) *draft{"OldLeader": oldLeader, "FailOver": failOver, "Lossy": lossy} {
		t.Run(name, func(t *testing.T) {
			p := build(t)
			p.end("leader=none") // fails, so that it has a trail
			run := func(seed uint64) (Verdict, []byte) {
				var trace bytes.Buffer
				return p.runWith(Options{Seed: &seed, Trace: &trace}), trace.Bytes()
			}
			first, firstTrace := run(7)
			second, secondTrace := run(7)
			sameVerdict(t, first, second)
			assert.Assert(t, bytes.Equal(firstTrace, secondTrace))
			_, otherTrace := run(8)
			assert.Assert(t, !bytes.Equal(firstTrace, otherTrace))
			assert.Equal(t, first.Seed, uint64(7))
			assert.Equal(t, p.Seed, uint64(fixture.DefaultSeed))
		})
	}
}

// Writing a trace does not change the verdict.
func TestTraceMakesNoDifference(t *testing.T) {
	var trace bytes.Buffer
	p := failOver(t)
	sameVerdict(t, p.run(), p.runWith(Options{File: "play.toml", Trace: &trace}))
}

// The verdict is the same with any seed.
func TestVerdictIsTheSameWithAnySeed(t *testing.T) {
	for name, build := range map[string]func(testing.TB) *draft{"OldLeader": oldLeader, "FailOver": failOver, "Lossy": lossy} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := build(t)
			for seed := range budget.Pick[uint64](60, 200) {
				v := p.runWith(Options{Seed: &seed})
				if v.Status != Passed {
					t.Fatalf("%+v", v)
				}
			}
		})
	}
}

// Several runs may share a fixture at the same time.
func TestRunsShareAFixture(t *testing.T) {
	p := failOver(t)
	want := p.run()
	for range 4 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			for range 5 {
				v, err := Run(context.Background(), p.Fixture, Options{File: "play.toml"})
				assert.NilError(t, err)
				sameVerdict(t, v, want)
			}
		})
	}
}

// An interrupted run keeps its findings so far.
func TestInterruptedRunKeepsItsFindings(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	p := settled(t, 3).then("", nil).lasting(time.Hour).
		always("", "", "leader=0").never("", "", "leader=0").within(10*ms, "", "leader=0")
	p.Scenario.TimeLimit = 2 * time.Hour
	events := 0
	target := &watched{newVirtual(p.Fixture, nil, nil), func() {
		if events++; events == 5000 {
			cancel()
		}
	}}
	v, err := On(ctx, target, p.Fixture, Options{})
	assert.NilError(t, err)
	assert.Equal(t, v.Status, Failed)
	assert.Equal(t, v.Findings[0].Status, Undecided)
	assert.Equal(t, v.Findings[1].Status, Failed)
	assert.Equal(t, v.Findings[2].Status, Passed)
	assert.Assert(t, events < 5000+interruptEvery+1)

	v, err = Run(ctx, p.Fixture, Options{})
	assert.NilError(t, err)
	assert.Equal(t, v.Status, Undecided)
	assert.Equal(t, v.Problem, "interrupted at 0 ms")
}

// A watched target counts its looks.
type watched struct {
	*virtual
	looked func()
}

func (t *watched) Watch(ctx context.Context, until time.Duration, look Look) error {
	return t.virtual.Watch(ctx, until, func(v View, settled bool) bool {
		t.looked()
		return look(v, settled)
	})
}

func TestCommandRepeatsARun(t *testing.T) {
	for _, c := range []struct {
		file string
		seed uint64
		real bool
		want string
	}{
		{"old.toml", 7, false, "emulator run old.toml -seed 7"},
		{"grading/old.toml", 1, true, "emulator run grading/old.toml -seed 1 -clock real"},
		{"my course/it's.toml", 1, false, `emulator run 'my course/it'\''s.toml' -seed 1`},
		{"-v.toml", 18446744073709551615, false, "emulator run ./-v.toml -seed 18446744073709551615"},
	} {
		assert.Equal(t, Command(c.file, c.seed, c.real), c.want)
	}
}

// A verdict names its scenario.
func TestVerdictNamesItsScenario(t *testing.T) {
	p := settled(t, 3)
	p.Description, p.Paper = "About this.", "§5.2"
	p.Scenario.Grade = play.Grade{Part: "election", Points: 2, Tags: []string{"a"}}
	seed := uint64(3)
	v := p.runWith(Options{File: "a/b.toml", Seed: &seed, Repeat: 2, Repeats: 5})
	assert.Assert(t, v.WallTime > 0)
	v.WallTime = 0
	assert.Assert(t, len(v.Checks) > 0)
	v.Checks = nil
	assert.DeepEqual(t, v, Verdict{
		Name: "play", File: "a/b.toml", Description: "About this.", Paper: "§5.2", Grade: p.Scenario.Grade,
		Seed: 3, Repeat: 2, Repeats: 5, Events: v.Events, Command: "emulator run a/b.toml -seed 3",
	})
	assert.Equal(t, settled(t, 3).runWith(Options{}).Command, "emulator run play -seed 1")
}
