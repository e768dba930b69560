package raft

import (
	"testing"

	"gotest.tools/v3/assert"
)

// figure8 plays Figure 8 up to (c): S1 to S5 are nodes 0 to 4.
//
//	      (a)    (b)    (c)
//	S1    1 2    1 2    1 2 4   leader in (a) and (c)
//	S2    1 2    1 2    1 2
//	S3    1      1      1 2
//	S4    1      1      1
//	S5    1      1 3    1 3     leader in (b), votes of S3 and S4
func figure8(t *testing.T) *lab {
	s := seed{term: 1, vote: None, log: "1", commit: 1}
	l := newLab(t, s, s, s, s, s)
	l.watch = newProperties()
	l.watch.committed = append(l.watch.committed, terms("1")...)
	check := func(logs ...string) {
		t.Helper()
		for id, want := range logs {
			assert.Equal(t, l.terms(id), want, "S%d", id+1)
			assert.Equal(t, l.state(id).CommitIndex, Index(1), "S%d", id+1)
		}
	}

	// (a) S1 leads in term 2 and reaches only S2 with its entry.
	l.timeout(0)
	assert.DeepEqual(t, l.leaders(), []int{0})
	l.only(0, 1)
	l.propose(0, "a")
	check("1 2", "1 2", "1", "1", "1")

	// (b) S1 crashes; S5 leads in term 3 and accepts another entry.
	l.crash(0)
	l.only(2, 3, 4)
	l.timeout(4)
	assert.DeepEqual(t, l.leaders(), []int{4})
	assert.Equal(t, l.state(4).Term, Term(3))
	l.only(4)
	l.propose(4, "b")
	check("1 2", "1 2", "1", "1", "1 3")

	// (c) S5 crashes; S1 restarts, leads in term 4 and goes on replicating.
	l.crash(4)
	l.restart(0)
	l.peers[0].core.commitIndex, l.peers[0].core.lastApplied = 1, 1 // as the figure leaves it out
	l.only(0, 1, 2)
	l.timeout(0) // in term 3, which is S5's for S3
	l.timeout(0)
	assert.DeepEqual(t, l.leaders(), []int{0})
	assert.Equal(t, l.state(0).Term, Term(4))
	l.heartbeat(0)
	l.heartbeat(0)
	assert.Equal(t, l.terms(2), "1 2")
	l.only(0)
	l.propose(0, "c")
	// The entry of term 2 is on a majority, and not committed.
	check("1 2 4", "1 2", "1 2", "1", "1 3")
	_, match := l.peers[0].core.Progress()
	assert.DeepEqual(t, match, []Index{3, 2, 2, 0, 0})
	return l
}

// Reference: section 5.4.2, Figure 8 (a) to (e); MIT TestFigure83C.
func TestFigure8OldTermIsNotCommitted(t *testing.T) {
	t.Run("c", func(t *testing.T) { figure8(t) })

	// S1 crashes; S5 wins with the votes of S2, S3 and S4, and overwrites what
	// was on a majority.
	t.Run("d", func(t *testing.T) {
		l := figure8(t)
		l.crash(0)
		l.restart(4)
		l.heal()
		l.timeout(4)
		assert.Equal(t, l.state(4).Role, Candidate) // term 4 is over already
		l.timeout(4)
		assert.DeepEqual(t, l.leaders(), []int{4})
		assert.Equal(t, l.state(4).Term, Term(5))
		l.restart(0)
		l.heartbeat(4)
		l.heartbeat(4)
		for id := range l.peers {
			assert.Equal(t, l.terms(id), "1 3")
		}
		l.propose(4, "d")
		l.heartbeat(4)
		for id := range l.peers {
			assert.Equal(t, l.terms(id), "1 3 5")
			assert.Equal(t, l.state(id).CommitIndex, Index(3))
		}
	})

	// S1 gets its entry of term 4 onto a majority first: then both are
	// committed, and S5 cannot win.
	t.Run("e", func(t *testing.T) {
		l := figure8(t)
		l.only(0, 1, 2)
		for range 3 {
			l.heartbeat(0)
		}
		for _, id := range []int{0, 1, 2} {
			assert.Equal(t, l.terms(id), "1 2 4")
			assert.Equal(t, l.state(id).CommitIndex, Index(3))
		}
		l.crash(0)
		l.restart(4)
		l.heal()
		for range 5 {
			l.timeout(4)
			assert.Equal(t, l.state(4).Role, Candidate)
		}
		assert.DeepEqual(t, l.peers[4].core.VotesGranted(), []NodeID{3, 4})
		l.timeout(1)
		assert.DeepEqual(t, l.leaders(), []int{1})
		l.restart(0)
		l.propose(1, "e")
		l.heartbeat(1)
		l.heartbeat(1)
		for id := range l.peers {
			assert.Equal(t, l.state(id).CommitIndex, Index(4), "S%d", id+1)
			assert.DeepEqual(t, l.peers[id].disk[:3], l.peers[1].disk[:3])
		}
	})
}
