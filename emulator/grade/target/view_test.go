package target

import (
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/raft"
)

// Nodes do not tell whom they follow, but leader=majority can be seen all the same.
func TestNodesFollowTheLeaderOfTheirTerm(t *testing.T) {
	saw := func(role raft.Role, term raft.Term) *node {
		return &node{up: true, known: true, role: role, term: term}
	}
	for _, test := range []struct {
		name  string
		nodes []*node
		want  bool
	}{
		{"all of its term", []*node{saw(raft.Leader, 2), saw(raft.Follower, 2), saw(raft.Follower, 2)}, true},
		{"a majority of its term", []*node{saw(raft.Leader, 2), saw(raft.Follower, 2), saw(raft.Candidate, 3)}, true},
		{"no other node of its term", []*node{saw(raft.Leader, 2), saw(raft.Follower, 1), saw(raft.Candidate, 3)}, false},
		{"no leader", []*node{saw(raft.Follower, 2), saw(raft.Follower, 2), saw(raft.Follower, 2)}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := condition.ParseText("leader=majority")
			assert.NilError(t, err)
			v := view{t: &cluster{nodes: test.nodes}}
			assert.Equal(t, condition.NewWatch([]condition.Condition{c}, 0).Holds(v), test.want)
		})
	}
}
