package scenario

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/poll"

	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// realScenarios pass in virtual time and in real time.
var realScenarios = map[string]func(testing.TB) *draft{
	"OldLeader": oldLeader,
	"FailOver":  failOver,
	"Lossy":     lossy,
	"Answers": func(t testing.TB) *draft {
		topics := putTopic("topics", "", named("leader"))
		topics.Command = queue.GetTopics.With()
		return settled(t, 3).
			then("", putTopic("topic", "a/b ü?%2F", named("leader"))).
			then("", putTopic("again", "a/b ü?%2F", named("leader"))).
			then("", putMessage("put", "a/b ü?%2F", `<"wuff">`, named("leader"))).
			then("", getMessage("got", "a/b ü?%2F", named("leader"))).
			then("", getMessage("empty", "a/b ü?%2F", named("leader"))).
			then("", topics).
			then("", putTopic("follower", "cow", id(1))).
			then("", node(fault.Crash, id(2))).
			then("", putTopic("down", "cow", id(2))).
			end("answer=topic:ok", "answer=again:refused", "answer=put:ok", `answer=got:"<\"wuff\">"`, "answer=empty:refused",
				"answer=topics:ok", "answer=follower:refused", "answer=down:lost")
	},
	// The answer comes before the crash, however short the time between.
	"AnswerThenCrash": func(t testing.TB) *draft {
		return settled(t, 3).
			then("r", putTopic("r", "dog", named("leader"))).then("", node(fault.Crash, named("leader"))).
			when("r", "answer=r:ok").end("answer=r:ok")
	},
	"HealThenAnswer": func(t testing.TB) *draft {
		return settled(t, 3).
			then("", node(fault.Pause, id(0))).
			then("asked", putTopic("r", "dog", id(0))).
			after(10*ms, "resumed", node(fault.Resume, id(0))).
			when("asked", "answer=r:none").when("resumed", "answer=r:ok")
	},
	"CutOff": func(t testing.TB) *draft {
		return settled(t, 3).
			then("", node(fault.Pause, id(1), id(2))).
			then("", putTopic("r", "dog", named("leader"))).
			then("crashed", node(fault.Crash, id(0))).
			within(1000*ms, "crashed", "answer=r:lost")
	},
	"ClientTimeout": func(t testing.TB) *draft {
		r := putTopic("r", "dog", named("leader"))
		r.Timeout = 100 * ms
		return settled(t, 3).
			then("", node(fault.Crash, id(1), id(2))).
			then("sent", r).
			within(2000*ms, "sent", "answer=r:lost").
			then("healed", play.HealAll{}, "answer=r:lost").
			// The leader answers now, but the client has gone.
			within(3000*ms, "healed", "topics=all:dog").
			always("healed", "", "answer=r:lost").
			end("leader=unique")
	},
	// An answer to a client that has gone delays no step for long.
	"AnswerToNobody": func(t testing.TB) *draft {
		r := putTopic("r", "dog", named("leader"))
		r.Timeout = 50 * ms
		return settled(t, 3).
			then("", node(fault.Pause, id(1), id(2))).
			then("", r).
			then("", node(fault.Resume, id(1), id(2)), "answer=r:lost").
			after(20*ms, "", putTopic("next", "cat", named("leader")), "committed=0:1").
			after(300*ms, "later", nil).
			when("later", "answer=r:lost", "answer=next:ok", "topics=0:dog, cat", "count=Response:2")
	},
	"TimeoutOfTwoAtOnce": func(t testing.TB) *draft {
		return settled(t, 3).
			then("", node(fault.Crash, id(0))).
			then("split", node(fault.Timeout, id(1), id(2))).
			when("split", "role=1,2:Candidate").
			within(5000*ms, "split", "leader=unique")
	},
	"Together": func(t testing.TB) *draft {
		many := putTopic("many", "dog {i}", named("leader"))
		many.Times = 100
		return settled(t, 3).then("many", many).when("many", "answers=many:ok:=100").end(inOrder(100))
	},
	"Send": func(t testing.TB) *draft {
		vote := raft.Message{Type: raft.RequestVoteRequest, Term: 9}
		return settled(t, 3).
			then("sent", play.Send{From: id(2), To: id(1), Message: vote}).
			then("", node(fault.Pause, id(2))).
			then("held", play.Send{From: id(0), To: id(2), Message: vote}).
			then("", node(fault.Crash, id(2))).
			then("", play.Send{From: id(0), To: id(2), Message: vote}).
			when("sent", "term=1:>=9").when("held", "paused=2").end("count=RPC:>=2")
	},
	"Faults": func(t testing.TB) *draft {
		return settled(t, 3).
			then("", play.SetFault{Rule: fault.Rule{Name: "brief", Drop: true, Until: 20 * ms}}).
			then("", play.SetFault{Rule: fault.Rule{Name: "slow", DelayMin: ms, DelayMax: 2 * ms}}).
			then("", play.NodeAction{Change: fault.Change{Kind: fault.Skew, Skew: 2}, Who: []play.Who{id(1)}}).
			then("", play.Cut{Groups: [][]play.Who{{id(0)}, {id(1), id(2)}}}).
			then("elected", play.Cut{}, "event=BecomeLeader").
			then("lifted", play.DeleteFault{Names: []string{"brief", "slow"}}).
			within(3000*ms, "lifted", "leader=unique", "role=0:Follower")
	},
}

// Verdicts in real time, with clients that speak HTTP, are those in virtual time.
func TestRealTimeHasTheSameVerdicts(t *testing.T) {
	for name, build := range realScenarios {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := build(t)
			p.passes()
			v := p.runWith(Options{File: "play.toml", Real: true})
			wantPassed(t, v)
			assert.Equal(t, v.Command, "emulator run play.toml -seed 1 -clock real")
		})
	}
}

// inOrder returns n topics, dog 1 first.
func inOrder(n int) string {
	var topics []string
	for i := range n {
		topics = append(topics, fmt.Sprintf("dog %d", i+1))
	}
	return "topics=0:" + strings.Join(topics, ", ")
}

// Expectations that fail in virtual time fail in real time, with the same words.
func TestRealTimeFailsWithTheSameWords(t *testing.T) {
	p := settled(t, 3).
		after(30*ms, "s", node(fault.Crash, id(1))).
		always("", "", "up=1").
		never("s", "", "down=1").
		within(50*ms, "s", "up=1").
		when("s", "up=1").
		end("up=1")
	virtual, real := p.run(), p.runWith(Options{Real: true})
	assert.Equal(t, real.Status, Failed)
	for i, f := range real.Findings {
		assert.Equal(t, f.Status, virtual.Findings[i].Status)
		assert.Equal(t, f.Expected, virtual.Findings[i].Expected)
		assert.Equal(t, f.Seen, virtual.Findings[i].Seen)
		assert.Assert(t, f.When >= virtual.Findings[i].When)
	}

	p = settled(t, 3).then("", node(fault.Crash, id(1))).then("", node(fault.Timeout, id(1)))
	v := p.runWith(Options{Real: true})
	assert.Equal(t, v.Problem, p.run().Problem)
	assert.Equal(t, v.Status, Failed)
}

func TestTimeLimitHoldsInRealTime(t *testing.T) {
	p := settled(t, 3).lasting(time.Hour).within(time.Hour, "", "leader=1")
	p.Scenario.TimeLimit = 50 * ms
	v := p.runWith(Options{Real: true})
	assert.Equal(t, v.Problem, "stopped at the time limit of 50 ms")
	assert.Equal(t, v.Findings[0].Status, Failed)
	assert.Assert(t, v.WallTime < 20*time.Second)
}

// A run leaves no goroutine and no file behind, even when it is interrupted.
func TestRunLeavesNothingBehind(t *testing.T) {
	before, files := runtime.NumGoroutine(), descriptors()
	for range 3 {
		p := settled(t, 3).
			then("", node(fault.Pause, id(0))).
			then("", putTopic("r", "dog", id(0))). // never answered
			then("", play.Send{From: id(1), To: id(0), Message: raft.Message{Type: raft.RequestVoteRequest, Term: 9}}).
			then("", nil, "leader=0").lasting(time.Hour)
		ctx, cancel := context.WithCancel(context.Background())
		target, err := newReal(p.Fixture, nil, nil)
		assert.NilError(t, err)
		urls := target.host.URLs()
		stopper := &cancelling{target, cancel}
		v, err := On(ctx, stopper, p.Fixture, Options{})
		assert.NilError(t, err)
		assert.Equal(t, v.Status, Undecided)
		for _, u := range urls {
			parsed, err := url.Parse(u)
			assert.NilError(t, err)
			l, err := net.Listen("tcp", parsed.Host)
			assert.NilError(t, err)
			assert.NilError(t, l.Close())
		}
		p.run()
	}
	poll.WaitOn(t, func(poll.LogT) poll.Result {
		if n := runtime.NumGoroutine() - 1; n > before { // the current goroutine counts also
			return poll.Continue("%d goroutines, %d before", n, before)
		}
		if n := descriptors(); n > files {
			return poll.Continue("%d files and sockets, %d before", n, files)
		}
		return poll.Success()
	}, poll.WithTimeout(20*time.Second))
}

// descriptors returns the number of open files and sockets, or 0 where the system does not
// show it.
func descriptors() int {
	list, _ := os.ReadDir("/proc/self/fd")
	return len(list)
}

// A cancelling target interrupts the run when it gets a message.
type cancelling struct {
	*real
	cancel func()
}

func (t *cancelling) Send(ctx context.Context, m raft.Message) error {
	err := t.real.Send(ctx, m)
	t.cancel()
	return err
}

// A message that the node refuses fails the scenario.
func TestRefusedMessageFailsTheScenario(t *testing.T) {
	p := settled(t, 3)
	target, err := newReal(p.Fixture, nil, nil)
	assert.NilError(t, err)
	err = target.Send(context.Background(), raft.Message{Type: raft.RequestVoteRequest, To: 0, From: 1, LastLogIndex: 1})
	assert.ErrorIs(t, err, errRefused)
	assert.NilError(t, target.Close())
}

// A port that is in use is no failure of the scenario.
func TestMissingPortIsUndecided(t *testing.T) {
	p := settled(t, 3).end("leader=0")
	r := newRunner(nil, p.Fixture, Options{})
	r.stop(Undecided, "node 0 cannot have its port")
	v := r.verdict()
	assert.Equal(t, v.Status, Undecided)
	assert.Equal(t, v.Findings[0].Status, Undecided)
}
