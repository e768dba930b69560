package raft

import (
	"fmt"
	"testing"

	"gotest.tools/v3/assert"
)

// Neither new requests nor the next heartbeat repeat entries that are on their way. After
// a whole heartbeat interval without an answer they are sent again.
//
// Reference: section 5.3, "the leader retries AppendEntries RPCs indefinitely"; etcd TestMsgAppFlowControl.
func TestEntriesInFlightAreNotRepeated(t *testing.T) {
	n := leading(2, "1 6", 2)
	m := reply(t, step(n, Input{Kind: Propose, Commands: []any{"a"}}))
	assert.Equal(t, len(m.Entries), 1)
	assert.Equal(t, len(step(n, Input{Kind: Propose, Commands: []any{"b"}}).Messages), 0)

	beat := reply(t, step(n, Input{Kind: HeartbeatTimeout}))
	assert.Equal(t, len(beat.Entries), 0)
	assert.Equal(t, beat.PrevLogIndex, Index(2))
	assert.Equal(t, len(receive(n, accepts(1, 2, 2)).Messages), 0) // to the heartbeat

	m = reply(t, step(n, Input{Kind: HeartbeatTimeout}))
	assert.Equal(t, len(m.Entries), 2)
	assert.Equal(t, len(step(n, Input{Kind: Propose, Commands: []any{"c"}}).Messages), 0)

	m = reply(t, receive(n, accepts(1, 2, 4)))
	assert.Equal(t, m.PrevLogIndex, Index(4))
	assert.Equal(t, len(m.Entries), 1)
	assert.Equal(t, len(receive(n, accepts(1, 4, 5)).Messages), 0)
	assert.Equal(t, len(reply(t, step(n, Input{Kind: HeartbeatTimeout})).Entries), 0)
}

// The attempt after a rejection replaces the entries on their way.
//
// Reference: section 5.3.
func TestRejectionEndsFlight(t *testing.T) {
	n := leading(2, "1 5 6", 0)
	n.nextIndex[1] = 3
	m := reply(t, step(n, Input{Kind: HeartbeatTimeout}))
	assert.Equal(t, len(m.Entries), 1)
	m = reply(t, receive(n, Message{Type: AppendEntriesResponse, From: 1, Term: 6, PrevLogIndex: 2, Round: m.Round, ConflictIndex: 1, ConflictTerm: 1}))
	assert.Equal(t, m.PrevLogIndex, Index(1))
	assert.Equal(t, len(m.Entries), 2)
	assert.Equal(t, len(reply(t, step(n, Input{Kind: HeartbeatTimeout})).Entries), 0)
}

// Reference: section 5.3; MIT TestCount3B.
func TestMessagesAreFew(t *testing.T) {
	const requests = 20
	l := fresh(t, 3)
	l.timeout(0)
	assert.Assert(t, l.sent <= 8, "%d messages for an election", l.sent)
	l.sent = 0
	for k := range requests {
		l.propose(0, k)
	}
	assert.Equal(t, l.sent, 2*2*requests)
	assert.Equal(t, l.state(0).CommitIndex, Index(requests))
	l.sent = 0
	l.heartbeat(0)
	assert.Equal(t, l.sent, 2*2)
	l.sent = 0
	batch := make([]any, 500)
	l.propose(0, batch...)
	assert.Equal(t, l.sent, 2*2)
}

// Each command goes to each follower once.
//
// Reference: section 5.3; MIT TestRPCBytes3B.
func TestEachEntrySentOnce(t *testing.T) {
	l := fresh(t, 3)
	l.timeout(0)
	times := map[string]int{}
	l.lose = func(m *Message) bool {
		for _, e := range m.Entries {
			times[fmt.Sprint(e.Command, " to ", m.To)]++
		}
		return false
	}
	for k := range 50 { // new ones come while others are on their way
		l.step(0, Input{Kind: Propose, Commands: []any{k}})
		if k%3 == 0 {
			l.settle()
		}
		if k%10 == 0 {
			l.heartbeat(0)
		}
	}
	l.settle()
	assert.Equal(t, len(times), 2*50)
	for what, k := range times {
		assert.Equal(t, k, 1, what)
	}
}

// A steady round of replication allocates only the segments of the logs.
//
// Reference: section 5.3, for a cluster of five.
func TestStepAllocatesNothing(t *testing.T) {
	round := steadyRound(t, 5)
	for range 4 * segmentSize {
		round() // everything has its size by now
	}
	perRound := testing.AllocsPerRun(2*segmentSize, round)
	// Five logs get a new segment each, and now and then a longer list of them.
	assert.Assert(t, perRound <= 2*5.0/segmentSize, "%v allocations in a round", perRound)
}

func BenchmarkStepHeartbeat(b *testing.B) {
	n := leading(5, "1 5 6", 3)
	var out Effects
	in := Input{Kind: HeartbeatTimeout}
	b.ReportAllocs()
	for b.Loop() {
		n.Step(&in, &out)
	}
}

// BenchmarkStepReplicate measures how one command gets to all five nodes and is
// committed by the leader: 14 steps.
func BenchmarkStepReplicate(b *testing.B) {
	round := steadyRound(b, 5)
	b.ReportAllocs()
	for b.Loop() {
		round()
	}
}

// steadyRound makes a cluster with a leader, and a function that replicates one
// more command.
func steadyRound(t testing.TB, nodes int) func() {
	cores := make([]*Node, nodes)
	outs := make([]Effects, nodes)
	for i := range cores {
		s := Config{ID: NodeID(i), Nodes: nodes, HardState: HardState{1, 0}, Log: NewLog()}
		if i == 0 {
			s.Role = Leader
		}
		cores[i] = New(s)
	}
	do := func(id NodeID, in *Input) *Effects {
		cores[id].Step(in, &outs[id])
		return &outs[id]
	}
	commands := []any{"x"}
	var in Input
	var m Message
	return func() {
		in = Input{Kind: Propose, Commands: commands}
		sent := do(0, &in)
		last := cores[0].Log().LastIndex()
		requests := sent.Messages
		for k := range requests {
			m = requests[k]
			id := m.To
			in = Input{Kind: Receive, Message: &m}
			do(id, &in)
		}
		in = Input{Kind: Stored, StoredTerm: 1, StoredIndex: last}
		do(0, &in)
		for id := NodeID(1); int(id) < nodes; id++ {
			in = Input{Kind: Stored, StoredTerm: 1, StoredIndex: last}
			m = outs[id].Messages[0]
			do(id, &in)
			in = Input{Kind: Receive, Message: &m}
			do(0, &in)
		}
		if i := cores[0].State().CommitIndex; i != last {
			assert.Equal(t, i, last)
		}
	}
}
