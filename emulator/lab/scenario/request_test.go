package scenario

import (
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/mqapi/queue"
)

func TestAnswersOfRequests(t *testing.T) {
	topics := putTopic("topics", "", named("leader"))
	topics.Command = queue.GetTopics.With()
	settled(t, 3).
		then("", putTopic("topic", "dog", named("leader"))).
		then("", putTopic("again", "dog", named("leader"))).
		then("", putMessage("put", "dog", "wuff", named("leader"))).
		then("", putMessage("nowhere", "cat", "wuff", named("leader"))).
		then("", getMessage("got", "dog", named("leader"))).
		then("", getMessage("empty", "dog", named("leader"))).
		then("", topics).
		then("", putTopic("follower", "cow", id(1))).
		then("", node(fault.Crash, id(2))).
		then("", putTopic("down", "cow", id(2))).
		end("answer=topic:ok", "answer=again:refused", "answer=put:ok", "answer=nowhere:refused",
			`answer=got:"wuff"`, "answer=empty:refused", "answer=topics:ok", "answer=follower:refused", "answer=down:lost").
		passes()
}

// A client's timeout is in the cluster's time.
func TestClientTimesOutInClusterTime(t *testing.T) {
	request := putTopic("r", "dog", named("leader"))
	request.Timeout = 300 * ms
	p := settled(t, 3).
		then("", node(fault.Crash, id(1), id(2))).
		then("sent", request).
		after(299*ms, "before", nil).
		after(1*ms, "after", nil).
		// Only the client has lost the request.
		after(500*ms, "healed", play.HealAll{}).
		when("before", "answer=r:none").
		when("after", "answer=r:lost").
		within(1000*ms, "healed", "topics=all:dog").
		always("after", "", "answer=r:lost")
	p.passes()
}

// A crash cuts the connections of clients.
func TestCrashCutsClientsOff(t *testing.T) {
	settled(t, 3).
		then("", node(fault.Pause, id(1), id(2))).
		then("", putTopic("r", "dog", named("leader"))).
		then("waiting", nil).
		then("crashed", node(fault.Crash, id(0))).
		when("waiting", "answer=r:none").when("crashed", "answer=r:lost").passes()
}

// A paused node answers after its resume.
func TestPausedNodeAnswersAfterResume(t *testing.T) {
	settled(t, 3).
		then("", node(fault.Pause, id(0))).
		then("asked", putTopic("r", "dog", id(0))).
		after(10*ms, "resumed", node(fault.Resume, id(0))).
		when("asked", "answer=r:none").when("resumed", "answer=r:ok").passes()
}

// Many requests at the same time form one batch, in their order.
func TestRequestsTogetherFormOneBatch(t *testing.T) {
	many := putMessage("many", "dog", "wuff {i} of {i}", named("leader"))
	many.Times = 3
	settled(t, 3).
		then("", putTopic("", "dog", named("leader"))).
		then("sent", many).
		when("sent", "answers=many:ok:=3", `queue=0:dog:["wuff 1 of 1", "wuff 2 of 2", "wuff 3 of 3"]`).
		passes()
}

// Each of many requests is counted, also those that wait at a paused node and are cut off
// together.
func TestEachOfManyRequestsIsCounted(t *testing.T) {
	many := putTopic("many", "{i}", id(0))
	many.Times = 9000
	settled(t, 3).
		then("", node(fault.Pause, id(0))).
		then("", many).
		then("crash", node(fault.Crash, id(0))).
		when("crash", "count=Request:0:9000", "count=Response:9000", "answers=many:lost:=9000").
		end("count=Request:9000", "count=Response:0:9000", "event=Init:0").
		passes()
}

// Requests with every_ms are sent while other steps are done, and the scenario does not end
// before the last of them.
func TestRequestsWithEveryGoOnDuringSteps(t *testing.T) {
	many := putTopic("many", "dog {i}", named("leader"))
	many.Times, many.Every = 5, 100*ms
	other := putTopic("other", "cat {i}", named("leader"))
	other.Times, other.Every = 2, 150*ms
	v := settled(t, 3).
		then("sent", many).
		then("", other).
		at(250*ms, "midway", nil).
		when("sent", "answers=many:ok:=1").
		when("midway", "answers=many:ok:=3", `topics=0:dog 1, cat 1, dog 2, cat 2, dog 3`).
		end("answers=many:ok:=5").
		passes()
	assert.Equal(t, v.SimTime, 400*ms)
}

// Each request goes to the leader at the time of sending. A request without a leader is
// lost, and the others go on.
func TestRequestsFollowTheLeader(t *testing.T) {
	load := putTopic("load", "{i}", named("leader"))
	load.Times, load.Every = 100, 10*ms
	settled(t, 3).
		then("", load).
		at(305*ms, "crash", node(fault.Crash, named("leader"))).
		within(500*ms, "crash", "leader=unique").
		when("crash", "answers=load:ok:=31", "answers=load:lost:=0").
		end("answers=load:ok:>=60", "answers=load:lost:>=5", "answers=load:none:=0", "answers=load:refused:=0").
		passes()
}

// A client that asks again is served once a leader is there, and counts as one request.
func TestRefusedClientsAskAgain(t *testing.T) {
	again := putTopic("again", "dog", id(1))
	again.Retry = 2 * time.Second
	v := settled(t, 3).
		then("sent", again).
		after(350*ms, "elect", node(fault.Timeout, id(1))).
		when("sent", "answer=again:none").
		when("elect", "answer=again:none").
		within(200*ms, "elect", "answers=again:ok:=1").
		end("count=Request:1:=5").
		passes()
	assert.Equal(t, v.SimTime, 400*ms)
}

// A client that asks again goes to the node that it means at that time, and waits while it
// means none.
func TestClientsAskAgainAsSoonAsThereIsALeader(t *testing.T) {
	again := putTopic("again", "dog", named("leader"))
	again.Retry = 3 * time.Second
	settled(t, 3).
		then("crash", node(fault.Crash, id(0))).
		then("sent", again).
		when("sent", "leader=none", "answer=again:none").
		within(2*time.Second, "sent", "leader=not:0", "answer=again:ok", "count=Request:1").
		passes()
}

// A client asks no longer than its time, and then has its last answer. The scenario does
// not end before.
func TestClientsAskAgainAsLongAsTheirTime(t *testing.T) {
	again := putTopic("again", "dog {i}", id(1))
	again.Retry, again.Times = 250*ms, 2
	nobody := putTopic("nobody", "dog", named("candidate"))
	nobody.Retry = 100 * ms
	v := settled(t, 3).
		then("", again).
		then("", nobody).
		end("answers=again:refused:=2", "count=Request:1:=6", "answer=nobody:lost").
		passes()
	assert.Equal(t, v.SimTime, 200*ms)
}

// A request that may have been done is never repeated.
func TestClientsDoNotRepeatWhatMayHaveBeenDone(t *testing.T) {
	ask := func(name string, to play.Who) play.Request {
		r := putTopic(name, name, to)
		r.Retry, r.Timeout = 3*time.Second, 300*ms
		return r
	}
	settled(t, 3).
		then("", node(fault.Isolate, id(0))).
		then("", ask("timeout", id(0))).
		after(300*ms, "", nil).
		then("", ask("deposed", id(0)), "leader=not:0").
		then("healed", play.HealAll{}).
		after(500*ms, "", node(fault.Pause, id(1), id(2))).
		end("answer=timeout:lost", "answer=deposed:refused", "count=Request:=2").
		passes()
}

// A connection that was refused did nothing, so a client may ask again.
func TestClientsAskANodeAgainThatWasDown(t *testing.T) {
	again := putTopic("again", "dog", id(0))
	again.Retry = 3 * time.Second
	f := settled(t, 1)
	f.then("", node(fault.Crash, id(0))).
		then("sent", again).
		after(250*ms, "", node(fault.Restart, id(0))).
		within(2*time.Second, "sent", "answer=again:ok").
		passes()
}

// A list of topics is part of the answer, and so is the fact that a follower gave it.
func TestAnswersHaveTopicsAndWhoGaveThem(t *testing.T) {
	list := func(name string, to play.Who) play.Request {
		r := putTopic(name, "", to)
		r.Command = queue.GetTopics.With()
		return r
	}
	p := settled(t, 3)
	p.Nodes[2].Bug = "follower_takes_writes"
	p.then("", list("none", named("leader"))).
		then("", putTopic("a", "dog", named("leader"))).
		then("", putTopic("b", "cat", named("leader"))).
		then("", list("two", named("leader"))).
		after(200*ms, "", putTopic("usurped", "cow", id(2))).
		then("", putTopic("c", "cow", named("leader"))).
		after(200*ms, "", nil).
		end("answer=none:[]", `answer=two:["dog", "cat"]`, "answer=usurped:by_follower")
	v := p.run()
	assert.Equal(t, v.Findings[0].Seen, "")
	p.Scenario.Expects = nil
	p.end("answer=two:by_follower")
	v = p.run()
	assert.Equal(t, v.Findings[0].Status, Failed)
}

// A step does not wait for an answer that can no longer come, and is no preparation if an
// expectation has failed.
func TestStepsDoNotWaitInVain(t *testing.T) {
	again := putTopic("again", "dog", id(1))
	again.Retry = 250 * ms
	p := settled(t, 3).then("s", again).then("", nil, "answer=again:ok")
	v := p.run()
	assert.Equal(t, v.SimTime, 200*ms)
	assert.Equal(t, v.Problem, `step[1] (line 11): can no longer come true: again was answered with {"success": false}`)
	assert.Assert(t, v.Unprepared)
	p.expect(play.Expect{Kind: play.ExpectWithin, Within: time.Second, Late: 2 * time.Second, From: "s"}, "answer=again:ok")
	v = p.run()
	assert.Equal(t, v.Findings[0].Status, Failed)
	assert.Assert(t, !v.Unprepared)
}
