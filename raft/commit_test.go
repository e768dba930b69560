package raft

import (
	"fmt"
	"testing"

	"gotest.tools/v3/assert"
)

// An entry is committed once a majority has it, the leader's stored copy included.
//
// Reference: section 5.3; etcd TestLeaderAcknowledgeCommit.
func TestCommitNeedsAMajority(t *testing.T) {
	for _, c := range []struct {
		nodes int
		acks  []NodeID
		want  bool
	}{
		{1, nil, true},
		{2, nil, false}, {2, []NodeID{1}, true},
		{3, nil, false}, {3, []NodeID{1}, true}, {3, []NodeID{2}, true}, {3, []NodeID{1, 2}, true},
		{3, []NodeID{1, 1}, true}, // the second answer is the same as the first
		{4, []NodeID{3}, false}, {4, []NodeID{1, 3}, true},
		{5, nil, false}, {5, []NodeID{1}, false}, {5, []NodeID{1, 1, 1}, false},
		{5, []NodeID{1, 2}, true}, {5, []NodeID{3, 4}, true}, {5, []NodeID{1, 2, 3}, true}, {5, []NodeID{1, 2, 3, 4}, true},
	} {
		t.Run(fmt.Sprintf("%d/%v", c.nodes, c.acks), func(t *testing.T) {
			n := leading(c.nodes, "", 0)
			propose(n, "x")
			for _, id := range c.acks {
				receive(n, accepts(id, 0, 1))
			}
			assert.Equal(t, n.State().CommitIndex == 1, c.want)
			assert.Equal(t, n.State().LastApplied == 1, c.want)
		})
	}
}

// A leader counts copies only of entries of its own term; earlier entries are committed
// together with them.
//
// Reference: section 5.4.2; etcd TestLeaderOnlyCommitsLogFromCurrentTerm.
func TestLeaderCommitsOnlyItsOwnTerm(t *testing.T) {
	for _, c := range []struct {
		log          string
		match        []Index // of the others
		commit, want Index
	}{
		{"1 2", []Index{1, 1}, 0, 0}, // all have it: not of term 6
		{"1 2", []Index{2, 2}, 0, 0},
		{"1 2 6", []Index{2, 2}, 0, 0},
		{"1 2 6", []Index{3, 0}, 0, 3}, // and with it 1 and 2
		{"1 2 6", []Index{3, 3}, 2, 3},
		{"1 6 6", []Index{2, 1}, 0, 2},
		{"1 6 6 6", []Index{2, 3, 4, 0}, 0, 3},
		{"1 6 6 6", []Index{4, 0, 0, 0}, 0, 0},
		{"1 6 6 6", []Index{4, 4, 0, 0}, 3, 4},
		{"6 6 6", []Index{1, 1, 2, 2}, 0, 2},
		{"6 6 6", []Index{1, 1, 1, 3}, 0, 1},
		{"6 6 6", []Index{1, 1, 1}, 0, 1}, // four nodes: three must have it
		{"6 6 6", []Index{2, 3, 0}, 0, 2},
		{"6 6", []Index{1, 1}, 2, 2}, // a lower match takes nothing back
	} {
		t.Run(fmt.Sprintf("%s/%v", c.log, c.match), func(t *testing.T) {
			n := seed{
				role: Leader, nodes: len(c.match) + 1, term: 6, log: c.log, commit: c.commit,
				has: append([]Index{0}, c.match...),
			}.node()
			out := step(n, Input{Kind: Start})
			assert.Equal(t, n.State().CommitIndex, c.want)
			if c.want > c.commit {
				assert.Equal(t, out.ApplyFrom, c.commit+1)
				assert.Equal(t, out.ApplyTo, c.want)
				assert.Equal(t, out.Actions[len(out.Actions)-1].Kind, AdvanceCommitIndex)
			}
		})
	}
}

// A follower commits min(leaderCommit, index of last new entry): entries behind the last
// new one may differ from the leader's.
//
// Reference: Figure 2, AppendEntries RPC, receiver's rule 5; etcd TestFollowerCommitEntry, TestHandleMsgApp.
func TestFollowerCommitsUpToItsLastNewEntry(t *testing.T) {
	for _, c := range []struct {
		name         string
		own          string
		commit       Index
		prev         Index
		entries      string // behind 1 2, or behind 1
		leaderCommit Index
		want         Index
	}{
		{"NothingCommitted", "1 2", 0, 2, "", 0, 0},
		{"All", "1 2", 0, 2, "4 4", 4, 4},
		{"Some", "1 2", 0, 2, "4 4", 3, 3},
		{"Old", "1 2", 0, 2, "4 4", 1, 1},
		{"NoMoreThanNew", "1 2", 0, 2, "4", 9, 3},
		{"HeartbeatNoMoreThanPrev", "1 2 2 2", 0, 2, "", 4, 2},
		{"ShorterThanOwnLog", "1 2 2 2", 0, 1, "2", 4, 2},
		{"NeverLess", "1 2 2 2", 3, 2, "", 1, 3},
		{"NeverLessThanNew", "1 2 2 2", 3, 1, "2", 9, 3},
		{"HeartbeatAtZero", "1 2", 0, 0, "", 2, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := seed{term: 4, vote: None, log: c.own, commit: c.commit}.node()
			prevTerm, _ := n.Log().Term(c.prev)
			out := receive(n, Message{
				Type: AppendEntriesRequest, From: 1, Term: 4, PrevLogIndex: c.prev, PrevLogTerm: prevTerm,
				Entries: terms(c.entries), LeaderCommit: c.leaderCommit,
			})
			assert.Equal(t, reply(t, out).Success, true)
			assert.Equal(t, n.State().CommitIndex, c.want)
			assert.Equal(t, n.State().LastApplied, c.want)
			if c.want > c.commit {
				assert.Equal(t, out.ApplyFrom, c.commit+1)
				assert.Equal(t, out.ApplyTo, c.want)
			} else {
				assert.Assert(t, out.ApplyTo < out.ApplyFrom)
			}
		})
	}
	t.Run("Rejected", func(t *testing.T) {
		n := seed{term: 4, vote: None, log: "1 2"}.node()
		receive(n, Message{Type: AppendEntriesRequest, From: 1, Term: 4, PrevLogIndex: 2, PrevLogTerm: 3, LeaderCommit: 2})
		assert.Equal(t, n.State().CommitIndex, Index(0))
	})
}

// Entries of earlier terms are committed and applied before the new one, in
// order, each once.
//
// Reference: section 5.3; etcd TestLeaderCommitPrecedingEntries.
func TestCommitIncludesPrecedingEntries(t *testing.T) {
	for _, log := range []string{"", "2", "1 2", "1", "1*1500"} {
		t.Run(log, func(t *testing.T) {
			n := seed{role: Leader, term: 3, log: log}.node()
			out := propose(n, "x")
			assert.Assert(t, out.ApplyTo < out.ApplyFrom)
			last := n.Log().LastIndex()
			yes := Message{Type: AppendEntriesResponse, From: 1, Term: 3, Success: true, MatchIndex: last}
			out = receive(n, yes)
			assert.Equal(t, out.ApplyFrom, Index(1))
			assert.Equal(t, out.ApplyTo, last)
			yes.From = 2
			out = receive(n, yes)
			assert.Assert(t, out.ApplyTo < out.ApplyFrom)
		})
	}
}

// The next AppendEntries takes a commit to the followers.
//
// Reference: section 5.3; etcd TestLeaderCommitEntry.
func TestCommitReachesFollowers(t *testing.T) {
	l := fresh(t, 3)
	l.timeout(0)
	l.propose(0, "a")
	assert.DeepEqual(t, l.applied(0), []any{"a"})
	assert.Equal(t, len(l.applied(1)), 0)
	l.propose(0, "b")
	assert.DeepEqual(t, l.applied(1), []any{"a"})
	l.heartbeat(0)
	for id := range l.peers {
		assert.DeepEqual(t, l.applied(id), []any{"a", "b"})
	}
}

// Entries of earlier terms wait for the next request.
//
// Reference: section 5.4.2; D section 6.4 and raft.tla, BecomeLeader, without the no-op.
func TestNewLeaderAppendsNoEntry(t *testing.T) {
	l := newLab(t, seed{term: 2, vote: None, log: "1 2"}, seed{term: 2, vote: None, log: "1 2"}, seed{vote: None})
	l.timeout(0)
	for range 3 {
		l.heartbeat(0)
	}
	assert.DeepEqual(t, l.leaders(), []int{0})
	for id := range l.peers {
		assert.Equal(t, l.terms(id), "1 2")
		assert.Equal(t, l.state(id).CommitIndex, Index(0))
	}
	l.propose(0, "x")
	assert.Equal(t, l.terms(2), "1 2 3")
	assert.Equal(t, l.state(0).CommitIndex, Index(3))
}

// Two of five nodes commit nothing; with the others back, all commit.
//
// Reference: section 5.3; MIT TestFailNoAgree3B, etcd TestCannotCommitWithoutNewTermEntry.
func TestNothingIsCommittedWithoutAMajority(t *testing.T) {
	l := fresh(t, 5)
	l.timeout(0)
	l.propose(0, "a")
	l.only(0, 1)
	l.propose(0, "b")
	for range 5 {
		l.heartbeat(0)
	}
	assert.Equal(t, l.state(0).CommitIndex, Index(1))
	assert.Equal(t, l.terms(1), "1 1")
	l.heal()
	for range 3 {
		l.heartbeat(0)
	}
	for id := range l.peers {
		assert.DeepEqual(t, l.applied(id), []any{"a", "b"})
	}
}
