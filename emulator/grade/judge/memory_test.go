package judge

import (
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// restartedFollower is a cluster of three with one entry in its log, whose node 2 was killed
// and started again in peace.
func restartedFollower(leader int) *forger {
	return forge(3).leads(leader, 1, 0, 20_000).topic(leader, 500, 510, "ok").on(4000, fault.Crash, 2).on(4500, fault.Restart, 2)
}

// never is the limit of a memory that has none.
const never = -1

func TestAProgramWithoutDisksIsJudgedAsFarAsItCanRemember(t *testing.T) {
	whole := []int{never, never, -1}
	rule := fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: "r", Drop: true}}
	tests := []struct {
		name string
		f    *forger
		want []int // limit, from, leader
	}{
		{"no restart", started(3).on(4000, fault.Crash, 2), whole},
		{"durable nodes", durable(started(3).on(4000, fault.Crash, 0).on(4500, fault.Restart, 0)), whole},
		{"a restart of the leader", started(3).on(4000, fault.Crash, 0).on(4500, fault.Restart, 0), []int{4500, 4500, -1}},
		{"a restart of a node that is up", started(3).on(4500, fault.Restart, 0), whole},
		{"a heal of a node that is up", started(3).on(4500, fault.HealNode, 0), whole},
		{"a heal of a leader that is down", started(3).on(4000, fault.Crash, 0).on(4500, fault.HealNode, 0), []int{4500, 4500, -1}},
		{"a heal of a leader that is down and of all others", started(3).on(4000, fault.Crash, 0).on(4500, fault.Heal, 0), []int{4500, 4500, -1}},

		{"a follower in peace", restartedFollower(0), whole},
		{"a follower in peace, of another leader", restartedFollower(1), whole},
		{"a follower in peace, with another fault later", restartedFollower(0).on(7006, fault.Crash, 1), whole},
		{"a follower in peace, with another fault before it has caught up", restartedFollower(0).on(7004, fault.Crash, 1), []int{20_010, 4500, 0}},
		{"a follower in peace, with another fault as it has caught up", restartedFollower(0).on(7005, fault.Crash, 1), whole},
		{"a follower in peace, with a longer log", restartedFollower(0).put(0, 600, 610, "ok", "a").on(7006, fault.Crash, 1), []int{20_010, 4500, 0}},
		{"a follower in peace, with a longer log and more time", restartedFollower(0).put(0, 600, 610, "ok", "a").on(7506, fault.Crash, 1), whole},
		{"a follower in peace, with reads", restartedFollower(0).call(0, 600, 610, "ok:t", "get_topics").on(7006, fault.Crash, 1), whole},
		{"a follower in peace, with a request that never arrived", restartedFollower(0).put(0, 600, 610, "refused", "a").on(7006, fault.Crash, 1), whole},
		{"a follower right after a request", restartedFollower(0).put(0, 3500, 3510, "ok", "a"), []int{20_010, 4500, 0}},
		{"a follower during a request", restartedFollower(0).put(0, 600, 3510, "ok", "a"), []int{20_010, 4500, 0}},
		{"a follower long after a request", restartedFollower(0).put(0, 600, 1000, "ok", "a"), whole},
		{"a follower, with a request after its end", restartedFollower(0).put(0, 4001, 4010, "ok", "a"), whole},
		{"a follower right after a fault", restartedFollower(0).on(3000, fault.Pause, 1).on(3100, fault.Resume, 1), []int{20_010, 4500, 0}},
		{"a follower long after a fault", restartedFollower(0).on(800, fault.Pause, 1).on(900, fault.Resume, 1), whole},
		{"a follower while another one is paused", restartedFollower(0).on(900, fault.Pause, 1), []int{20_010, 4500, 0}},
		{"a follower while another one is down", restartedFollower(0).on(900, fault.Crash, 1), []int{20_010, 4500, 0}},
		{"a follower while a link is cut", restartedFollower(0).cut(900, []int{0}, []int{1}), []int{4500, 4500, -1}},
		{"a follower while a rule is in force", restartedFollower(0).change(900, rule), []int{4500, 4500, -1}},
		{"a follower that was down in another fault", started(3).on(4000, fault.Crash, 2).on(4300, fault.Pause, 1).on(4400, fault.Resume, 1).on(4500, fault.Restart, 2), []int{20_010, 4500, 0}},
		{"a candidate", forge(3).polls(0, raft.Leader, 1, 0, 20_000).polls(1, raft.Follower, 1, 0, 20_000).polls(2, raft.Candidate, 1, 0, 3900).
			on(4000, fault.Crash, 2).on(4500, fault.Restart, 2), []int{20_010, 4500, 0}},
		{"a follower of an old term", forge(3).polls(0, raft.Leader, 2, 0, 20_000).polls(1, raft.Follower, 2, 0, 20_000).polls(2, raft.Follower, 1, 0, 3900).
			on(4000, fault.Crash, 2).on(4500, fault.Restart, 2), []int{20_010, 4500, 0}},
		{"a follower that does not come back to its leader", forge(3).polls(0, raft.Leader, 1, 0, 20_000).polls(1, raft.Follower, 1, 0, 20_000).polls(2, raft.Follower, 1, 0, 3900).
			polls(2, raft.Candidate, 1, 4600, 20_000).on(4000, fault.Crash, 2).on(4500, fault.Restart, 2).on(9000, fault.Crash, 1), []int{20_010, 4500, 0}},
		{"a follower that comes back in an older term", forge(3).polls(0, raft.Leader, 1, 0, 20_000).polls(1, raft.Follower, 1, 0, 20_000).polls(2, raft.Follower, 1, 0, 3900).
			polls(2, raft.Follower, 0, 4600, 20_000).on(4000, fault.Crash, 2).on(4500, fault.Restart, 2).on(9000, fault.Crash, 1), []int{20_010, 4500, 0}},

		{"a follower of a leader that goes", forge(3).leads(0, 1, 0, 4200).leads(1, 2, 4300, 20_000).on(4000, fault.Crash, 2).on(4500, fault.Restart, 2), []int{20_010, 4500, 1}},
		{"a follower of a leader that goes soon after", forge(3).leads(0, 1, 0, 5000).leads(1, 2, 5100, 20_000).on(4000, fault.Crash, 2).on(4500, fault.Restart, 2).
			on(9000, fault.Crash, 0), []int{5000, 4500, 0}},
		{"a follower without a leader", forge(3).polls(0, raft.Follower, 1, 0, 9000).polls(1, raft.Follower, 1, 0, 9000).polls(2, raft.Follower, 1, 0, 9000).
			on(4000, fault.Crash, 2).on(4500, fault.Restart, 2), []int{4500, 4500, -1}},
		{"a leader of a term that is over", forge(3).polls(0, raft.Leader, 1, 0, 9000).polls(1, raft.Follower, 2, 0, 9000).polls(2, raft.Follower, 2, 0, 3900).
			on(4000, fault.Crash, 2).on(4500, fault.Restart, 2), []int{4500, 4500, -1}},
		{"a leader that stands still", busyFollower().on(4200, fault.Pause, 0), []int{4500, 4500, -1}},
		{"a leader without a poll afterwards", forge(3).leads(0, 1, 0, 4400).put(0, 3000, 3010, "ok", "a").on(4000, fault.Crash, 2).on(4500, fault.Restart, 2), []int{4500, 4500, 0}},

		{"a busy leader", busyFollower(), []int{20_010, 4500, 0}},
		{"a busy leader, later paused", busyFollower().on(6000, fault.Pause, 0), []int{6000, 4500, 0}},
		{"a busy leader, while another node is paused", busyFollower().on(6000, fault.Pause, 1), []int{20_010, 4500, 0}},
		{"a busy leader, while another node is cut off", busyFollower().on(6000, fault.Isolate, 1), []int{6000, 4500, 0}},
		{"a busy leader, until a rule", busyFollower().change(6000, rule), []int{6000, 4500, 0}},
		{"a busy leader, until it is in a higher term", forge(3).put(0, 3000, 3010, "ok", "a").on(4000, fault.Crash, 2).on(4500, fault.Restart, 2).
			polls(0, raft.Leader, 1, 0, 5000).polls(0, raft.Leader, 2, 5100, 9000).polls(1, raft.Follower, 1, 0, 9000).polls(2, raft.Follower, 1, 0, 3900), []int{5000, 4500, 0}},
		{"a busy leader, until it follows", forge(3).put(0, 3000, 3010, "ok", "a").on(4000, fault.Crash, 2).on(4500, fault.Restart, 2).
			polls(0, raft.Leader, 1, 0, 5000).polls(0, raft.Follower, 1, 5100, 5200).polls(0, raft.Leader, 1, 5300, 9000).polls(1, raft.Follower, 1, 0, 9000).polls(2, raft.Follower, 1, 0, 3900), []int{5010, 4500, 0}},
		{"a busy leader, until another node is in a higher term", forge(3).put(0, 3000, 3010, "ok", "a").on(4000, fault.Crash, 2).on(4500, fault.Restart, 2).
			polls(0, raft.Leader, 1, 0, 9000).polls(1, raft.Follower, 1, 0, 5000).polls(1, raft.Follower, 2, 5100, 9000).polls(2, raft.Follower, 1, 0, 3900), []int{5000, 4500, 0}},
		{"two restarts, of a follower and of another one", busyFollower().on(6000, fault.Crash, 1).on(6500, fault.Restart, 1), []int{20_010, 4500, 0}},
		{"two restarts, of a follower and of the leader", busyFollower().on(6000, fault.Crash, 0).on(6500, fault.Restart, 0), []int{6000, 4500, 0}},
		{"two restarts, of the leader and of a follower", started(3).on(4000, fault.Crash, 0).on(4500, fault.Restart, 0).on(8000, fault.Crash, 2).on(8500, fault.Restart, 2), []int{4500, 4500, -1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sortForged(test.f)
			m := test.f.remembers()
			assert.DeepEqual(t, []int{limitOf(m.limit), limitOf(m.from), m.leader}, test.want)
		})
	}
}

// busyFollower is a cluster of three that was asked right before a follower was killed.
func busyFollower() *forger { return restartedFollower(0).put(0, 3000, 3010, "ok", "a") }

func limitOf(d time.Duration) int {
	if d == forever {
		return never
	}
	return int(d / time.Millisecond)
}

func TestAMemoryCoversTheLeaderAloneAfterARestart(t *testing.T) {
	m := memory{limit: ms(9000), from: ms(4000), leader: 1}
	for _, c := range []struct {
		node, end int
		want      bool
	}{{0, 4000, true}, {0, 4001, false}, {1, 4001, true}, {1, 9000, true}, {1, 9001, false}} {
		assert.Equal(t, m.covers(&Call{Node: c.node, End: ms(c.end)}), c.want, "%v", c)
	}
}
