package raft

import (
	"testing"

	"gotest.tools/v3/assert"
)

// Reference: section 5.2; MIT TestInitialElection3A, etcd TestLeaderElection.
func TestOneNodeIsElected(t *testing.T) {
	for _, nodes := range []int{1, 2, 3, 5, 13} {
		l := fresh(t, nodes)
		l.timeout(nodes - 1)
		assert.DeepEqual(t, l.leaders(), []int{nodes - 1})
		for id := range l.peers {
			assert.Equal(t, l.state(id).Term, Term(1))
			assert.Equal(t, l.state(id).Leader, NodeID(nodes-1))
		}
	}
}

// Without a quorum no node is elected; the old leader steps down when it reconnects.
//
// Reference: section 5.2; MIT TestReElection3A.
func TestReconnectedLeaderStepsDown(t *testing.T) {
	l := fresh(t, 3)
	l.timeout(0)
	l.only(1, 2)
	l.timeout(1)
	assert.DeepEqual(t, l.leaders(), []int{0, 1}) // 0 cannot know
	assert.Equal(t, l.state(0).Term, Term(1))
	assert.Equal(t, l.state(1).Term, Term(2))

	l.heal()
	l.heartbeat(0)
	assert.DeepEqual(t, l.leaders(), []int{1})
	assert.Equal(t, l.state(0).Term, Term(2))
	l.heartbeat(1)
	assert.Equal(t, l.state(0).Leader, NodeID(1))

	l.only(2)
	for range 5 {
		l.timeout(2)
		l.heartbeat(1)
	}
	assert.DeepEqual(t, l.leaders(), []int{1})
	assert.Equal(t, l.state(2).Role, Candidate)
	assert.Equal(t, l.state(2).Term, Term(7))

	l.crash(1)
	l.only(0) // now no node has a quorum
	l.timeout(0)
	l.timeout(2)
	assert.Equal(t, len(l.leaders()), 0)

	l.heal()
	l.timeout(0)
	assert.Equal(t, len(l.leaders()), 0) // its term is too low yet
	assert.Equal(t, l.state(0).Term, Term(8))
	l.timeout(0)
	assert.DeepEqual(t, l.leaders(), []int{0})
	l.restart(1)
	l.heartbeat(0)
	assert.Equal(t, l.state(1).Leader, NodeID(0))
	assert.Equal(t, l.state(1).Role, Follower)
}

// Reference: section 5.2; MIT TestManyElections3A.
func TestEachTermHasAtMostOneLeader(t *testing.T) {
	l := fresh(t, 7)
	l.watch = newProperties()
	d := dice(7)
	for range 200 {
		var in []int
		out := d.n(7)
		for id := range 7 {
			if (id+7-out)%7 >= 3 {
				in = append(in, id)
			}
		}
		l.only(in...)
		for k := 0; l.state(in[0]).Role != Leader; k++ { // four of seven are enough
			assert.Assert(t, k < 10, "%d is not elected", in[0])
			l.timeout(in[0])
		}
		leaders := 0
		for _, id := range l.leaders() {
			if l.state(id).Term == l.state(in[0]).Term {
				leaders++
			}
		}
		assert.Equal(t, leaders, 1)
		l.heal()
		l.heartbeat(in[0])
	}
	assert.Equal(t, len(l.leaders()), 1)
}

// Reference: section 5.2, "if many followers become candidates at the same time, votes could be split".
func TestSplitVoteElectsNobody(t *testing.T) {
	l := fresh(t, 4)
	l.step(0, Input{Kind: ElectionTimeout})
	l.step(1, Input{Kind: ElectionTimeout})
	first := func(m *Message) bool { // 2 hears 0 only, 3 hears 1 only
		return m.Type == RequestVoteRequest && (m.From == 0 && m.To == 3 || m.From == 1 && m.To == 2)
	}
	l.lose = first
	l.settle()
	assert.Equal(t, len(l.leaders()), 0)
	assert.DeepEqual(t, l.peers[0].core.VotesGranted(), []NodeID{0, 2})
	assert.DeepEqual(t, l.peers[1].core.VotesGranted(), []NodeID{1, 3})
	l.heal()
	l.timeout(1)
	assert.DeepEqual(t, l.leaders(), []int{1})
	assert.Equal(t, l.state(0).Role, Follower)
}

// Reference: section 5.3; a majority of one is one.
func TestSingleNodeElectsItselfAndCommits(t *testing.T) {
	l := fresh(t, 1)
	l.slow = true
	l.timeout(0)
	assert.Equal(t, l.state(0).Role, Candidate) // its vote is not stored yet
	l.finishWrite(0)
	assert.Equal(t, l.state(0).Role, Leader)
	l.propose(0, "a", "b")
	assert.Equal(t, l.state(0).CommitIndex, Index(0))
	l.finishWrite(0)
	assert.DeepEqual(t, l.applied(0), []any{"a", "b"})
	assert.Equal(t, l.sent, 0)

	l.crash(0)
	l.restart(0)
	assert.Equal(t, l.state(0).CommitIndex, Index(0))
	l.timeout(0)
	l.finishWrite(0)
	assert.Equal(t, l.state(0).Term, Term(2))
	assert.Equal(t, len(l.applied(0)), 0) // entries of term 1 wait for one of term 2
	l.propose(0, "c")
	l.finishWrite(0)
	assert.DeepEqual(t, l.applied(0), []any{"a", "b", "c"})
}

// A leader without followers commits nothing. When it reconnects, it loses the entries
// that it appended meanwhile, and the entries that the others committed stay.
//
// Reference: section 5.3; MIT TestFailNoAgree3B, TestRejoin3B.
func TestPartitionedLeaderCommitsNothing(t *testing.T) {
	l := fresh(t, 5)
	l.watch = newProperties()
	l.timeout(0)
	l.propose(0, "a")
	l.heartbeat(0)

	l.only(1, 2, 3, 4)
	l.propose(0, "lost 1")
	l.propose(0, "lost 2")
	l.heartbeat(0)
	assert.Equal(t, l.state(0).CommitIndex, Index(1))
	assert.Equal(t, l.state(0).Role, Leader)
	l.timeout(1)
	l.propose(1, "b")
	assert.Equal(t, l.state(1).CommitIndex, Index(2))

	l.only(0, 2, 3, 4) // the second leader is cut off, the first is back
	l.propose(1, "lost 3")
	l.heartbeat(0)
	assert.Equal(t, l.state(0).Role, Follower)
	l.timeout(0)
	assert.Equal(t, l.state(0).Role, Candidate) // its log is not up to date
	l.timeout(2)
	l.propose(2, "c")
	l.heartbeat(2)
	assert.DeepEqual(t, l.applied(0), []any{"a", "b", "c"})

	l.heal()
	l.heartbeat(1)
	l.heartbeat(2)
	for id := range l.peers {
		assert.Equal(t, l.terms(id), "1 2 4")
		assert.DeepEqual(t, l.applied(id), []any{"a", "b", "c"})
	}
}

// Reference: section 5.3; MIT TestFailAgree3B, etcd TestLeaderSyncFollowerLog.
func TestReconnectedFollowerGetsMissedEntries(t *testing.T) {
	l := fresh(t, 3)
	l.timeout(0)
	l.propose(0, "a")
	l.only(0, 1)
	for _, c := range []string{"b", "c", "d"} {
		l.propose(0, c)
		assert.Equal(t, l.state(0).CommitIndex, l.state(0).LastIndex)
	}
	assert.Equal(t, l.state(2).LastIndex, Index(1))
	l.heal()
	l.heartbeat(0) // what was sent may still arrive
	l.heartbeat(0)
	l.heartbeat(0)
	assert.DeepEqual(t, l.applied(2), []any{"a", "b", "c", "d"})
}
