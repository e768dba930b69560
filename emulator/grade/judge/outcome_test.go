package judge

import (
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// served is a cluster of three whose leader, node 0, has put the message a, and that is then
// asked for it.
func served() *forger { return started(3).put(0, 1000, 1010, "ok", "a") }

// follows is a cluster of three in which no poll shows a leader. Node 1 is a follower from a
// time on.
func follows(from int) *forger { return forge(3).polls(1, raft.Follower, 1, from, 9000) }

func passOn(f *forger) *forger {
	f.Course.Promises.FollowersRefuse = false
	return f
}

// A refusal is failed if nothing was done, done if it shows that there was nothing, and else
// unknown.
func TestARefusalCountsOnlyFromAFollowerOrACurrentLeader(t *testing.T) {
	const failed, done, unknown = history.Failed, history.Done, history.Unknown
	refuse := func(f *forger, node, begin, end int) *forger { return f.pop(node, begin, end, "false") }
	tests := []struct {
		name string
		f    *forger
		want history.Outcome
	}{
		{"a follower", refuse(served(), 1, 5000, 5010), failed},
		{"a slow follower", refuse(served(), 1, 5000, 5700), failed},
		{"a follower where they may pass on", passOn(refuse(served(), 1, 5000, 5010)), unknown},
		{"a follower of nobody that was seen", refuse(follows(4000), 1, 5000, 5010), failed},
		{"a follower of nobody that was seen twice before", refuse(follows(4900), 1, 5000, 5010), unknown},
		{"a follower of somebody that was seen once before", refuse(follows(4900).polls(0, raft.Leader, 1, 6000, 6100), 1, 5000, 5010), failed},
		{"a follower of somebody that was seen to lead once", refuse(follows(4900).polls(0, raft.Leader, 1, 6000, 6000), 1, 5000, 5010), unknown},
		{"a follower of somebody that was seen to lead another term", refuse(follows(4900).polls(0, raft.Leader, 2, 6000, 6100), 1, 5000, 5010), unknown},
		{"a follower of somebody that was seen as a candidate", refuse(follows(4900).polls(0, raft.Candidate, 1, 6000, 6100), 1, 5000, 5010), unknown},
		{"a follower that led the term before", refuse(follows(4000).polls(1, raft.Leader, 1, 3000, 3000), 1, 5000, 5010), unknown},
		{"a follower that leads the term later", refuse(follows(4000).polls(1, raft.Leader, 1, 9500, 9500), 1, 5000, 5010), unknown},
		{"a follower that led another term", refuse(follows(4000).polls(1, raft.Leader, 0, 3000, 3000), 1, 5000, 5010), failed},
		{"a follower that misses a majority", refuse(follows(4000).on(4500, fault.Crash, 0, 2), 1, 5000, 5010), unknown},
		{"a follower that has missed a majority since it was seen", refuse(forge(3).polls(1, raft.Follower, 1, 4000, 4100).polls(1, raft.Follower, 1, 6000, 6100).
			on(4200, fault.Pause, 0, 2).on(4300, fault.Resume, 0, 2), 1, 5000, 5010), unknown},
		{"a candidate", refuse(forge(3).polls(1, raft.Candidate, 1, 4000, 9000).polls(0, raft.Leader, 1, 6000, 6100), 1, 5000, 5010), unknown},
		{"a follower of another term afterwards", refuse(forge(3).polls(1, raft.Follower, 1, 4000, 4900).polls(1, raft.Follower, 2, 5100, 5900), 1, 5000, 5010), unknown},
		{"a follower that was started again", refuse(follows(4000).on(5002, fault.Crash, 1), 1, 5000, 5010), unknown},

		{"a leader", refuse(served(), 0, 5000, 5010), done},
		{"a leader, as the change before it was answered", refuse(served(), 0, 1010, 1020), done},
		{"a leader, before the change was answered", refuse(served(), 0, 1009, 1020), unknown},
		{"a leader, right before the time in which it may wait", refuse(served(), 0, 5000, 5049), done},
		{"a leader that may have waited", refuse(served(), 0, 5000, 5050), unknown},
		{"a leader that has served nothing", refuse(forge(3).leads(0, 1, 0, 20_000), 0, 5000, 5010), unknown},
		{"a leader that has served reads alone", refuse(forge(3).leads(0, 1, 0, 20_000).call(0, 1000, 1010, "ok:t", "get_topics"), 0, 5000, 5010), unknown},
		{"a leader that has answered nothing with success", refuse(forge(3).leads(0, 1, 0, 20_000).put(0, 1000, 1010, "false", "a"), 0, 5000, 5010), unknown},
		{"a leader, when another node has served", refuse(forge(3).leads(0, 1, 0, 20_000).put(1, 1000, 1010, "ok", "a"), 0, 5000, 5010), unknown},
		{"a leader that has served in an earlier term", refuse(forge(3).leads(0, 1, 0, 2000).leads(0, 2, 2100, 9000).put(0, 1000, 1010, "ok", "a"), 0, 5000, 5010), unknown},
		{"a leader that has served before it was a leader", refuse(forge(3).leads(1, 1, 0, 2000).leads(0, 2, 2100, 9000).put(0, 1000, 1010, "ok", "a"), 0, 5000, 5010), unknown},
		{"a leader, after a fault", refuse(served().on(2000, fault.Crash, 2), 0, 5000, 5010), unknown},
		{"a leader that has served after a fault", refuse(started(3).on(900, fault.Crash, 2).put(0, 1000, 1010, "ok", "a"), 0, 5000, 5010), done},
		{"a leader that has served after a fault and before another one", refuse(started(5).on(900, fault.Crash, 4).put(0, 1000, 1010, "ok", "a").on(2000, fault.Crash, 3).put(0, 3000, 3010, "lost", "b"), 0, 5000, 5010), unknown},
		{"a leader under a rule", refuse(started(3).change(900, fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: "r"}}).put(0, 1000, 1010, "ok", "a"), 0, 5000, 5010), unknown},
		{"a leader while a fault comes", refuse(served().on(5005, fault.Crash, 2), 0, 5000, 5010), unknown},
		{"a leader that was started again", refuse(served().on(2000, fault.Crash, 0).on(2500, fault.Restart, 0), 0, 5000, 5010), unknown},
		{"a leader on a busy machine", crowded(refuse(served(), 0, 5000, 5010)), unknown},
		{"the only node on a busy machine", crowded(refuse(started(1), 0, 5000, 5010)), done},
		{"the only node, slowly", refuse(started(1), 0, 5000, 5050), unknown},

		{"with another request at the same time", refuse(served().put(0, 4990, 5005, "ok", "b"), 0, 5000, 5010), unknown},
		{"with another request that begins meanwhile", refuse(served().put(0, 5009, 5015, "ok", "b"), 0, 5000, 5010), unknown},
		{"with another request that begins afterwards", refuse(served().put(0, 5010, 5015, "ok", "b"), 0, 5000, 5010), done},
		{"with another request that ends before", refuse(served().put(0, 4990, 5000, "false", "b"), 0, 5000, 5010), done},
		{"with another request at another node", refuse(served().put(1, 4990, 5005, "false", "b"), 0, 5000, 5010), done},
		{"with another request at another node that passes it on", passOn(refuse(served().put(1, 4990, 5005, "false", "b"), 0, 5000, 5010)), unknown},
		{"with a request that was given up", refuse(served().put(0, 1100, 1200, "lost", "b"), 0, 5000, 5010), unknown},
		{"with a request that was given up at another node", refuse(served().put(1, 1100, 1200, "lost", "b"), 0, 5000, 5010), done},
		{"with a request that was given up before the change", refuse(started(3).put(0, 600, 700, "lost", "b").put(0, 1000, 1010, "ok", "a"), 0, 5000, 5010), done},
		{"with a request that was given up during the change", refuse(started(3).put(0, 600, 1000, "lost", "b").put(0, 1000, 1010, "ok", "a"), 0, 5000, 5010), unknown},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sortForged(test.f)
			for i := range test.f.Calls {
				c := &test.f.Calls[i]
				if c.Command.Op.Name != "get_message" {
					continue
				}
				got, result := test.f.outcome(i)
				assert.Equal(t, got, test.want)
				assert.Assert(t, !result.OK)
			}
		})
	}
}

func TestAnAnswerWithSuccessIsDone(t *testing.T) {
	f := served().pop(0, 2000, 2010, "ok:a").pop(0, 3000, 3010, "lost").pop(0, 4000, 4010, "refused")
	for i, want := range []history.Outcome{history.Done, history.Done, history.Done, history.Unknown, history.Refused} {
		got, result := f.outcome(i)
		assert.Equal(t, got, want)
		assert.DeepEqual(t, result, f.Calls[i].Result)
	}
}
