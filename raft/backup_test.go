package raft

import (
	"fmt"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

// The leader goes back to the place at which the follower's log may agree, by the hint in
// the rejection.
//
// Reference: end of section 5.3; etcd TestFastLogRejection.
func TestNextIndexSkipsTerms(t *testing.T) {
	for _, c := range []struct {
		name             string
		leader, follower string
		hint             Index
		hintTerm         Term
		next             Index // where the leader asks then
	}{
		// 1 3 3 4 4 4 4   The follower's 2s and the leader's 3s cannot agree.
		// 1 2 2 2 2 2 2
		{"NoCommonTerm", "1 3 3 4 4 4 4", "1 2 2 2 2 2 2", 7, 2, 2},
		{"FollowerTooLong", "1 1 1 4", "1 1 1 3 3 3 3", 4, 3, 4},
		{"FollowerTooShort", "1 1 1 4 4 4", "1 1", 2, 1, 3},
		{"FollowerEmpty", "1 1 1 4 4 4", "", 0, 0, 1},
		{"LeaderHasEarlierTerms", "1 1 2 2 2", "1 1 3 3 3", 2, 1, 3},
		{"FollowerHasEarlierTerms", "1 1 3 3 3", "1 1 2 2 2", 5, 2, 3},
		{"CommonTermLongerAtLeader", "1 2 2 2 2 4", "1 2 2 3 3 3", 6, 3, 6},
		{"CommonTermLongerAtFollower", "1 2 2 4 4 4", "1 2 2 2 2 2", 6, 2, 4},
		{"NothingInCommon", "4 4 4", "1 1 1", 3, 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLab(t, seed{role: Leader, term: 6, log: c.leader}, seed{term: 5, vote: None, log: c.follower})
			ask := l.flying[0]
			l.flying = nil
			l.deliver(ask)
			assert.Equal(t, len(l.flying), 1)
			m := l.flying[0]
			assert.Equal(t, m.Success, false)
			assert.Equal(t, m.ConflictIndex, c.hint)
			assert.Equal(t, m.ConflictTerm, c.hintTerm)
			l.flying = nil
			l.deliver(m)
			assert.Equal(t, len(l.flying), 1)
			assert.Equal(t, l.flying[0].PrevLogIndex, c.next-1)
			assert.Equal(t, len(l.flying[0].Entries), len(terms(c.leader))-int(c.next)+1)
			l.settle()
			assert.Equal(t, l.terms(1), c.leader)
		})
	}
}

// A leader also handles a rejection without a hint, as Figure 2 has it, and one with an
// impossible hint. It goes back by at least one entry, and never to matchIndex.
//
// Reference: section 5.3.
func TestImpossibleHintsAreHarmless(t *testing.T) {
	for _, c := range []struct {
		name  string
		index Index
		term  Term
		prev  Index // asked about next
	}{
		{"None", 0, 0, 1},
		{"BehindTheQuestion", 9, 9, 3},
		{"BehindTheQuestionButOld", 9, 5, 2},
		{"AtTheQuestionButLater", 5, 9, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := leading(2, "1 5 6 6", 1)
			n.nextIndex[1] = 5
			m := reply(t, receive(n, Message{
				Type: AppendEntriesResponse, From: 1, Term: 6, PrevLogIndex: 4, ConflictIndex: c.index, ConflictTerm: c.term,
			}))
			assert.Equal(t, m.PrevLogIndex, c.prev)
		})
	}
}

// For any two logs, the leader sends at most one probe for each of their terms, and a few
// for the end and the beginning.
//
// Reference: end of section 5.3, "one AppendEntries RPC will be required for
// each term with conflicting entries"; MIT TestBackup3B.
func TestAtMostOneProbePerTerm(t *testing.T) {
	for s := range 500 {
		t.Run(fmt.Sprint(s), func(t *testing.T) {
			d := dice(s)
			// From a common part on, each has terms of its own, as leaders of
			// different terms leave them.
			common := d.n(10)
			var leader, follower []Entry
			term := Term(1)
			for range common {
				term += Term(d.n(2))
				leader = append(leader, Entry{term, nil})
			}
			follower = append(follower, leader...)
			count := map[Term]bool{}
			for k := d.n(60); k > 0; k-- {
				if d.in(4) {
					term++
				}
				own := &leader
				if (term/2)%2 == 0 {
					own = &follower
				}
				*own = append(*own, Entry{term, nil})
				count[term] = true
			}
			n := New(Config{Nodes: 2, Role: Leader, HardState: HardState{term + 1, 0}, Log: NewLog(leader...)})
			f := New(Config{ID: 1, Nodes: 2, HardState: HardState{term, None}, Log: NewLog(follower...)})
			probes := 0
			var out Effects
			n.Step(&Input{Kind: Start}, &out)
			for len(out.Messages) > 0 {
				m := reply(t, receive(f, out.Messages[0]))
				if !m.Success {
					probes++
				}
				n.Step(&Input{Kind: Receive, Message: &m}, &out)
			}
			assert.Assert(t, strings.HasPrefix(termsOf(f.Log()), termsOf(n.Log())))
			assert.Assert(t, probes <= len(count)+1, "%d probes for %d terms", probes, len(count))
		})
	}
}
