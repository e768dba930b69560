package scenario

import (
	"context"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// Messages from outside that the actions send.
var (
	voteRequest = raft.Message{Type: raft.RequestVoteRequest, Term: 9, LastLogIndex: 5, LastLogTerm: 5}
	stray       = appendOfTerm(7)
	prepared    = appendOfTerm(1)
)

// appendOfTerm returns an AppendEntries with one new entry of its term.
func appendOfTerm(t raft.Term) raft.Message {
	return raft.Message{
		Type: raft.AppendEntriesRequest, Term: t,
		Entries: []raft.Entry{{Term: t, Command: queue.PutTopic.New("dog")}},
	}
}

// actions has a scenario for each action, which expects the action's visible effect.
var actions = map[string]func(*draft){
	"Mark": func(p *draft) { p.then("m", nil).when("m", "leader=0") },
	"Crash": func(p *draft) {
		p.then("c", node(fault.Crash, named("leader"), id(2))).when("c", "down=0,2").when("c", "up=1")
	},
	"CrashWipe": func(p *draft) {
		p.Nodes[2].Log = []raft.Entry{{Term: 1, Command: &machine.Command{}}}
		p.then("c", play.NodeAction{Change: fault.Change{Kind: fault.Crash, Wipe: true}, Who: []play.Who{id(2)}}).
			when("c", "last=2:=0", "term=2:=0")
	},
	"Restart": func(p *draft) {
		p.then("", node(fault.Crash, id(1))).then("r", node(fault.Restart, id(1))).
			when("r", "up=1").end("event=Restart:1")
	},
	"PauseAndResume": func(p *draft) {
		p.then("p", node(fault.Pause, id(1))).then("r", node(fault.Resume, id(1))).
			when("p", "paused=1").when("r", "role=1:Follower").always("r", "", "count=Nemesis:1:<=2").lasting(100 * ms)
	},
	"Timeout": func(p *draft) { p.then("t", node(fault.Timeout, id(1))).when("t", "leader=1", "term=2") },
	// Nothing happens between the two: each node votes for itself, and neither wins.
	"TimeoutOfTwoAtOnce": func(p *draft) {
		p.then("", node(fault.Crash, id(0))).then("t", node(fault.Timeout, id(1), id(2))).
			when("t", "role=1,2:Candidate", "voted_for=1:1", "voted_for=2:2")
	},
	"Isolate": func(p *draft) {
		p.then("i", node(fault.Isolate, named("leader"))).within(1000*ms, "i", "term=1,2:>=2", "term=0:=1")
	},
	"HealOne": func(p *draft) {
		p.then("", node(fault.Isolate, id(1))).then("", node(fault.Crash, id(2))).
			then("h", node(fault.HealNode, id(1), id(2))).
			when("h", "up=all", "up=2").never("h", "", "event=DropMessage").lasting(100 * ms)
	},
	"HealAll": func(p *draft) {
		p.then("", node(fault.Pause, id(1))).then("", node(fault.Crash, id(2))).
			then("", play.SetFault{Rule: fault.Rule{Name: "lost", Drop: true}}).
			then("h", play.HealAll{}).lasting(200*ms).
			when("h", "up=1,2").never("h", "", "event=DropMessage")
	},
	"PartitionGroups": func(p *draft) {
		p.then("", let("old", id(0))).
			then("p", play.Cut{Groups: [][]play.Who{{named("old")}, {id(1), id(2)}}}).
			within(1000*ms, "p", "leader=unique", "role=0:Leader", "term=0:=1")
	},
	"PartitionOneWay": func(p *draft) {
		p.then("p", play.Cut{OneWay: [][2]play.Who{{id(0), id(1)}}}).
			within(1000*ms, "p", "event=Timeout:1").never("p", "", "event=Timeout:2")
	},
	"PartitionIsolate": func(p *draft) {
		p.then("p", play.Cut{Isolate: []play.Who{id(2)}}).
			then("q", play.Cut{Isolate: []play.Who{id(1)}}).
			within(1000*ms, "q", "event=Timeout:1").never("q", "", "event=Timeout:2")
	},
	// until_ms counts from the step.
	"Fault": func(p *draft) {
		p.after(100*ms, "f", play.SetFault{Rule: fault.Rule{Name: "lost", Drop: true, Until: 60 * ms}}).lasting(400*ms).
			within(61*ms, "f", "event=RuleEnded").never("f", "", "event=Timeout").end("count=RuleEnded:1")
	},
	// Names and words of a match are resolved when the step is done.
	"FaultOnANode": func(p *draft) {
		p.then("", let("old", named("leader"))).
			then("f", play.SetFault{Rule: fault.Rule{Name: "lost", Drop: true}, Match: syntax.MatchWho{"from": {named("old")}, "to": {named("follower")}}}).
			within(1000*ms, "f", "event=Timeout:1").never("f", "", "event=Timeout:2")
	},
	"DeleteFault": func(p *draft) {
		p.then("", play.SetFault{Rule: fault.Rule{Name: "lost", Drop: true, Match: fault.Match{To: []raft.NodeID{2}}}}).
			after(1000*ms, "", nil).
			then("deleted", play.DeleteFault{Names: []string{"lost"}}).
			within(500*ms, "deleted", "leader=unique", "term=all:>=2", "role=2:Follower").end("event=DropMessage")
	},
	// Deleting a rule that ended by itself is harmless.
	"DeleteFaultTooLate": func(p *draft) {
		p.then("", play.SetFault{Rule: fault.Rule{Name: "lost", Drop: true, Until: 10 * ms}}).
			after(100*ms, "", play.DeleteFault{Names: []string{"lost"}}).end("leader=0")
	},
	// A leader that sends one message a second is replaced, as its heartbeats come too late.
	"Throttle": func(p *draft) {
		p.then("f", play.SetFault{Rule: fault.Rule{Name: "narrow", Throttle: 1, Match: fault.Match{From: []raft.NodeID{0}}}}).
			then("r", putTopic("r", "dog", id(0))).lasting(1500*ms).
			within(1000*ms, "f", "event=HoldMessage", "answer=r:refused").end("event=BecomeLeader:1", "role=0:Follower")
	},
	"SlowDisk": func(p *draft) {
		p.then("f", play.SetFault{Rule: fault.Rule{Name: "disk", SlowDiskMin: 50 * ms, SlowDiskMax: 50 * ms}}).
			then("r", putTopic("r", "dog", id(0))).after(40*ms, "s", nil).
			never("r", "s", "committed=0:=1").within(150*ms, "r", "answer=r:ok").end("event=Persist:0")
	},
	"Plant": func(p *draft) {
		p.then("", play.Plant{Who: []play.Who{id(1), id(2)}, Bug: "apply_before_commit"}).
			then("", play.Plant{Who: []play.Who{id(2)}}).
			then("cut", play.NodeAction{Change: fault.Change{Kind: fault.Pause}, Who: []play.Who{id(0)}}).
			then("", play.Send{To: id(1), From: id(0), Message: prepared}).
			then("", play.Send{To: id(2), From: id(0), Message: prepared}).
			end("applied=1:1").never("cut", "", "applied=2:1")
		p.Scenario.Violates = []string{"trace"}
	},
	"Skew": func(p *draft) {
		p.then("s", play.NodeAction{Change: fault.Change{Kind: fault.Skew, Skew: 0.01}, Who: []play.Who{id(2)}}).within(20*ms, "s", "event=Timeout:2")
	},
	"Let": func(p *draft) {
		p.then("", play.Let{Bindings: []play.Binding{{Name: "l", Who: named("leader")}, {Name: "f", Who: named("follower")}, {Name: "same", Who: named("l")}}}).
			then("", node(fault.Crash, named("same"))).
			end("down=l", "up=f").end("down=0", "up=1")
	},
	"Request": func(p *draft) {
		p.then("r", putTopic("r", "dog", named("leader"))).when("r", "answer=r:ok", "topics=0:dog")
	},
	"RequestToAny": func(p *draft) {
		p.then("", node(fault.Crash, id(0))).then("r", putTopic("r", "dog", named("any"))).when("r", "answer=r:refused").end("event=Request:1")
	},
	"SendVoteRequest": func(p *draft) {
		p.then("s", play.Send{From: id(2), To: id(1), Message: voteRequest}).when("s", "voted_for=1:2", "term=1:=9")
	},
	"SendEntries": func(p *draft) {
		p.then("", let("f", named("follower"))).
			then("s", play.Send{From: named("leader"), To: named("f"), Message: stray}).when("s", "commands=1:put_topic dog", "log=1:7*1")
	},
	"SendToOneThatIsDown": func(p *draft) {
		p.then("", node(fault.Crash, id(1))).then("s", play.Send{From: id(2), To: id(1), Message: voteRequest}).when("s", "down=1")
	},
}

func TestActionsHaveTheirEffects(t *testing.T) {
	for name, build := range actions {
		t.Run(name, func(t *testing.T) {
			p := settled(t, 3)
			build(p)
			p.passes()
		})
	}
}

// A step that is impossible fails the scenario, with the reason.
func TestStepsThatCannotBeDone(t *testing.T) {
	for name, c := range map[string]struct {
		build func(*draft)
		want  string
	}{
		"NoLeader": {
			func(p *draft) {
				p.then("", node(fault.Crash, id(0))).then("cut", node(fault.Isolate, named("leader")))
			},
			`step[1] "cut" (line 11): there is no leader among the nodes that are up: node 0 is down, node 1 is Follower in term 1, node 2 is Follower in term 1`,
		},
		"NoCandidate": {
			func(p *draft) { p.then("", let("c", named("candidate"))) },
			`step[0] (line 10): there is no candidate among the nodes that are up: node 0 is Leader in term 1, node 1 is Follower in term 1, node 2 is Follower in term 1`,
		},
		"NoFollower": {
			func(p *draft) {
				p.then("", node(fault.Crash, id(1), id(2))).then("", putTopic("", "x", named("follower")))
			},
			`step[1] (line 11): no node is up except the leader`,
		},
		"NobodyIsUp": {
			func(p *draft) {
				p.then("", node(fault.Crash, id(0), id(1), id(2))).then("", putTopic("", "x", named("any")))
			},
			`step[1] (line 11): there is no node that is up`,
		},
		"NoSuchName": {
			func(p *draft) { p.then("", node(fault.Crash, named("old"))) },
			`step[0] (line 10): no node has the name "old" yet`,
		},
		"NoSuchNode": {
			func(p *draft) { p.then("", node(fault.Crash, id(3))) },
			`step[0] (line 10): node 3: no such node, the cluster has nodes 0 to 2`,
		},
		"PauseOfOneThatIsDown": {
			func(p *draft) { p.then("", node(fault.Crash, id(1))).then("", node(fault.Pause, id(1))) },
			`step[1] (line 11): node 1: the node is down`,
		},
		"TimeoutOfTheLeader": {
			func(p *draft) { p.then("", node(fault.Timeout, named("leader"))) },
			`step[0] (line 10): node 0: the node leads, and a leader has no election timer`,
		},
		"LiftOfNothing": {
			func(p *draft) { p.then("", play.DeleteFault{Names: []string{"slow"}}) },
			`step[0] (line 10): there is no fault "slow"`,
		},
		"InTwoGroups": {
			func(p *draft) { p.then("", play.Cut{Groups: [][]play.Who{{named("leader")}, {id(0), id(1)}}}) },
			`step[0] (line 10): node 0 is in two groups`,
		},
		"LinkToItself": {
			func(p *draft) { p.then("", play.Cut{OneWay: [][2]play.Who{{id(0), named("leader")}}}) },
			`step[0] (line 10): the link from node 0 to itself cannot be cut`,
		},
		"SendToItself": {
			func(p *draft) { p.then("", play.Send{From: id(0), To: named("leader")}) },
			`step[0] (line 10): node 0 cannot get a message from itself`,
		},
		"SendOfNonsense": {
			func(p *draft) {
				p.then("", play.Send{From: id(0), To: id(1), Message: raft.Message{Type: raft.RequestVoteRequest, LastLogIndex: 1}})
			},
			`step[0] (line 10): no node could send this: `,
		},
		"OnceThatNeverComes": {
			func(p *draft) { p.after(100*ms, "w", nil, "role=1:Leader", "leader=unique") },
			`step[0] "w" (line 10): still untrue after 5 s: role=1:Leader: node 1 is Follower`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := settled(t, 3)
			c.build(p)
			v := p.never("", "", "leader=1").when("", "leader=0").run()
			assert.Equal(t, v.Status, Failed)
			assert.Assert(t, strings.HasPrefix(v.Problem, c.want), "%q", v.Problem)
			for _, f := range v.Findings {
				assert.Equal(t, f.Status, Undecided)
				assert.Equal(t, f.Seen, "the scenario did not go on")
			}
		})
	}
}

// Steps are done at their times.
func TestStepsAreDoneAtTheirTimes(t *testing.T) {
	p := settled(t, 3).
		at(0, "start", nil).
		at(100*ms, "hundred", node(fault.Pause, id(1))).
		after(50*ms, "later", node(fault.Resume, id(1))).
		at(120*ms, "past", node(fault.Pause, id(2))). // its time has passed
		after(30*ms, "once", node(fault.Resume, id(2)), "leader=unique").
		within(0, "start", "leader=0").
		when("once", "count=Nemesis:4")
	v := p.passes()
	assert.Equal(t, v.SimTime, 180*ms)
	var times []string
	target := newVirtual(p.Fixture, nil, nil)
	_, err := On(context.Background(), target, p.Fixture, Options{})
	assert.NilError(t, err)
	for seq := target.world.Trace().First(); seq <= target.world.Trace().Last(); seq++ {
		if r := target.world.Trace().At(seq); r.Kind == trace.Nemesis {
			times = append(times, r.Time.String())
		}
	}
	assert.DeepEqual(t, times, []string{"100ms", "150ms", "150ms", "180ms"})
}

// A condition of once counts events from the step before on, or from the start.
func TestStepsWaitForTheirConditions(t *testing.T) {
	t.Run("EventOfTheStepBefore", func(t *testing.T) {
		settled(t, 3).then("t", node(fault.Timeout, id(1))).then("seen", nil, "event=BecomeLeader:1").
			expect(play.Expect{Kind: play.ExpectWithin, From: "seen"}, "leader=1").passes()
	})
	t.Run("EventWhileTimePasses", func(t *testing.T) {
		v := settled(t, 3).then("t", node(fault.Timeout, id(1))).after(300*ms, "seen", nil, "event=BecomeLeader:1").
			when("seen", "leader=1").passes()
		assert.Equal(t, v.SimTime, 300*ms)
	})
	t.Run("NotThatOfEarlierSteps", func(t *testing.T) {
		p := settled(t, 3).then("t", node(fault.Timeout, id(1))).then("", nil).then("seen", nil, "event=BecomeLeader:1")
		p.Scenario.Steps[2].Within = 100 * ms
		v := p.run()
		assert.Equal(t, v.Status, Failed)
		assert.Assert(t, strings.HasPrefix(v.Problem, `step[2] "seen" (line 12): still untrue after 100 ms: no BecomeLeader`), v.Problem)
		assert.Equal(t, v.SimTime, 100*ms)
	})
	// A condition holds between two events of one time.
	t.Run("BetweenEvents", func(t *testing.T) {
		newDraft(t, 3).then("caught", node(fault.Crash, named("candidate")), "event=Timeout").
			never("", "caught", "event=HandleRequestVoteRequest").
			when("caught", "leader=none", "term=all:=1", "count=RequestVote:2").passes()
	})
}

// Names that one step gives to followers are names of different nodes.
func TestLetNamesDifferentFollowers(t *testing.T) {
	bind := func(names ...string) play.Let {
		var l play.Let
		for _, name := range names {
			l.Bindings = append(l.Bindings, play.Binding{Name: name, Who: named("follower")})
		}
		return l
	}
	settled(t, 4).
		then("", node(fault.Crash, id(1))).
		then("", bind("a", "b")).
		then("", bind("c")).
		then("s", node(fault.Pause, named("a"), named("c"))).
		then("", node(fault.Isolate, named("b"))).
		then("t", node(fault.Pause, named("b"))).
		when("s", "paused=2").
		when("t", "paused=2,3").
		passes()
	p := settled(t, 3)
	p.then("", bind("a", "b", "c"))
	assert.Equal(t, p.run().Problem, "step[0] (line 10): there is no other follower for the name c")
}
