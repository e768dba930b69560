package judge

import (
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/raft"
)

// Equal answers in a row are one span; those that say nothing are left out.
func TestSpansJoinEqualAnswers(t *testing.T) {
	at := func(begin int, role raft.Role, term raft.Term) Poll {
		return Poll{Begin: time.Duration(begin), End: time.Duration(begin + 1), Role: role, Term: term}
	}
	wrong := at(20, raft.Leader, 9)
	wrong.Wrong = "status 500"
	got := spans([][]Poll{
		{at(0, raft.Follower, 1), at(10, raft.Follower, 1), wrong, at(30, raft.Follower, 2)},
		{},
		{at(5, raft.Follower, 2), at(15, raft.Leader, 2)},
	})
	assert.DeepEqual(t, got, []scenario.RoleSpan{
		{Node: 0, Role: "Follower", Term: 1, From: 0, To: 11},
		{Node: 0, Role: "Follower", Term: 2, From: 30, To: 31},
		{Node: 2, Role: "Follower", Term: 2, From: 5, To: 6},
		{Node: 2, Role: "Leader", Term: 2, From: 15, To: 16},
	})
}
