package raft

import (
	"testing"

	"gotest.tools/v3/assert"
)

// Figure 7: what logs there may be when the leader at the top comes to power
// in term 8.
const figure7Leader = "1 1 1 4 4 5 5 6 6 6"

var figure7 = []struct{ name, log string }{
	{"a", "1 1 1 4 4 5 5 6 6"},
	{"b", "1 1 1 4"},
	{"c", "1 1 1 4 4 5 5 6 6 6 6"},
	{"d", "1 1 1 4 4 5 5 6 6 6 7 7"},
	{"e", "1 1 1 4 4 4 4"},
	{"f", "1 1 1 2 2 2 3 3 3 3 3"},
}

// figure7Seed is a follower with this log; its term is that of its last entry.
func figure7Seed(log string) seed {
	entries := terms(log)
	return seed{term: entries[len(entries)-1].Term, vote: None, log: log}
}

// After one new entry every log equals the leader's, with each follower alone and with
// all together.
//
// Reference: section 5.3, Figure 7; etcd TestLeaderSyncFollowerLog.
func TestFigure7LogsConverge(t *testing.T) {
	check := func(t *testing.T, followers ...seed) {
		l := newLab(t, append([]seed{{role: Leader, term: 8, log: figure7Leader}}, followers...)...)
		l.watch = newProperties()
		l.settle()
		for id := range l.peers { // nothing of term 8 yet
			assert.Equal(t, l.state(id).CommitIndex, Index(0))
		}
		l.propose(0, "x")
		l.heartbeat(0)
		for id, p := range l.peers {
			assert.Equal(t, l.terms(id), figure7Leader+" 8")
			assert.DeepEqual(t, p.disk, l.peers[0].disk)
			assert.DeepEqual(t, p.applied, l.peers[0].disk)
			assert.Equal(t, l.state(id).Term, Term(8))
		}
	}
	var all []seed
	for _, f := range figure7 {
		t.Run(f.name, func(t *testing.T) { check(t, figure7Seed(f.log)) })
		all = append(all, figure7Seed(f.log))
	}
	t.Run("All", func(t *testing.T) { check(t, all...) })
}

// The followers whose logs are not more up to date vote for the new leader.
//
// Reference: section 5.4.1, Figure 7.
func TestFigure7LeaderNeedsVotes(t *testing.T) {
	all := []seed{{term: 7, vote: None, log: figure7Leader}}
	for _, f := range figure7 {
		s := figure7Seed(f.log)
		all = append(all, s)
	}
	l := newLab(t, all...)
	l.step(0, Input{Kind: ElectionTimeout})
	var granted []string
	l.lose = func(m *Message) bool {
		if m.Type == RequestVoteResponse && m.VoteGranted {
			granted = append(granted, figure7[m.From-1].name)
		}
		return m.Type != RequestVoteRequest
	}
	l.settle()
	assert.DeepEqual(t, granted, []string{"a", "b", "e", "f"})
}
