package world

import (
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

const storageDelay = 10 * time.Millisecond

// slow returns a configuration of n nodes with slow storage that node 0 leads.
func slow(n int) Config {
	c := led(n)
	c.StorageDelay = storageDelay
	return c
}

// A leader that crashes before its entry is stored loses the entry. No other node has it,
// because the leader sends an entry only once it is stored (D §3.8).
func TestEntryOfALeaderThatCrashesBeforeItIsStoredIsLost(t *testing.T) {
	c := newCluster(t, slow(3))
	c.run(0)
	o := c.ask(0, putTopic("a"))
	c.run(storageDelay - 1)
	assert.DeepEqual(t, c.log(0), []string{"a@1"})
	assert.Equal(t, o.answers, 0)
	c.change(fault.Change{Kind: fault.Crash, Node: 0})
	assert.Equal(t, len(c.log(0)), 0)
	assert.ErrorIs(t, o.reply.Err, machine.ErrNodeDown)
	c.change(fault.Change{Kind: fault.Restart, Node: 0})
	leader := c.elect()
	c.commit(leader, putTopic("b"))
	c.run(time.Second)
	for id := range raft.NodeID(3) {
		assert.Equal(t, len(c.log(id)), 1)
	}
	assert.Equal(t, o.answers, 1)
}

// A leader's own copy of an entry counts once it is stored. If a write takes time, that is
// true for the other nodes' copies also (D §3.8).
func TestRequestIsAnsweredOnceStored(t *testing.T) {
	c := newCluster(t, slow(3))
	c.run(0)
	at := c.Now()
	o := c.ask(0, putTopic("a"))
	c.runWhile(time.Second, "no answer", func() bool { return o.answers == 0 })
	assert.Equal(t, c.Now()-at, 2*storageDelay, "the leader's write, then the follower's")
	assert.Equal(t, c.count(0, trace.Persist), 3)
	persist := c.last(trace.Persist)
	assert.Equal(t, persist.Index, raft.Index(1))

	t.Run("SingleNode", func(t *testing.T) {
		c := newCluster(t, slow(1))
		o := c.ask(0, putTopic("a"))
		c.run(storageDelay - 1)
		assert.Equal(t, o.answers, 0)
		c.run(1)
		assert.Equal(t, o.answers, 1)
	})
}

// A vote is stored before it is sent or counted, also a candidate's own.
func TestVoteIsStoredBeforeItCounts(t *testing.T) {
	t.Run("Candidate", func(t *testing.T) {
		c := newCluster(t, slow(3))
		c.run(0)
		c.change(fault.Change{Kind: fault.Timeout, Node: 1})
		c.run(storageDelay - 1)
		assert.Equal(t, c.count(0, trace.Kind(raft.HandleRequestVoteRequest)), 0)
		c.change(fault.Change{Kind: fault.Crash, Node: 1})
		v := c.View(1, 0)
		assert.Equal(t, v.Term, raft.Term(1))
		assert.Equal(t, v.VotedFor, raft.None)
		c.run(0)
		assert.Equal(t, c.count(0, trace.Kind(raft.HandleRequestVoteRequest)), 0)
		assert.Equal(t, c.last(trace.DropMessage).Detail, trace.Crashed)
		assert.Equal(t, c.last(trace.DropMessage).Message.From, raft.NodeID(1), "it was never sent")
	})
	t.Run("Voter", func(t *testing.T) {
		c := newCluster(t, slow(3))
		c.run(0)
		c.change(fault.Change{Kind: fault.Timeout, Node: 1})
		c.run(2*storageDelay - 1)
		assert.Equal(t, c.View(2, 0).VotedFor, raft.NodeID(1))
		c.change(fault.Change{Kind: fault.Crash, Node: 2})
		assert.Equal(t, c.View(2, 0).VotedFor, raft.None)
		assert.Equal(t, c.count(0, trace.Kind(raft.HandleRequestVoteResponse)), 0)
	})
	t.Run("Stored", func(t *testing.T) {
		c := newCluster(t, slow(3))
		c.run(0)
		c.change(fault.Change{Kind: fault.Timeout, Node: 1})
		c.run(2 * storageDelay)
		c.change(fault.Change{Kind: fault.Crash, Node: 2})
		c.change(fault.Change{Kind: fault.Restart, Node: 2})
		assert.Equal(t, c.View(2, 0).VotedFor, raft.NodeID(1))
		assert.Equal(t, c.View(2, 0).Term, raft.Term(2))
	})
}

// A crash undoes unfinished writes, the newest first, and restores the entries that they
// removed from the log:
//
//	stored      a1 b1 c1
//	write 1     a1 d2          removed b1 c1
//	write 2     a1 d2 e2
//	crash       a1 b1 c1
func TestCrashUndoesUnfinishedWrites(t *testing.T) {
	config := slow(3)
	for _, topic := range []string{"a", "b", "c"} {
		command := putTopic(topic)
		config.Nodes[1].Log = append(config.Nodes[1].Log, raft.Entry{Term: 1, Command: &command})
	}
	config.Nodes[0].Role = raft.Follower
	c := newCluster(t, config)
	d, e := putTopic("d"), putTopic("e")
	c.rpc(raft.Message{Type: raft.AppendEntriesRequest, From: 2, To: 1, Term: 2, PrevLogIndex: 1, PrevLogTerm: 1,
		Entries: []raft.Entry{{Term: 2, Command: &d}}})
	c.run(storageDelay / 2)
	c.rpc(raft.Message{Type: raft.AppendEntriesRequest, From: 2, To: 1, Term: 2, PrevLogIndex: 2, PrevLogTerm: 2,
		Entries: []raft.Entry{{Term: 2, Command: &e}}})
	c.run(0)
	assert.DeepEqual(t, c.log(1), []string{"a@1", "d@2", "e@2"})

	t.Run("Both", func(t *testing.T) {
		c.change(fault.Change{Kind: fault.Crash, Node: 1})
		assert.DeepEqual(t, c.log(1), []string{"a@1", "b@1", "c@1"})
		assert.Equal(t, c.View(1, 0).Term, raft.Term(1))
	})
	t.Run("TheSecond", func(t *testing.T) {
		c.change(fault.Change{Kind: fault.Restart, Node: 1})
		c.rpc(raft.Message{Type: raft.AppendEntriesRequest, From: 2, To: 1, Term: 2, PrevLogIndex: 1, PrevLogTerm: 1,
			Entries: []raft.Entry{{Term: 2, Command: &d}}})
		c.run(storageDelay / 2)
		c.rpc(raft.Message{Type: raft.AppendEntriesRequest, From: 2, To: 1, Term: 2, PrevLogIndex: 2, PrevLogTerm: 2,
			Entries: []raft.Entry{{Term: 2, Command: &e}}})
		c.run(storageDelay / 2)
		c.change(fault.Change{Kind: fault.Crash, Node: 1})
		assert.DeepEqual(t, c.log(1), []string{"a@1", "d@2"})
		assert.Equal(t, c.View(1, 0).Term, raft.Term(2))
	})
	t.Run("WritesOfAnEarlierLife", func(t *testing.T) {
		seq := c.change(fault.Change{Kind: fault.Restart, Node: 1})
		c.run(storageDelay)
		assert.Equal(t, c.count(seq, trace.Persist), 0)
	})
}

func TestWriteOfAPausedNodeWaitsUntilItResumes(t *testing.T) {
	c := newCluster(t, slow(3))
	c.run(0)
	o := c.ask(0, putTopic("a"))
	c.run(storageDelay / 2)
	c.change(fault.Change{Kind: fault.Pause, Node: 0})
	c.run(10 * storageDelay)
	assert.Equal(t, c.count(0, trace.Persist), 0)
	c.change(fault.Change{Kind: fault.Resume, Node: 0})
	c.run(storageDelay)
	assert.Equal(t, o.answers, 1)
	assert.NilError(t, o.reply.Err)
}
