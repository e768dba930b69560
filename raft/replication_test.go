package raft

import (
	"fmt"
	"testing"

	"gotest.tools/v3/assert"
)

// leading makes node 0 the leader of term 6 whose followers have all it has
// up to index has.
func leading(nodes int, log string, has Index) *Node {
	next, match := make([]Index, nodes), make([]Index, nodes)
	for j := range nodes {
		next[j], match[j] = has+1, has
	}
	return seed{role: Leader, nodes: nodes, term: 6, log: log, next: next, has: match}.node()
}

// accepts is the answer of a follower that has all up to index has.
func accepts(from NodeID, prev, has Index) Message {
	return Message{Type: AppendEntriesResponse, From: from, Term: 6, Success: true, PrevLogIndex: prev, MatchIndex: has}
}

// Reference: section 5.3; etcd TestLeaderStartReplication.
func TestRequestIsReplicated(t *testing.T) {
	n := leading(3, "1 5 6", 3)
	out := step(n, Input{Kind: Propose, Commands: []any{"x", "y"}})
	assert.DeepEqual(t, kinds(out), []ActionKind{ClientRequest, ClientRequest, AppendEntries, AppendEntries})
	assert.Equal(t, out.Actions[0].Index, Index(4))
	assert.Equal(t, out.Actions[1].Index, Index(5))
	assert.Equal(t, out.Persist, true)
	assert.Equal(t, out.TruncatedTo, Index(3))
	want := []Entry{{6, "x"}, {6, "y"}}
	for k, m := range out.Messages {
		assert.Equal(t, m.To, NodeID(k+1))
		assert.Equal(t, m.Term, Term(6))
		assert.Equal(t, m.PrevLogIndex, Index(3))
		assert.Equal(t, m.PrevLogTerm, Term(6))
		assert.DeepEqual(t, m.Entries, want)
	}
	assert.Equal(t, n.State().CommitIndex, Index(0))
	assert.Equal(t, out.ApplyTo < out.ApplyFrom, true)
	assert.DeepEqual(t, entriesOf(n.Log())[3:], want)
	for _, role := range []Role{Follower, Candidate} {
		n := seed{role: role, term: 6, vote: None}.node()
		assert.Equal(t, len(step(n, Input{Kind: Propose, Commands: []any{"x"}}).Actions), 0)
		assert.Equal(t, n.Log().LastIndex(), Index(0))
	}
}

// Reference: section 5.2, "leaders send periodic heartbeats"; etcd TestLeaderBcastBeat.
func TestHeartbeatGoesToAllFollowers(t *testing.T) {
	n := leading(3, "1 5 6", 3)
	out := step(n, Input{Kind: HeartbeatTimeout})
	assert.Equal(t, len(out.Messages), 2)
	assert.Equal(t, out.Timer, HeartbeatTimer)
	for k, m := range out.Messages {
		assert.DeepEqual(t, m, Message{
			Type: AppendEntriesRequest, To: NodeID(k + 1), Term: 6, PrevLogIndex: 3, PrevLogTerm: 6, Round: uint64(k + 1),
		})
	}
	for _, role := range []Role{Follower, Candidate} {
		out := step(seed{role: role}.node(), Input{Kind: HeartbeatTimeout})
		assert.Equal(t, len(out.Actions), 0)
		assert.Equal(t, out.Timer, KeepTimer)
	}
}

// Reference: section 5.3; etcd TestFollowerCheckMsgApp.
func TestFollowerChecksThePrecedingEntry(t *testing.T) {
	for _, c := range []struct {
		prev Index
		term Term
		want bool
		// Where the follower's log may agree, if it does not at prev.
		index Index
		hint  Term
	}{
		{0, 0, true, 0, 0},
		{1, 1, true, 0, 0},
		{2, 2, true, 0, 0},
		{1, 2, false, 1, 1},
		{2, 1, false, 1, 1},
		{2, 4, false, 2, 2},
		{3, 3, false, 2, 2},
		{9, 1, false, 1, 1},
		{^Index(0), 2, false, 2, 2},
	} {
		t.Run(fmt.Sprintf("%d/%d", c.prev, c.term), func(t *testing.T) {
			n := seed{term: 4, vote: None, log: "1 2", commit: 1}.node()
			m := reply(t, receive(n, Message{Type: AppendEntriesRequest, From: 1, Term: 4, PrevLogIndex: c.prev, PrevLogTerm: c.term, Round: 17}))
			want := Message{Type: AppendEntriesResponse, To: 1, Term: 4, PrevLogIndex: c.prev, Round: 17, Success: c.want}
			if c.want {
				want.MatchIndex = c.prev
			} else {
				want.ConflictIndex, want.ConflictTerm = c.index, c.hint
			}
			assert.DeepEqual(t, m, want)
			assert.Equal(t, termsOf(n.Log()), "1 2")
		})
	}
}

// Reference: section 5.3, "delete the existing entry and all that follow it"; etcd TestFollowerAppendEntries.
func TestConflictingEntriesAreReplaced(t *testing.T) {
	for _, c := range []struct {
		name, own, prev, entries, want string
		removed                        int
	}{
		{"Next", "1 2", "1 2", "3", "1 2 3", 0},
		{"Empty", "", "", "3", "3", 0},
		{"First", "1 2", "", "3 4", "3 4", 2},
		{"Last", "1 2", "1", "3 4", "1 3 4", 1},
		{"InTheMiddle", "1 1 2 2 2", "1", "1 3", "1 1 3", 3},
		{"LongerThanTheNew", "1 2 2 2 2", "1", "3", "1 3", 4},
		{"SameThenNew", "1 2", "", "1 2 3", "1 2 3", 0},
		{"NoneNew", "1 2 3", "1 2", "", "1 2 3", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := seed{term: 4, vote: None, log: c.own}.node()
			before := entriesOf(n.Log())
			prev := NewLog(terms(c.prev)...)
			entries := behind(c.prev, c.entries)
			out := receive(n, Message{
				Type: AppendEntriesRequest, From: 1, Term: 4,
				PrevLogIndex: prev.LastIndex(), PrevLogTerm: prev.LastTerm(), Entries: entries,
			})
			assert.Equal(t, termsOf(n.Log()), c.want)
			m := reply(t, out)
			assert.Equal(t, m.Success, true)
			assert.Equal(t, m.MatchIndex, prev.LastIndex()+Index(len(entries)))
			assert.Equal(t, out.Persist, c.want != c.own)
			kept := len(before) - c.removed
			assert.Equal(t, out.TruncatedTo, Index(kept))
			assert.Equal(t, len(out.Removed), c.removed)
			if c.removed > 0 {
				assert.DeepEqual(t, out.Removed, before[kept:])
			}
		})
	}
}

// A repeated, older or shorter message removes no matching entry, and its answer
// acknowledges only the entries of the message.
//
// Reference: section 5.5; raft.tla, HandleAppendEntriesRequest; etcd TestLogReplicationWithReorderedMessage.
func TestRepeatedAppendEntriesChangesNothing(t *testing.T) {
	const log = "1 2 2 4 4"
	for _, c := range []struct{ name, prev, entries string }{
		{"Same", "1 2", "2 4 4"},
		{"Shorter", "1 2", "2"},
		{"Older", "1", "2 2"},
		{"FromTheFirst", "", "1"},
		{"All", "", log},
		{"Heartbeat", log, ""},
		{"EarlierHeartbeat", "1", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := seed{term: 4, vote: None, log: log}.node()
			prev := NewLog(terms(c.prev)...)
			entries := behind(c.prev, c.entries)
			for range 3 {
				out := receive(n, Message{
					Type: AppendEntriesRequest, From: 1, Term: 4,
					PrevLogIndex: prev.LastIndex(), PrevLogTerm: prev.LastTerm(), Entries: entries,
				})
				m := reply(t, out)
				assert.Equal(t, m.Success, true)
				assert.Equal(t, m.MatchIndex, prev.LastIndex()+Index(len(entries)))
				assert.Equal(t, out.Persist, false)
				assert.Equal(t, termsOf(n.Log()), log)
			}
		})
	}
	t.Run("Reordered", func(t *testing.T) {
		n := seed{term: 4, vote: None, log: "1"}.node()
		older := Message{Type: AppendEntriesRequest, From: 1, Term: 4, PrevLogIndex: 1, PrevLogTerm: 1, Entries: behind("1", "2")}
		newer := older
		newer.Entries = behind("1", "2 4 4")
		receive(n, newer)
		assert.Equal(t, reply(t, receive(n, older)).MatchIndex, Index(2))
		assert.Equal(t, termsOf(n.Log()), "1 2 4 4")
	})
}

// Reference: section 5.4.3.
func TestCommittedEntryIsNeverRemoved(t *testing.T) {
	for _, c := range []struct {
		name, prev, entries string
		want                bool
	}{
		{"Repeated", "", "1 2", true},
		{"Heartbeat", "1", "", true},
		{"Contradiction", "1", "3 3", false},
		{"ContradictionAtCommit", "1 2", "3", false},
		{"BehindCommit", "1 2 2", "3", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := seed{term: 4, vote: None, log: "1 2 2 2", commit: 3}.node()
			prev := NewLog(terms(c.prev)...)
			out := receive(n, Message{
				Type: AppendEntriesRequest, From: 1, Term: 4, LeaderCommit: 1,
				PrevLogIndex: prev.LastIndex(), PrevLogTerm: prev.LastTerm(), Entries: behind(c.prev, c.entries),
			})
			assert.Equal(t, reply(t, out).Success, c.want)
			assert.Equal(t, n.State().CommitIndex, Index(3))
			if c.name == "BehindCommit" {
				assert.Equal(t, termsOf(n.Log()), "1 2 2 3")
				return
			}
			assert.Equal(t, termsOf(n.Log()), "1 2 2 2")
			assert.Equal(t, out.Persist, false)
			assert.Equal(t, out.ApplyTo < out.ApplyFrom, true)
		})
	}
}

// Reference: Figure 2, matchIndex "increases monotonically".
func TestMatchIndexNeverDecreases(t *testing.T) {
	n := leading(3, "1 5 6 6 6", 0)
	for _, c := range []struct{ says, want Index }{{3, 3}, {1, 3}, {3, 3}, {4, 4}, {0, 4}, {99, 5}} {
		receive(n, accepts(1, 0, c.says))
		next, match := n.Progress()
		assert.Equal(t, match[1], c.want)
		assert.Equal(t, next[1], c.want+1)
	}
}

// Reference: Figure 2; a late or repeated rejection never moves nextIndex to
// matchIndex or below. etcd TestHandleMsgAppResp, TestMsgAppRespWaitReset.
func TestLateRejectionIsIgnored(t *testing.T) {
	rejects := func(prev Index, round uint64) Message {
		return Message{Type: AppendEntriesResponse, From: 1, Term: 6, PrevLogIndex: prev, Round: round}
	}
	t.Run("AnotherPlace", func(t *testing.T) {
		n := leading(3, "1 5 6 6 6", 2)
		for _, prev := range []Index{0, 1, 3, 4, 99} {
			out := receive(n, rejects(prev, 99))
			assert.Equal(t, len(out.Messages), 0)
			next, _ := n.Progress()
			assert.Equal(t, next[1], Index(3))
		}
	})
	t.Run("AgreedSince", func(t *testing.T) {
		n := leading(2, "1 5 6 6 6", 0)
		n.nextIndex[1] = 6
		m := reply(t, step(n, Input{Kind: HeartbeatTimeout}))
		late := rejects(m.PrevLogIndex, m.Round)
		late.ConflictIndex, late.ConflictTerm = 2, 5
		m = reply(t, receive(n, late))
		assert.Equal(t, m.PrevLogIndex, Index(2))
		receive(n, accepts(1, 2, 5))
		for range 3 { // it comes again, and would ask for an entry at 5 as before
			assert.Equal(t, len(receive(n, late).Messages), 0)
			next, match := n.Progress()
			assert.DeepEqual(t, next, []Index{6, 6})
			assert.DeepEqual(t, match, []Index{5, 5})
		}
	})
	t.Run("Twice", func(t *testing.T) {
		n := leading(2, "1 5 6 6 6", 0)
		n.nextIndex[1] = 6
		m := reply(t, step(n, Input{Kind: HeartbeatTimeout}))
		first := reply(t, receive(n, rejects(m.PrevLogIndex, m.Round)))
		assert.Equal(t, first.PrevLogIndex, Index(0))
		assert.Equal(t, len(receive(n, rejects(m.PrevLogIndex, m.Round)).Messages), 0)
	})
	t.Run("NoLongerLeader", func(t *testing.T) {
		n := seed{term: 6, vote: None}.node()
		assert.Equal(t, len(receive(n, rejects(0, 1)).Messages), 0)
		assert.Equal(t, len(receive(n, accepts(1, 0, 9)).Messages), 0)
	})
}

// A log that is too long for one message takes several.
//
// Reference: section 5.3; etcd TestCommitPagination.
func TestLogOfManySegmentsIsReplicated(t *testing.T) {
	long := fmt.Sprintf("1*%d 2*%d", 3*segmentSize, segmentSize/2)
	l := newLab(t, seed{role: Leader, term: 2, log: long}, seed{vote: None}, seed{vote: None, log: "1*1500"})
	l.settle()
	for id := range l.peers {
		assert.DeepEqual(t, l.peers[id].disk, l.peers[0].disk)
	}
	assert.Equal(t, l.state(0).CommitIndex, l.state(0).LastIndex)
	assert.Assert(t, l.sent < 20, "%d messages", l.sent)
	l.heartbeat(0)
	assert.DeepEqual(t, l.peers[1].applied, l.peers[0].disk)
}
