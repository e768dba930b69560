package raft

import (
	"fmt"
	"testing"

	"gotest.tools/v3/assert"
)

// Reference: section 5.2; etcd TestStartAsFollower.
func TestStartSetsATimer(t *testing.T) {
	n := seed{vote: None}.node()
	out := step(n, Input{Kind: Start})
	assert.Equal(t, n.State().Role, Follower)
	assert.Equal(t, out.Timer, ElectionTimer)
	assert.Equal(t, len(out.Messages), 0)
	assert.Equal(t, out.Persist, false)
}

// A node that starts as candidate or leader sends the messages of its role.
//
// Reference: section 5.2.
func TestStartSendsTheMessagesOfItsRole(t *testing.T) {
	t.Run("Candidate", func(t *testing.T) {
		n := seed{role: Candidate, term: 5, log: "1 2"}.node()
		out := step(n, Input{Kind: Start})
		assert.DeepEqual(t, kinds(out), []ActionKind{RequestVote, RequestVote})
		assert.Equal(t, out.Timer, ElectionTimer)
		assert.DeepEqual(t, n.VotesGranted(), []NodeID{0})
		assert.Equal(t, n.State().VotedFor, NodeID(0))
	})
	t.Run("Leader", func(t *testing.T) {
		n := seed{role: Leader, term: 5, log: "1 2", next: []Index{9, 3, 1}}.node()
		out := step(n, Input{Kind: Start})
		assert.DeepEqual(t, kinds(out), []ActionKind{AppendEntries, AppendEntries})
		assert.Equal(t, len(out.Messages[0].Entries), 0)
		assert.Equal(t, len(out.Messages[1].Entries), 2)
		assert.Equal(t, out.Timer, HeartbeatTimer)
		assert.Equal(t, n.State().Leader, NodeID(0))
	})
}

// Any message with a higher term makes its receiver a follower that has not voted in that
// term.
//
// Reference: section 5.1; etcd TestFollowerUpdateTermFromMessage,
// TestCandidateUpdateTermFromMessage, TestLeaderUpdateTermFromMessage.
func TestHigherTermMakesAFollower(t *testing.T) {
	for _, role := range []Role{Follower, Candidate, Leader} {
		for _, kind := range []MessageType{RequestVoteRequest, RequestVoteResponse, AppendEntriesRequest, AppendEntriesResponse} {
			t.Run(fmt.Sprintf("%s/%s", role, kind), func(t *testing.T) {
				n := seed{role: role, term: 3, vote: 2, log: "1 2"}.node()
				out := receive(n, Message{Type: kind, From: 1, Term: 7, PrevLogIndex: 9, PrevLogTerm: 7})
				s := n.State()
				assert.Equal(t, s.Role, Follower)
				assert.Equal(t, s.Term, Term(7))
				assert.Equal(t, s.VotedFor, None) // the log of 1 is too old for a vote
				assert.Equal(t, out.Actions[0].Kind, UpdateTerm)
				assert.Equal(t, len(out.Actions), 2)
				assert.Equal(t, out.Persist, true)
				assert.Equal(t, out.HardState, HardState{7, None})
				if kind == AppendEntriesRequest {
					assert.Equal(t, s.Leader, NodeID(1))
				} else {
					assert.Equal(t, s.Leader, None)
				}
				next, match := n.Progress()
				assert.Assert(t, next == nil && match == nil)
			})
		}
	}
}

// Reference: section 5.1; etcd TestRejectStaleTermMessage.
func TestStaleRequestIsRefused(t *testing.T) {
	for _, role := range []Role{Follower, Candidate, Leader} {
		for _, kind := range []MessageType{RequestVoteRequest, AppendEntriesRequest} {
			t.Run(fmt.Sprintf("%s/%s", role, kind), func(t *testing.T) {
				n := seed{role: role, term: 7, vote: None, log: "1 2"}.node()
				was := n.State()
				out := receive(n, Message{
					Type: kind, From: 1, Term: 6, LastLogIndex: 9, LastLogTerm: 6,
					PrevLogIndex: 2, PrevLogTerm: 2, Entries: terms("6"), LeaderCommit: 2,
				})
				m := reply(t, out)
				assert.Equal(t, m.Term, Term(7))
				assert.Equal(t, m.VoteGranted || m.Success, false)
				assert.Equal(t, out.Timer, KeepTimer)
				assert.Equal(t, out.Persist, false)
				assert.Equal(t, n.State(), was)
			})
		}
	}
}

// Reference: section 5.1; raft.tla, DropStaleResponse; etcd TestCandidateSelfVoteAfterLostElection.
func TestStaleResponseIsDropped(t *testing.T) {
	for _, role := range []Role{Follower, Candidate, Leader} {
		for _, kind := range []MessageType{RequestVoteResponse, AppendEntriesResponse} {
			t.Run(fmt.Sprintf("%s/%s", role, kind), func(t *testing.T) {
				n := seed{role: role, term: 7, vote: None, log: "1 7"}.node()
				was := n.State()
				out := receive(n, Message{Type: kind, From: 1, Term: 6, VoteGranted: true, Success: true, MatchIndex: 2})
				assert.DeepEqual(t, kinds(out), []ActionKind{DropStaleResponse})
				assert.Equal(t, len(out.Messages), 0)
				assert.Equal(t, out.Timer, KeepTimer)
				assert.Equal(t, n.State(), was)
			})
		}
	}
	t.Run("EarlierCandidacy", func(t *testing.T) {
		n := seed{vote: None}.node()
		step(n, Input{Kind: ElectionTimeout})
		stored(n)
		step(n, Input{Kind: ElectionTimeout})
		stored(n)
		receive(n, Message{Type: RequestVoteResponse, From: 1, Term: 1, VoteGranted: true})
		assert.Equal(t, n.State().Role, Candidate)
		receive(n, Message{Type: RequestVoteResponse, From: 1, Term: 2, VoteGranted: true})
		assert.Equal(t, n.State().Role, Leader)
	})
	t.Run("AfterLostElection", func(t *testing.T) {
		n := seed{vote: None}.node()
		step(n, Input{Kind: ElectionTimeout})
		receive(n, Message{Type: AppendEntriesRequest, From: 2, Term: 1})
		stored(n)
		receive(n, Message{Type: RequestVoteResponse, From: 1, Term: 1, VoteGranted: true})
		assert.Equal(t, n.State().Role, Follower)
		assert.Equal(t, n.State().VotedFor, NodeID(0))
	})
}

// Reference: section 5.2; etcd TestFollowerStartElection, TestCandidateStartNewElection.
func TestElectionTimeoutStartsAnElection(t *testing.T) {
	for _, role := range []Role{Follower, Candidate} {
		t.Run(role.String(), func(t *testing.T) {
			n := seed{role: role, term: 3, vote: 1, log: "1 1 2"}.node()
			out := step(n, Input{Kind: ElectionTimeout})
			s := n.State()
			assert.Equal(t, s.Role, Candidate)
			assert.Equal(t, s.Term, Term(4))
			assert.Equal(t, s.VotedFor, NodeID(0))
			assert.Equal(t, out.Persist, true)
			assert.Equal(t, out.HardState, HardState{4, 0})
			assert.Equal(t, out.Timer, ElectionTimer)
			assert.DeepEqual(t, kinds(out), []ActionKind{Timeout, RequestVote, RequestVote})
			for k, to := range []NodeID{1, 2} {
				assert.DeepEqual(t, out.Messages[k], Message{
					Type: RequestVoteRequest, From: 0, To: to, Term: 4, LastLogIndex: 3, LastLogTerm: 2,
				})
				assert.Equal(t, out.Actions[1+k].Sends, int32(k))
			}
		})
	}
	t.Run("Leader", func(t *testing.T) {
		n := seed{role: Leader, term: 3}.node()
		was := n.State()
		assert.Equal(t, len(step(n, Input{Kind: ElectionTimeout}).Actions), 0)
		assert.Equal(t, n.State(), was)
	})
}

// Reference: section 5.2; etcd TestLeaderElectionInOneRoundRPC.
func TestMajorityOfVotesElects(t *testing.T) {
	const yes, no = true, false
	for _, c := range []struct {
		nodes   int
		answers []bool // of nodes 1, 2, …
		want    Role
	}{
		{1, nil, Leader},
		{3, []bool{yes, yes}, Leader},
		{3, []bool{yes}, Leader},
		{3, []bool{no, yes}, Leader},
		{3, []bool{no}, Candidate},
		{3, []bool{no, no}, Candidate},
		{3, nil, Candidate},
		{5, []bool{yes, yes, yes, yes}, Leader},
		{5, []bool{yes, yes, yes}, Leader},
		{5, []bool{yes, yes}, Leader},
		{5, []bool{no, no, yes, yes}, Leader},
		{5, []bool{yes}, Candidate},
		{5, []bool{yes, no, no, no}, Candidate},
		{5, []bool{no, no, no, no}, Candidate},
		{5, nil, Candidate},
		// No more than half is no majority.
		{2, nil, Candidate},
		{2, []bool{yes}, Leader},
		{4, []bool{yes}, Candidate},
		{4, []bool{yes, yes}, Leader},
	} {
		t.Run(fmt.Sprintf("%d/%v", c.nodes, c.answers), func(t *testing.T) {
			n := seed{nodes: c.nodes, vote: None}.node()
			step(n, Input{Kind: ElectionTimeout})
			out := stored(n)
			for k, granted := range c.answers {
				out = receive(n, Message{Type: RequestVoteResponse, From: NodeID(k + 1), Term: 1, VoteGranted: granted})
				if n.State().Role == Leader {
					break
				}
			}
			assert.Equal(t, n.State().Role, c.want)
			assert.Equal(t, n.State().Term, Term(1))
			if c.want == Leader { // which it makes known at once
				assert.Equal(t, len(out.Messages), c.nodes-1)
				assert.Equal(t, out.Timer, HeartbeatTimer)
				assert.Equal(t, n.State().Leader, NodeID(0))
			}
		})
	}
}

// Reference: section 5.2, "each server will vote for at most one candidate in a given term".
func TestSecondVoteOfANodeDoesNotCount(t *testing.T) {
	n := seed{nodes: 5, role: Candidate, term: 4}.node()
	for range 3 {
		receive(n, Message{Type: RequestVoteResponse, From: 1, Term: 4, VoteGranted: true})
	}
	assert.Equal(t, n.State().Role, Candidate)
	assert.DeepEqual(t, n.VotesGranted(), []NodeID{0, 1})
	receive(n, Message{Type: RequestVoteResponse, From: 2, Term: 4})
	receive(n, Message{Type: RequestVoteResponse, From: 2, Term: 4, VoteGranted: true})
	assert.Equal(t, n.State().Role, Candidate) // the first answer is the answer
	receive(n, Message{Type: RequestVoteResponse, From: 3, Term: 4, VoteGranted: true})
	assert.Equal(t, n.State().Role, Leader)
	assert.Assert(t, n.VotesGranted() == nil)
	assert.Equal(t, len(receive(n, Message{Type: RequestVoteResponse, From: 4, Term: 4, VoteGranted: true}).Messages), 0)
}

// Reference: section 5.2; raft.tla, HandleRequestVoteResponse.
func TestCountsVotesOfItsTermOnce(t *testing.T) {
	n := seed{role: Candidate, term: 4}.node()
	assert.Equal(t, n.rules.countsVote(n, &Message{From: 1, Term: 4, VoteGranted: true}), true)
	assert.Equal(t, n.rules.countsVote(n, &Message{From: 1, Term: 4}), true)
	assert.Equal(t, n.rules.countsVote(n, &Message{From: 0, Term: 4, VoteGranted: true}), false)
	assert.Equal(t, n.rules.countsVote(n, &Message{From: 1, Term: 3, VoteGranted: true}), false)
	n = seed{role: Leader, term: 4}.node()
	assert.Equal(t, n.rules.countsVote(n, &Message{From: 1, Term: 4, VoteGranted: true}), false)
}

// Reference: section 5.2; etcd TestFollowerVote.
func TestOneVotePerTerm(t *testing.T) {
	for _, c := range []struct {
		voted, candidate NodeID
		want             bool
	}{
		{None, 1, true}, {None, 2, true},
		{1, 1, true}, {2, 2, true},
		{1, 2, false}, {2, 1, false},
		{0, 1, false}, // it stood itself
	} {
		t.Run(fmt.Sprintf("Voted%dAsked%d", c.voted, c.candidate), func(t *testing.T) {
			n := seed{term: 3, vote: c.voted}.node()
			out := receive(n, Message{Type: RequestVoteRequest, From: c.candidate, Term: 3})
			assert.DeepEqual(t, reply(t, out), Message{
				Type: RequestVoteResponse, To: c.candidate, Term: 3, VoteGranted: c.want,
			})
			assert.Equal(t, out.Persist, c.want && c.voted == None)
		})
	}
	t.Run("AfterRestart", func(t *testing.T) {
		n := seed{term: 2, vote: None}.node()
		out := receive(n, Message{Type: RequestVoteRequest, From: 1, Term: 3})
		assert.Equal(t, reply(t, out).VoteGranted, true)
		n = NewRestarted(Config{ID: 0, Nodes: 3, HardState: out.HardState, Log: NewLog()})
		step(n, Input{Kind: Start})
		assert.Equal(t, reply(t, receive(n, Message{Type: RequestVoteRequest, From: 2, Term: 3})).VoteGranted, false)
		assert.Equal(t, reply(t, receive(n, Message{Type: RequestVoteRequest, From: 1, Term: 3})).VoteGranted, true)
		assert.Equal(t, reply(t, receive(n, Message{Type: RequestVoteRequest, From: 2, Term: 4})).VoteGranted, true)
	})
	for _, role := range []Role{Candidate, Leader} {
		t.Run(role.String(), func(t *testing.T) { // whatever its vote says
			n := New(Config{Nodes: 3, HardState: HardState{3, None}, Role: role, Log: NewLog()})
			assert.Equal(t, reply(t, receive(n, Message{Type: RequestVoteRequest, From: 2, Term: 3})).VoteGranted, false)
		})
	}
}

// Reference: section 5.4.1; etcd TestVoter.
func TestVoterComparesLogs(t *testing.T) {
	for _, c := range []struct {
		name      string
		own       string
		candidate string
		want      bool
	}{
		{"BothEmpty", "", "", true},
		{"OwnEmpty", "", "1", true},
		{"CandidateEmpty", "1", "", false},
		{"Same", "1", "1", true},
		{"SameTermLonger", "1", "1 1", true},
		{"SameTermShorter", "1 1", "1", false},
		{"LaterTermSameLength", "1", "2", true},
		{"LaterTermShorter", "1 1 1", "2", true},
		{"EarlierTermSameLength", "2", "1", false},
		{"EarlierTermLonger", "1 2", "1 1 1 1", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := seed{term: 3, vote: None, log: c.own}.node()
			l := NewLog(terms(c.candidate)...)
			out := receive(n, Message{
				Type: RequestVoteRequest, From: 1, Term: 4, LastLogIndex: l.LastIndex(), LastLogTerm: l.LastTerm(),
			})
			assert.Equal(t, reply(t, out).VoteGranted, c.want)
			assert.Equal(t, n.State().VotedFor == 1, c.want)
			assert.Equal(t, n.State().Term, Term(4))
		})
	}
}

// Reference: section 5.2; etcd TestCandidateFallback.
func TestCandidateFollowsTheLeaderOfItsTerm(t *testing.T) {
	for _, c := range []struct {
		name    string
		term    Term
		prev    Index
		success bool
	}{
		{"SameTerm", 4, 1, true},
		{"SameTermButLogsDiffer", 4, 7, false},
		{"HigherTerm", 5, 1, true},
		{"HigherTermButLogsDiffer", 5, 7, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := seed{role: Candidate, term: 4, log: "1"}.node()
			out := receive(n, Message{Type: AppendEntriesRequest, From: 2, Term: c.term, PrevLogIndex: c.prev, PrevLogTerm: 1})
			assert.Equal(t, reply(t, out).Success, c.success)
			s := n.State()
			assert.Equal(t, s.Role, Follower)
			assert.Equal(t, s.Leader, NodeID(2))
			assert.Equal(t, s.Term, c.term)
			assert.Equal(t, s.VotedFor == 0, c.term == 4) // it keeps the vote of its own term
			assert.Equal(t, out.Timer, ElectionTimer)
			receive(n, Message{Type: RequestVoteResponse, From: 1, Term: 4, VoteGranted: true})
			assert.Equal(t, n.State().Role, Follower)
		})
	}
}

// Reference: Figure 2, rules for servers; section 5.2.
func TestEventsThatResetTheTimer(t *testing.T) {
	vote := func(term Term, last Index) Message {
		return Message{Type: RequestVoteRequest, From: 1, Term: term, LastLogIndex: last, LastLogTerm: 2}
	}
	append1 := func(term Term, prev Index) Message {
		return Message{Type: AppendEntriesRequest, From: 1, Term: term, PrevLogIndex: prev, PrevLogTerm: 2}
	}
	answer := func(k MessageType, term Term) Message { return Message{Type: k, From: 1, Term: term} }
	for _, c := range []struct {
		name                        string
		m                           Message
		follower, candidate, leader Timer
	}{
		{"AppendEntries", append1(3, 2), ElectionTimer, ElectionTimer, KeepTimer},
		{"AppendEntriesThatFails", append1(3, 1), ElectionTimer, ElectionTimer, KeepTimer},
		{"StaleAppendEntries", append1(2, 2), KeepTimer, KeepTimer, KeepTimer},
		{"AppendEntriesOfHigherTerm", append1(4, 2), ElectionTimer, ElectionTimer, ElectionTimer},
		{"VoteGranted", vote(4, 2), ElectionTimer, ElectionTimer, ElectionTimer},
		{"VoteRefused", vote(3, 1), KeepTimer, KeepTimer, KeepTimer},
		{"StaleVote", vote(2, 9), KeepTimer, KeepTimer, KeepTimer},
		// A leader has no election timer that could go on.
		{"VoteRefusedInHigherTerm", vote(4, 1), KeepTimer, KeepTimer, ElectionTimer},
		{"VoteAnswerOfHigherTerm", answer(RequestVoteResponse, 4), KeepTimer, KeepTimer, ElectionTimer},
		{"AppendAnswerOfHigherTerm", answer(AppendEntriesResponse, 4), KeepTimer, KeepTimer, ElectionTimer},
		{"VoteAnswer", answer(RequestVoteResponse, 3), KeepTimer, KeepTimer, KeepTimer},
		{"AppendAnswer", answer(AppendEntriesResponse, 3), KeepTimer, KeepTimer, KeepTimer},
	} {
		for role, want := range []Timer{c.follower, c.candidate, c.leader} {
			t.Run(fmt.Sprintf("%s/%s", c.name, Role(role)), func(t *testing.T) {
				n := seed{role: Role(role), term: 3, vote: None, log: "1 2"}.node()
				assert.Equal(t, receive(n, c.m).Timer, want)
			})
		}
	}
	t.Run("VoteGrantedAgain", func(t *testing.T) {
		n := seed{term: 3, vote: 1, log: "1 2"}.node()
		assert.Equal(t, receive(n, vote(3, 2)).Timer, ElectionTimer)
	})
	t.Run("Others", func(t *testing.T) {
		n := seed{vote: None}.node()
		assert.Equal(t, step(n, Input{Kind: ElectionTimeout}).Timer, ElectionTimer)
		assert.Equal(t, stored(n).Timer, KeepTimer)
		assert.Equal(t, step(n, Input{Kind: HeartbeatTimeout}).Timer, KeepTimer)
		assert.Equal(t, receive(n, Message{Type: RequestVoteResponse, From: 1, Term: 1, VoteGranted: true}).Timer, HeartbeatTimer)
		assert.Equal(t, step(n, Input{Kind: HeartbeatTimeout}).Timer, HeartbeatTimer)
		assert.Equal(t, propose(n, "x").Timer, KeepTimer)
	})
}
