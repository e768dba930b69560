package raft

import (
	"fmt"
	"testing"

	"gotest.tools/v3/assert"
)

// Reference: raft.tla, the names of its states, messages and actions.
func TestNamesAreThoseOfRaftTLA(t *testing.T) {
	assert.Equal(t, fmt.Sprint(Follower, Candidate, Leader, Role(9)), "Follower Candidate Leader invalid role")
	assert.Equal(t, fmt.Sprint(RequestVoteRequest, RequestVoteResponse, AppendEntriesRequest, AppendEntriesResponse, MessageType(9)),
		"RequestVoteRequest RequestVoteResponse AppendEntriesRequest AppendEntriesResponse invalid message type")
	assert.Equal(t, Restart.String(), "Restart")
	assert.Equal(t, HandleAppendEntriesResponse.String(), "HandleAppendEntriesResponse")
	assert.Equal(t, numActions.String(), "invalid action")
	seen := map[string]bool{}
	for k := range numActions {
		assert.Assert(t, k.String() != "" && !seen[k.String()], "%d", k)
		seen[k.String()] = true
	}
	for _, kind := range []MessageType{RequestVoteRequest, AppendEntriesRequest} {
		assert.Equal(t, kind.IsResponse(), false)
		assert.Equal(t, (kind + 1).IsResponse(), true)
	}
}
