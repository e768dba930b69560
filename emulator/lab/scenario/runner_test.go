package scenario

import (
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/fault"
)

// oldLeader returns a scenario in which an isolated leader loses its uncommitted entry, as
// soon as a different one takes its place.
func oldLeader(t testing.TB) *draft {
	return newDraft(t, 5).
		then("", let("old", named("leader")), "leader=unique").
		then("", putTopic("dog", "dog", named("old")), "leader=unique").
		then("cut", node(fault.Isolate, named("old")), "answer=dog:ok").
		then("", putTopic("lost", "lost", named("old"))).
		after(300*ms, "healed", play.HealAll{}, "event=BecomeLeader").
		then("", putTopic("cat", "cat", named("leader"))).
		never("", "", "answer=lost:ok").
		within(1000*ms, "healed", "leader=unique", "role=old:Follower", "logs_equal=all")
}

func TestOldLeaderStepsDown(t *testing.T) {
	v := oldLeader(t).passes()
	assert.Equal(t, v.Command, "emulator run play.toml -seed 1")
	assert.Equal(t, v.Findings[0].Expected, "never answer=lost:ok")
	assert.Equal(t, v.Findings[1].Expected, "leader=unique and role=old:Follower and logs_equal=all within 1 s of healed")
	assert.Assert(t, v.Events > 0)
}

func BenchmarkOldLeader(b *testing.B) {
	p := oldLeader(b)
	for b.Loop() {
		p.run()
	}
}

// BenchmarkSteadyLoad runs five nodes for ten simulated seconds with a request each 10 ms.
func BenchmarkSteadyLoad(b *testing.B) {
	load := putMessage("load", "dog", "message {i}", named("leader"))
	load.Times, load.Every = 970, 10*ms
	p := newDraft(b, 5).
		then("", putTopic("", "dog", named("leader")), "leader=unique").
		then("loaded", load).
		lasting(10000*ms).
		never("loaded", "", "leader=none").
		always("loaded", "", "leader=unique").
		end("answers=load:ok:970", "logs_equal=all", "queues_equal=all")
	for b.Loop() {
		wantPassed(b, p.run())
	}
}
