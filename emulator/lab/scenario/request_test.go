package scenario

import (
	"testing"

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
