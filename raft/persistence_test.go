package raft

import (
	"testing"

	"gotest.tools/v3/assert"
)

// A step must store exactly the persistent state of Figure 2, before it sends anything.
//
// Reference: Figure 2, persistent state, "updated on stable storage before responding to RPCs"; D section 3.8.
func TestStepsThatMustStore(t *testing.T) {
	for _, c := range []struct {
		name string
		from seed
		in   Input
		want bool
	}{
		{"TermAdopted", seed{term: 3, vote: 1}, Input{Kind: Receive, Message: &Message{Type: AppendEntriesResponse, From: 1, Term: 4}}, true},
		{"VoteGiven", seed{term: 3, vote: None}, Input{Kind: Receive, Message: &Message{Type: RequestVoteRequest, From: 1, Term: 3}}, true},
		{"VoteGivenAgain", seed{term: 3, vote: 1}, Input{Kind: Receive, Message: &Message{Type: RequestVoteRequest, From: 1, Term: 3}}, false},
		{"VoteRefused", seed{term: 3, vote: 2}, Input{Kind: Receive, Message: &Message{Type: RequestVoteRequest, From: 1, Term: 3}}, false},
		{"Candidacy", seed{term: 3, vote: None}, Input{Kind: ElectionTimeout}, true},
		{"Entries", seed{term: 3, vote: None}, Input{Kind: Receive, Message: &Message{Type: AppendEntriesRequest, From: 1, Term: 3, Entries: terms("3")}}, true},
		{"EntriesInPlaceOfOthers", seed{term: 3, vote: None, log: "1"}, Input{Kind: Receive, Message: &Message{Type: AppendEntriesRequest, From: 1, Term: 3, Entries: terms("3")}}, true},
		{"EntriesKnown", seed{term: 3, vote: None, log: "3"}, Input{Kind: Receive, Message: &Message{Type: AppendEntriesRequest, From: 1, Term: 3, Entries: terms("3")}}, false},
		{"Commit", seed{term: 3, vote: None, log: "3"}, Input{Kind: Receive, Message: &Message{Type: AppendEntriesRequest, From: 1, Term: 3, PrevLogIndex: 1, PrevLogTerm: 3, LeaderCommit: 1}}, false},
		{"Request", seed{role: Leader, term: 3}, Input{Kind: Propose, Commands: []any{"x"}}, true},
		{"NoRequest", seed{role: Leader, term: 3}, Input{Kind: Propose}, false},
		{"Heartbeat", seed{role: Leader, term: 3}, Input{Kind: HeartbeatTimeout}, false},
		{"Lead", seed{role: Candidate, term: 3}, Input{Kind: Receive, Message: &Message{Type: RequestVoteResponse, From: 1, Term: 3, VoteGranted: true}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := c.from.node()
			was := n.rules.toStore(n)
			before := entriesOf(n.Log())
			out := step(n, c.in)
			assert.Equal(t, out.Persist, c.want)
			s := n.State()
			assert.Equal(t, out.HardState, HardState{s.Term, s.VotedFor})
			changed := was != out.HardState || len(before) != int(s.LastIndex) || len(out.Removed) > 0
			assert.Equal(t, changed, c.want)
		})
	}
}

// An answer leaves once the state that it rests on is stored; a crash before that undoes
// both.
//
// Reference: D section 3.8; MIT TestPersist13C.
func TestAnswerFollowsTheWrite(t *testing.T) {
	t.Run("Vote", func(t *testing.T) {
		l := fresh(t, 3)
		l.slow = true
		l.step(0, Input{Kind: ElectionTimeout})
		assert.Equal(t, len(l.flying), 0) // the candidate itself must have stored its vote
		l.finishWrite(0)
		l.settle()
		assert.Equal(t, l.state(1).VotedFor, NodeID(0))
		assert.Equal(t, l.state(0).Role, Candidate)
		l.crash(1)
		l.restart(1)
		assert.Equal(t, l.state(1).VotedFor, None)
		assert.Equal(t, l.state(1).Term, Term(0))
		l.finishWrite(2)
		l.settle()
		assert.Equal(t, l.state(0).Role, Leader)
	})
	t.Run("Entries", func(t *testing.T) {
		l := fresh(t, 3)
		l.timeout(0)
		l.slow = true
		l.only(0, 1)
		l.propose(0, "x")
		// One after the other, in the same order as they were asked for.
		assert.Equal(t, len(l.peers[0].writes), 1)
		assert.Equal(t, len(l.flying), 0)
		l.finishWrite(0)
		l.settle()
		assert.Equal(t, l.terms(1), "1")
		assert.Equal(t, l.state(0).CommitIndex, Index(0))
		l.heartbeat(0) // answered only once the entry before it is stored
		assert.Equal(t, len(l.peers[1].writes[0].messages), 2)
		l.crash(1)
		l.restart(1)
		assert.Equal(t, l.terms(1), "")
		assert.Equal(t, l.state(0).CommitIndex, Index(0))
	})
}

// A node's own vote, and its own copy of an entry, count once they are stored
// in its current term.
//
// Reference: D section 3.8 and section 10.2.1.
func TestOwnCopyCountsOnceStored(t *testing.T) {
	t.Run("Vote", func(t *testing.T) {
		n := seed{nodes: 5, vote: None}.node()
		step(n, Input{Kind: ElectionTimeout})
		assert.Equal(t, len(n.VotesGranted()), 0)
		step(n, Input{Kind: ElectionTimeout})
		step(n, Input{Kind: Stored, StoredTerm: 1}) // the vote of term 1
		assert.Equal(t, len(n.VotesGranted()), 0)
		receive(n, Message{Type: RequestVoteResponse, From: 1, Term: 2, VoteGranted: true})
		receive(n, Message{Type: RequestVoteResponse, From: 2, Term: 2, VoteGranted: true})
		assert.Equal(t, n.State().Role, Candidate)
		step(n, Input{Kind: Stored, StoredTerm: 2})
		assert.Equal(t, n.State().Role, Leader)
	})
	t.Run("Entry", func(t *testing.T) {
		n := leading(3, "", 0)
		step(n, Input{Kind: Propose, Commands: []any{"x"}})
		step(n, Input{Kind: Propose, Commands: []any{"y"}})
		receive(n, accepts(1, 0, 1))
		assert.Equal(t, n.State().CommitIndex, Index(0))
		step(n, Input{Kind: Stored, StoredTerm: 5, StoredIndex: 2}) // not of this term
		assert.Equal(t, n.State().CommitIndex, Index(0))
		receive(n, accepts(1, 1, 2))
		step(n, Input{Kind: Stored, StoredTerm: 6, StoredIndex: 1})
		assert.Equal(t, n.State().CommitIndex, Index(1))
		receive(n, accepts(2, 0, 2)) // the two others alone are a majority
		assert.Equal(t, n.State().CommitIndex, Index(2))
		for _, c := range []struct{ stored, want Index }{{1, 1}, {2, 2}, {1, 2}} {
			step(n, Input{Kind: Stored, StoredTerm: 6, StoredIndex: c.stored})
			_, match := n.Progress()
			assert.Equal(t, match[0], c.want)
		}
	})
	t.Run("Follower", func(t *testing.T) {
		n := seed{term: 3, vote: 1, log: "1 2"}.node()
		was := n.State()
		out := stored(n)
		assert.Equal(t, len(out.Actions)+len(out.Messages), 0)
		assert.Equal(t, n.State(), was)
	})
}

// A node that restarts has its term, its vote and its log only.
//
// Reference: Figure 2; raft.tla, Restart; MIT TestPersist23C.
func TestRestartKeepsOnlyStoredState(t *testing.T) {
	for _, role := range []Role{Follower, Candidate, Leader} {
		t.Run(role.String(), func(t *testing.T) {
			before := seed{role: role, term: 4, vote: 2, log: "1 2 4", commit: 2, has: []Index{3, 1, 2}}.node()
			n := NewRestarted(Config{
				ID: 0, Nodes: 3, HardState: before.rules.toStore(before), Log: before.Log(),
				Role: role, CommitIndex: 2, MatchIndex: []Index{3, 1, 2}, // does not count
			})
			out := step(n, Input{Kind: Start})
			assert.DeepEqual(t, kinds(out), []ActionKind{Restart})
			assert.Equal(t, len(out.Messages), 0)
			assert.Equal(t, out.Timer, ElectionTimer)
			assert.Equal(t, out.Persist, false)
			assert.Equal(t, n.State(), State{
				Role: Follower, Term: 4, VotedFor: before.State().VotedFor, Leader: None, LastIndex: 3, LastTerm: 4,
			})
			assert.Assert(t, n.VotesGranted() == nil)
		})
	}
}

// A leader that crashes before its entry is stored comes back without it. One that alone
// has stored the entry comes back with it.
//
// Reference: section 5.3; D section 3.8; MIT TestPersist33C.
func TestCrashedLeaderIsReplaced(t *testing.T) {
	l := fresh(t, 3)
	l.watch = newProperties()
	l.timeout(0)
	l.propose(0, "a")
	l.slow = true
	l.propose(0, "not stored")
	l.crash(0)
	l.slow = false
	l.restart(0)
	assert.Equal(t, l.terms(0), "1")
	l.timeout(0)
	l.only(0)
	l.propose(0, "b")
	l.crash(0)
	l.restart(0)
	assert.Equal(t, l.terms(0), "1 2")
	l.heal()
	l.timeout(0)
	l.propose(0, "c")
	l.heartbeat(0)
	for id := range l.peers {
		assert.DeepEqual(t, l.applied(id), []any{"a", "b", "c"})
	}
}

// All nodes crash after every request; nothing acknowledged is lost.
//
// Reference: section 5.3; MIT TestPersist13C.
func TestCommittedEntriesSurviveACrashOfAll(t *testing.T) {
	l := fresh(t, 5)
	l.watch = newProperties()
	for k := range 10 {
		l.timeout(k % 5)
		l.propose(k%5, k)
		assert.Equal(t, l.state(k%5).CommitIndex, Index(k+1))
		for id := range l.peers {
			l.crash(id)
		}
		for id := range l.peers {
			l.restart(id)
		}
	}
	l.timeout(0)
	l.propose(0, "end")
	assert.DeepEqual(t, l.applied(0), []any{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, "end"})
}
