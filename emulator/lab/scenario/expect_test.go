package scenario

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/fault"
)

// Each kind of expectation can fail, and says why.
func TestFailedExpectationsSayWhatWasSeen(t *testing.T) {
	for name, c := range map[string]struct {
		build          func(*draft)
		expected, seen string
		when           time.Duration
		trail          string // the last line
	}{
		"Within": {
			func(p *draft) { p.after(10*ms, "s", nil).within(200*ms, "s", "role=1:Candidate") },
			"role=1:Candidate within 200 ms of s", "node 1 is Follower", 210 * ms,
			"at 0 ms node 1 began as a follower of term 1 with an empty log, committed up to 0",
		},
		"WithinFromTheStart": {
			func(p *draft) { p.within(1500*ms, "", "down=1", "leader=0") },
			"down=1 and leader=0 within 1.5 s", "down=1: node 1 is up", 1500 * ms,
			"",
		},
		"Always": {
			func(p *draft) {
				p.then("s", nil).after(70*ms, "", node(fault.Crash, named("leader"))).always("s", "", "role=0:Leader")
			},
			"always role=0:Leader from s", "node 0 is down", 70 * ms,
			"at 70 ms node 0 was crashed",
		},
		"AlwaysUntil": {
			func(p *draft) {
				p.after(70*ms, "", node(fault.Crash, id(1))).then("u", nil).always("", "u", "up=1")
			},
			"always up=1 until u", "node 1 is down", 70 * ms,
			"at 70 ms node 1 was crashed",
		},
		"AlwaysAtTheBegin": {
			func(p *draft) { p.always("", "", "leader=1") },
			"always leader=1", "node 0 leads in term 1", 0,
			"at 0 ms node 1 began as a follower of term 1 with an empty log, committed up to 0",
		},
		"Never": {
			func(p *draft) {
				p.after(20*ms, "s", node(fault.Timeout, id(1))).after(10*ms, "u", nil).never("s", "u", "leader=1")
			},
			"never leader=1 from s until u", "node 1 leads in term 2", 20 * ms,
			"at 20 ms node 1 got the vote of node 2 for term 2 (§5.2)",
		},
		"NeverEvent": {
			func(p *draft) { p.after(20*ms, "", node(fault.Timeout, id(1))).never("", "", "event=RequestVote:1") },
			"never event=RequestVote:1", "record ", 20 * ms,
			"at 20 ms node 1 asked node 2 for its vote in term 2, with an empty log (§5.2)",
		},
		"At": {
			func(p *draft) { p.after(20*ms, "s", node(fault.Crash, id(1))).when("s", "up=1") },
			"up=1 at s", "node 1 is down", 20 * ms,
			"at 20 ms node 1 was crashed",
		},
		"AtTheEnd": {
			func(p *draft) { p.lasting(500 * ms).end("count=Timeout:>=1") },
			"count=Timeout:>=1 at the end", "", 500 * ms,
			"",
		},
		"AtTheEndFromAStep": {
			func(p *draft) {
				p.then("", node(fault.Timeout, id(1))).then("s", nil).expect(play.Expect{From: "s"}, "event=BecomeLeader")
			},
			"event=BecomeLeader from s at the end", "no record after ", 0,
			"",
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := settled(t, 3)
			c.build(p)
			p.Scenario.Expects[0].Because = "so it is (§5.1)"
			f := p.fails()
			assert.Equal(t, f.Expected, c.expected)
			assert.Equal(t, f.Because, "so it is (§5.1)")
			assert.Equal(t, f.Line, 50)
			assert.Assert(t, strings.HasPrefix(f.Seen, c.seen), "%q", f.Seen)
			assert.Equal(t, f.When, c.when)
			assert.Assert(t, len(f.Trail) > 0 && len(f.Trail) <= trailLength, "%q", f.Trail)
			if c.trail != "" {
				assert.Equal(t, f.Trail[len(f.Trail)-1], c.trail, "%q", f.Trail)
			}
		})
	}
}

// Each kind passes where it would have failed before or after.
func TestExpectationsHoldInTheirWindows(t *testing.T) {
	crash := node(fault.Crash, id(1))
	for name, build := range map[string]func(*draft){
		"AlwaysUntilRightBefore": func(p *draft) { p.after(100*ms, "c", crash).always("", "c", "up=1") },
		"AlwaysFromRightAfter":   func(p *draft) { p.after(100*ms, "c", crash).always("c", "", "down=1").lasting(200 * ms) },
		"AlwaysInBetween": func(p *draft) {
			p.then("a", node(fault.Crash, id(0))).then("b", node(fault.Restart, id(0)), "leader=unique").always("a", "b", "down=0")
		},
		"NeverUntilRightBefore": func(p *draft) { p.after(100*ms, "c", crash).never("", "c", "down=1") },
		"NeverFromRightAfter":   func(p *draft) { p.after(100*ms, "c", crash).never("c", "", "up=1").lasting(200 * ms) },
		// The cluster is at rest when a step is done.
		"FromAfterWhatItLedTo": func(p *draft) { p.then("t", node(fault.Timeout, id(1))).always("t", "", "leader=1").lasting(20 * ms) },
		"EventsOfTheStepCount": func(p *draft) { p.then("t", node(fault.Timeout, id(1))).within(0, "t", "event=BecomeLeader:1") },
		"EarlierEventsDoNot": func(p *draft) {
			p.then("", node(fault.Timeout, id(1))).then("s", nil).never("s", "", "event=BecomeLeader:1").lasting(20 * ms)
		},
		"WithinAtItsLastMoment": func(p *draft) { p.after(100*ms, "c", crash).within(100*ms, "", "down=1") },
		"AtTheEnd":              func(p *draft) { p.after(100*ms, "c", crash).end("down=1").lasting(200 * ms) },
		"NamesOfLater":          func(p *draft) { p.never("", "", "down=n").after(100*ms, "", let("n", id(1))) },
		"NeverWithoutEvents": func(p *draft) {
			p.never("", "", "leader=1").then("", node(fault.Crash, id(0), id(1), id(2))).lasting(time.Second)
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := settled(t, 3)
			build(p)
			p.passes()
		})
	}
}

// An expectation that would pass without having looked at anything is undecided. The same
// expectation is decided when there is something to look at, if only at the same time.
func TestExpectationOverNoTimeIsUndecided(t *testing.T) {
	for name, c := range map[string]struct {
		build    func(*draft)
		decide   func(*draft) // gives it time
		decided  Status
		observed string // what it saw then
	}{
		"NeverFromTheLastStep": {
			func(p *draft) { p.then("s", nil, "leader=unique").never("s", "", "event=Timeout") },
			func(p *draft) { p.lasting(100 * ms) }, Passed, "",
		},
		"AlwaysFromTheLastStep": {
			func(p *draft) { p.then("s", nil, "leader=unique").always("s", "", "leader=0") },
			func(p *draft) { p.after(20*ms, "", node(fault.Crash, id(0))) }, Failed, "nobody leads in the highest term",
		},
		"UntilAStepThatNeedsNoWait": {
			func(p *draft) { p.then("a", nil).then("b", nil, "up=all").never("a", "b", "leader=0", "leader=1") },
			func(p *draft) { p.Scenario.Steps[1].After = ms }, Passed, "",
		},
		"AWithinThatIsTrueAtOnceGivesNoTime": {
			func(p *draft) { p.then("s", nil).never("s", "", "leader=1").within(1000*ms, "s", "leader=0") },
			func(p *draft) { p.within(1000*ms, "s", "event=AppendEntries") }, Passed, "",
		},
		"NoEventsAtTheEnd": {
			func(p *draft) {
				p.after(5*ms, "s", nil, "leader=unique").expect(play.Expect{From: "s"}, "count=Timeout:0")
			},
			func(p *draft) { p.lasting(100 * ms) }, Passed, "",
		},
		"NoAnswersAtTheEnd": {
			func(p *draft) {
				p.then("", node(fault.Isolate, id(0))).then("", putTopic("r", "dog", id(0))).end("answers=r:ok:=0")
			},
			func(p *draft) { p.lasting(100 * ms) }, Passed, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := settled(t, 3)
			c.build(p)
			v := p.run()
			assert.Equal(t, v.Status, Undecided, "%+v", v.Findings)
			assert.Equal(t, v.Problem, "")
			seen := fmt.Sprintf("looked at no time: it began and ended at %s; give it time with run_ms in [scenario], or with a later step that has after_ms", moment(v.SimTime))
			assert.Equal(t, v.Findings[0].Seen, seen)
			p = settled(t, 3)
			c.build(p)
			c.decide(p)
			v = p.run()
			assert.Equal(t, v.Status, c.decided, "%+v", v.Findings)
			assert.Assert(t, strings.HasPrefix(v.Findings[0].Seen, c.observed), v.Findings[0].Seen)
		})
	}
}

// Events at the same moment are something to look at.
func TestExpectationOverOneMomentOfEventsIsDecided(t *testing.T) {
	settled(t, 3).then("", putTopic("r", "dog", id(0))).end("answers=r:refused:=0").passes()
	settled(t, 3).then("", node(fault.Timeout, id(1))).then("s", nil, "leader=1").never("", "s", "leader=2").passes()
}

// A scenario ends as soon as everything is decided.
func TestScenarioEndsWhenAllIsDecided(t *testing.T) {
	t.Run("AtOnce", func(t *testing.T) {
		assert.Equal(t, settled(t, 3).end("leader=0").passes().SimTime, time.Duration(0))
	})
	t.Run("Nothing", func(t *testing.T) { newDraft(t, 1).passes() })
	t.Run("AfterTheLastStep", func(t *testing.T) {
		assert.Equal(t, settled(t, 3).after(40*ms, "", nil).passes().SimTime, 40*ms)
	})
	t.Run("AfterWithin", func(t *testing.T) {
		p := settled(t, 3).after(40*ms, "c", node(fault.Crash, id(0))).within(1000*ms, "c", "leader=unique")
		end := p.passes().SimTime
		assert.Assert(t, end > 100*ms && end < 800*ms, "%v", end)
	})
	t.Run("AfterRunTime", func(t *testing.T) {
		assert.Equal(t, settled(t, 3).after(40*ms, "", nil).lasting(300*ms).passes().SimTime, 300*ms)
	})
	t.Run("WithNobodyUp", func(t *testing.T) {
		p := settled(t, 3).then("c", node(fault.Crash, id(0), id(1), id(2))).lasting(30*time.Second).never("c", "", "event=Timeout")
		assert.Equal(t, p.passes().SimTime, 30*time.Second)
	})
}

// The time limit stops a scenario; undecided expectations have failed.
func TestTimeLimitFailsWhatIsUndecided(t *testing.T) {
	p := settled(t, 3).
		then("", node(fault.Crash, id(0), id(1))).
		after(10*ms, "", nil, "leader=unique").
		never("", "", "leader=2").
		within(5000*ms, "", "leader=2").
		end("leader=0").
		when("", "leader=0").
		within(0, "", "leader=0")
	p.Scenario.Expects[3].From = "x"
	p.Scenario.Steps[1].Within = time.Hour
	p.Scenario.TimeLimit = 3 * time.Second
	v := p.run()
	assert.Equal(t, v.Status, Failed)
	assert.Equal(t, v.Problem, "stopped at the time limit of 3 s")
	assert.Equal(t, v.SimTime, 3*time.Second)
	var got []string
	for _, f := range v.Findings {
		got = append(got, f.Status.String()+": "+f.Seen)
	}
	assert.Assert(t, strings.HasPrefix(got[0], "failed: still undecided: "), got[0])
	assert.Assert(t, strings.HasPrefix(got[1], "failed: still undecided: nobody leads in the highest term"), got[1])
	assert.Assert(t, strings.HasPrefix(got[2], "failed: still undecided: nobody leads in the highest term"), got[2])
	assert.Equal(t, got[3], "failed: still undecided: its window never began")
	assert.Equal(t, got[4], "passed: ")
}

// A scenario without a limit has one of a minute.
func TestDefaultTimeLimit(t *testing.T) {
	p := newDraft(t, 2).then("", node(fault.Crash, id(0))).after(0, "", nil, "leader=unique")
	p.Scenario.Steps[1].Within = time.Hour
	v := p.run()
	assert.Equal(t, v.Problem, "stopped at the time limit of 60 s")
	assert.Assert(t, v.WallTime < 5*time.Second)
}

// Events are found however old they are, also for expectations that are decided at the end.
func TestOldEventsAreFound(t *testing.T) {
	load := putMessage("load", "dog", "{i}", named("leader"))
	load.Times, load.Every = 1000, ms
	p := settled(t, 5).
		then("", putTopic("", "dog", named("leader"))).
		then("", load).
		end("count=Init:5", "count=ClientRequest:1001", "event=Init:3").
		expect(play.Expect{Kind: play.ExpectAt, At: "late"}, "event=Init:4").
		after(2000*ms, "late", nil)
	v := p.passes()
	assert.Assert(t, v.Events > 3*virtualTrace/2)
}

// An expectation that comes true after its time, but before it is too late, has failed and was late.
func TestLateExpectationsFailAsLate(t *testing.T) {
	for _, c := range []struct {
		name    string
		at      time.Duration
		status  Status
		late    bool
		seen    string
		decided time.Duration
	}{
		{"InTime", 150 * ms, Passed, false, "", 150 * ms},
		{"JustInTime", 200 * ms, Passed, false, "", 200 * ms},
		{"Late", 201 * ms, Failed, true, "came true after 201 ms", 201 * ms},
		{"JustLate", 500 * ms, Failed, true, "came true after 500 ms", 500 * ms},
		{"TooLate", 501 * ms, Failed, false, "node 1 is up", 500 * ms},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := settled(t, 3).after(c.at, "crash", node(fault.Crash, id(1))).
				expect(play.Expect{Kind: play.ExpectWithin, Within: 200 * ms, Late: 500 * ms}, "down=1")
			v := p.run()
			f := v.Findings[0]
			assert.Equal(t, f.Expected, "down=1 within 200 ms, and too late up to 500 ms")
			assert.Equal(t, f.Status, c.status)
			assert.Equal(t, f.Late, c.late)
			assert.Equal(t, f.Seen, c.seen)
			assert.Equal(t, f.When, c.decided)
			assert.Assert(t, !v.Unprepared)
		})
	}
}

// A scenario that could not bring the cluster into its state was not prepared.
func TestStepsThatAreNotDoneLeaveAScenarioUnprepared(t *testing.T) {
	for name, c := range map[string]struct {
		build      func(*draft)
		unprepared bool
	}{
		"Once":      {func(p *draft) { p.then("", nil, "leader=1") }, true},
		"Nobody":    {func(p *draft) { p.then("", node(fault.Crash, named("candidate"))) }, true},
		"TimeLimit": {func(p *draft) { p.Scenario.TimeLimit = 50 * ms; p.after(60*ms, "", nil) }, true},
		"AllDone":   {func(p *draft) { p.Scenario.TimeLimit = 50 * ms; p.then("", nil).within(100*ms, "", "leader=1") }, false},
		"Failed":    {func(p *draft) { p.then("", nil).within(10*ms, "", "leader=1") }, false},
		"Passed":    {func(p *draft) { p.then("s", nil, "leader=0").when("s", "leader=0") }, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := settled(t, 3)
			c.build(p)
			v := p.run()
			assert.Equal(t, v.Unprepared, c.unprepared)
			assert.Equal(t, v.Status == Passed, name == "Passed")
		})
	}
}

// Raft promises a leader, but not which one.
func TestWaitingForAChosenLeaderIsLeftToChance(t *testing.T) {
	for wait, chance := range map[string]bool{
		"leader=f": true, "role=f:Leader": true, "leader=f role=f:Follower": true,
		"leader=1": false, "leader=not:l": false, "role=l:Follower": false, "leader=l role=l:Follower": false,
	} {
		v := settled(t, 3).
			then("", play.Let{Bindings: []play.Binding{{Name: "l", Who: named("leader")}, {Name: "f", Who: named("follower")}}}).
			then("", nil, strings.Fields(wait)...).run()
		assert.Check(t, v.Unprepared, wait)
		assert.Check(t, v.Chance == chance, wait)
	}
}

// Expectations about answers alone cannot come true once the answers are there.
func TestExpectationsOnAnswersFailWithTheAnswers(t *testing.T) {
	many := putTopic("many", "dog {i}", id(1))
	many.Times, many.Every = 3, 100*ms
	p := settled(t, 3).then("", many).
		expect(play.Expect{Kind: play.ExpectWithin, Within: 3 * time.Second, Late: 10 * time.Second}, "answers=many:ok:>=1").
		expect(play.Expect{Kind: play.ExpectWithin, Within: 3 * time.Second}, "answers=many:ok:>=1")
	v := p.run()
	assert.Equal(t, v.Findings[0].Status, Failed)
	assert.Equal(t, v.Findings[0].When, 200*ms)
	assert.Equal(t, v.Findings[1].When, 3*time.Second, "without a second limit, time decides")
}
