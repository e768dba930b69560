package raft

import (
	"slices"
	"testing"

	"gotest.tools/v3/assert"
)

// A node made from another's state answers like that one.
func TestResumedNodeContinues(t *testing.T) {
	for _, c := range []struct {
		name   string
		config Config
		resume Resume
		input  Input
		leads  bool // from then on
	}{
		{
			name:   "FollowerKnowsItsLeader",
			config: Config{HardState: HardState{Term: 3, VotedFor: None}},
			resume: Resume{Leader: 2},
			input:  Input{Kind: Receive, Message: &Message{Type: RequestVoteResponse, From: 1, Term: 3}},
		},
		{
			name:   "CandidateCountsVotes",
			config: Config{Role: Candidate, HardState: HardState{Term: 3, VotedFor: 0}},
			resume: Resume{Leader: None, Granted: []NodeID{0, 2}, Refused: []NodeID{1}},
			input:  Input{Kind: Receive, Message: &Message{Type: RequestVoteResponse, From: 3, Term: 3, VoteGranted: true}},
			leads:  true,
		},
		{
			name:   "CandidateWhoseVoteIsNotStored",
			config: Config{Role: Candidate, HardState: HardState{Term: 3, VotedFor: 0}},
			resume: Resume{Leader: None, Granted: []NodeID{1, 2}},
			input:  Input{Kind: Stored, StoredTerm: 3},
			leads:  true,
		},
		{
			name: "LeaderKnowsWhatIsOnItsWay",
			config: Config{
				Role: Leader, HardState: HardState{Term: 3, VotedFor: 0}, Log: NewLog(terms("1 3 3")...),
				NextIndex: []Index{4, 2, 4, 4, 4}, MatchIndex: []Index{0, 1, 3, 0, 0},
			},
			resume: Resume{Leader: 0, Round: 9, Stored: 2, Flights: []Flight{{}, {To: 3, Agreed: 4, Fresh: true}, {Agreed: 9}, {}, {}}},
			input: Input{Kind: Receive, Message: &Message{
				Type: AppendEntriesResponse, From: 1, Term: 3, Success: true, PrevLogIndex: 1, MatchIndex: 3, Round: 9,
			}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.config.Nodes, c.config.Resume = 5, &c.resume
			if c.config.Log == nil {
				c.config.Log = NewLog()
			}
			n := New(c.config)
			assert.DeepEqual(t, n.Resume(), c.resume)
			assert.Equal(t, n.State().Leader, c.resume.Leader)
			var out Effects
			n.Step(&c.input, &out)
			leads := slices.ContainsFunc(out.Actions, func(a Action) bool { return a.Kind == BecomeLeader })
			assert.Equal(t, leads, c.leads)
		})
	}
}

// A resumed leader does not repeat entries on their way, and counts its own copy of an
// entry only once it is stored.
func TestResumedLeaderContinues(t *testing.T) {
	n := New(Config{
		Nodes: 3, Role: Leader, HardState: HardState{Term: 3, VotedFor: 0}, Log: NewLog(terms("3 3")...),
		NextIndex: []Index{3, 1, 1},
		Resume:    &Resume{Round: 2, Stored: 1, Flights: []Flight{{}, {To: 2, Fresh: true}, {To: 2}}},
	})
	var out Effects
	n.Step(&Input{Kind: HeartbeatTimeout}, &out)
	assert.Equal(t, len(out.Messages[0].Entries), 0)
	assert.Equal(t, len(out.Messages[1].Entries), 2)
	assert.Equal(t, out.Messages[0].Round, uint64(3))

	n.Step(&Input{Kind: Receive, Message: &Message{Type: AppendEntriesResponse, From: 1, Term: 3, Success: true, MatchIndex: 2, Round: 3}}, &out)
	assert.Equal(t, n.State().CommitIndex, Index(1))
	n.Step(&Input{Kind: Stored, StoredTerm: 3, StoredIndex: 2}, &out)
	assert.Equal(t, n.State().CommitIndex, Index(2))
}
