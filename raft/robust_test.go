package raft

import (
	"testing"

	"gotest.tools/v3/assert"
)

// The same leader sends the log again, one heartbeat later. settle fails when nodes do
// not come to rest.
//
// Reference: D section 3.8, an assumption that does not hold here; section 5.3.
func TestWipedFollowerGetsTheLogAgain(t *testing.T) {
	for _, log := range []string{"", "1 1 1", "1*2500"} {
		t.Run(log, func(t *testing.T) {
			s := seed{term: 1, vote: 0, log: log}
			l := newLab(t, seed{role: Leader, term: 1, log: log}, s, s)
			l.settle()
			l.propose(0, "a")
			l.crash(2)
			l.wipe(2)
			l.restart(2)
			l.propose(0, "b")
			for range 4 {
				l.heartbeat(0)
			}
			assert.DeepEqual(t, l.peers[2].applied, entriesOf(l.peers[0].core.Log()))
			_, match := l.peers[0].core.Progress()
			assert.Equal(t, match[2], l.state(0).LastIndex)
		})
	}
}

// A request from outside may truncate a follower's log.
//
// Reference: section 5.3.
func TestForgedEntriesAreReplaced(t *testing.T) {
	l := fresh(t, 3)
	l.timeout(0)
	for k := range 4 {
		l.propose(0, k)
	}
	l.timeout(1)
	l.only(1, 2)
	for k := range 4 {
		l.propose(1, k)
	}
	l.heal()
	l.heartbeat(1)
	// From "node 0", in the term of node 1, behind what is committed there.
	commit := l.state(2).CommitIndex
	prev, _ := l.peers[2].core.Log().Term(commit)
	l.propose(1, "uncommitted at 2")
	l.step(2, Input{Kind: Receive, Message: &Message{
		Type: AppendEntriesRequest, From: 0, To: 2, Term: 2, PrevLogIndex: commit, PrevLogTerm: prev,
		Entries: []Entry{{1, "forged"}, {2, "forged"}},
	}})
	l.flying = nil // the answer leaves the cluster
	assert.Equal(t, l.terms(2), "1 1 1 1 2 2 2 2 1 2")
	for range 4 {
		l.heartbeat(1)
	}
	assert.Equal(t, l.terms(2), "1 1 1 1 2 2 2 2 2")
	assert.DeepEqual(t, l.peers[2].applied, entriesOf(l.peers[1].core.Log()))
}

// A follower with a different committed entry refuses. The leader then sends one message
// for each heartbeat, however long the logs are.
//
// Reference: section 5.4.3, the property that does not hold here.
func TestContradictionOfACommittedEntryIsRefused(t *testing.T) {
	for _, c := range []struct{ leader, follower string }{
		{"1 2", "1 3"},
		{"1*3000 2 2", "1*3000 3 3"},
		{"1*1500 2*1500", "1*1400 3*2000"},
		{"2*3000", "3*3000"},
	} {
		t.Run(c.leader, func(t *testing.T) {
			committed := Index(len(terms(c.follower)))
			l := newLab(t,
				seed{role: Leader, term: 6, log: c.leader},
				seed{term: 6, vote: None, log: c.follower, commit: committed},
				seed{term: 6, vote: None, log: c.leader})
			l.settle()
			assert.Assert(t, l.sent < 20, "%d messages", l.sent)
			for range 5 {
				l.sent = 0
				l.heartbeat(0)
				assert.Equal(t, l.sent, 4)
			}
			l.propose(0, "x")
			l.heartbeat(0)
			assert.Equal(t, l.state(0).CommitIndex, l.state(0).LastIndex)
			assert.Equal(t, l.state(1).LastIndex, committed)
		})
	}
}

// Two leaders of one term refuse each other, and the others follow the one that sent the
// last message. No node panics and all come to rest.
//
// Reference: section 5.2, Election Safety, which does not hold here.
func TestLeaderRefusesALeaderOfItsTerm(t *testing.T) {
	for _, c := range []struct{ first, second string }{
		{"", ""},
		{"1 1", "1 1"},
		{"1*3000", "1*3000"},
		{"1*3000 2*3000", "1*3000 3*3000"},
		{"2*3000", "1*3000"},
		{"1 2 3 4 5", "5"},
	} {
		t.Run(c.first+"/"+c.second, func(t *testing.T) {
			l := newLab(t,
				seed{role: Leader, term: 6, log: c.first},
				seed{role: Leader, term: 6, log: c.second},
				seed{vote: None})
			l.settle()
			assert.Assert(t, l.sent < 60, "%d messages", l.sent)
			for k := range 10 {
				l.sent = 0
				l.step(0, Input{Kind: HeartbeatTimeout})
				l.step(1, Input{Kind: HeartbeatTimeout})
				l.settle()
				assert.Assert(t, l.sent < 60, "%d messages in round %d", l.sent, k)
			}
			assert.DeepEqual(t, l.leaders(), []int{0, 1})
			l.timeout(2)
			l.timeout(2)
			for _, id := range l.leaders() {
				assert.Assert(t, l.state(id).Term > 6)
			}
		})
	}
}

// In logs with decreasing terms the search for agreement is slow, but it ends.
//
// Reference: section 5.3; such logs cannot be.
func TestLogWithDecreasingTermsDoesNotPanic(t *testing.T) {
	d := dice(3)
	log := func() *Log {
		var entries []Entry
		for range d.n(30) {
			entries = append(entries, Entry{Term(d.n(9) + 1), nil})
		}
		return NewLog(entries...)
	}
	for range 2000 {
		leader := New(Config{Nodes: 2, Role: Leader, HardState: HardState{5, 0}, Log: log()})
		follower := New(Config{ID: 1, Nodes: 2, HardState: HardState{5, None}, Log: log()})
		out := step(leader, Input{Kind: Start})
		for k := 0; len(out.Messages) > 0; k++ {
			assert.Assert(t, k <= 30)
			out = receive(leader, reply(t, receive(follower, out.Messages[0])))
		}
		_, match := leader.Progress()
		assert.Equal(t, match[1], leader.Log().LastIndex())
		assert.Assert(t, follower.Log().Matches(leader.Log().LastIndex(), leader.Log().LastTerm()))
	}
}

// A start state may give any nextIndex.
//
// Reference: Figure 2, volatile state on leaders.
func TestAnyNextIndexConverges(t *testing.T) {
	for _, next := range []Index{0, 1, 2, 3, 4, 5, 99, ^Index(0)} {
		for _, log := range []string{"", "1", "1 2 3", "1 1 1 1 1 1"} {
			l := newLab(t, seed{role: Leader, term: 6, log: "1 2 3 4", next: []Index{5, next}}, seed{vote: None, log: log})
			l.settle()
			l.heartbeat(0)
			l.propose(0, "x")
			assert.Equal(t, l.terms(1), "1 2 3 4 6", "nextIndex %d, log %s", next, log)
		}
	}
}

// Reference: the contract of the package, that an input is one of those listed.
func TestUnknownInputPanics(t *testing.T) {
	defer func() {
		assert.ErrorContains(t, toError(recover()), "input of kind 99 to node 0")
	}()
	step(seed{}.node(), Input{Kind: 99})
}
