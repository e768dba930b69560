package world

import (
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// timer returns the node's last timer in the trace, and the number of its SetTimer records.
func (c *cluster) timer(id raft.NodeID) (last trace.Extra, count int) {
	for i := range c.records {
		if r := &c.records[i]; r.Node == id && r.Kind == trace.SetTimer {
			last, count = r.Extra, count+1
		}
	}
	return last, count
}

// A follower sets its election timer at its start and on each heartbeat, and a leader its
// heartbeat timer. Reference: section 5.2.
func TestSetTimerTellsWhenATimerRunsOut(t *testing.T) {
	c := newCluster(t, led(2))
	c.run(0)
	for range 3 {
		for id, kind := range []raft.Timer{raft.HeartbeatTimer, raft.ElectionTimer} {
			v := c.View(raft.NodeID(id), 0)
			last, _ := c.timer(v.ID)
			assert.Equal(t, v.Timer, kind)
			assert.Equal(t, last, trace.Timer(v.Timer, v.TimerAt))
		}
		c.run(DefaultHeartbeat)
	}
	_, count := c.timer(0)
	assert.Equal(t, count, 4, "its start and three heartbeats")
	assert.Equal(t, c.last(trace.Kind(raft.HandleAppendEntriesRequest)).Seq, c.last(trace.SetTimer).Cause)
}

// A skew moves the running timer, and so does a resume if the timer has run out meanwhile. A
// crash stops it without a record.
func TestSetTimerTellsWhenATimerMoves(t *testing.T) {
	c := newCluster(t, fresh(1))
	at := c.View(0, 0).TimerAt
	seq := c.change(fault.Change{Kind: fault.Skew, Node: 0, Skew: 2})
	last, count := c.timer(0)
	assert.Equal(t, count, 2)
	assert.Equal(t, last, trace.Timer(raft.ElectionTimer, 2*at))
	assert.Equal(t, c.Trace().At(seq).Cause, seq-1, "the change")

	c.change(fault.Change{Kind: fault.Pause, Node: 0})
	c.change(fault.Change{Kind: fault.Resume, Node: 0})
	_, count = c.timer(0)
	assert.Equal(t, count, 2, "it has not run out")

	c.change(fault.Change{Kind: fault.Pause, Node: 0})
	c.run(time.Second)
	c.change(fault.Change{Kind: fault.Resume, Node: 0})
	last, count = c.timer(0)
	assert.Equal(t, count, 3)
	assert.Equal(t, last, trace.Timer(raft.ElectionTimer, c.Now()))

	c.change(fault.Change{Kind: fault.Crash, Node: 0})
	c.change(fault.Change{Kind: fault.Skew, Node: 0, Skew: 1})
	_, count = c.timer(0)
	assert.Equal(t, count, 3)
}

// A HandleAppendEntriesRequest says behind which index the log changed, and nothing when it
// stayed: the first heartbeat is refused, the entries replace others, and the same message
// once more changes nothing. Reference: section 5.3.
func TestKeptTellsWhereALogChanged(t *testing.T) {
	c := newCluster(t, figure7f())
	c.run(30 * time.Millisecond)
	var kept []raft.Index
	for i := range c.records {
		r := &c.records[i]
		index, changed := r.Extra.Kept()
		if changed {
			assert.Equal(t, r.Kind, trace.Kind(raft.HandleAppendEntriesRequest))
			kept = append(kept, index)
			continue
		}
		if r.Kind == trace.Kind(raft.HandleAppendEntriesRequest) {
			assert.Equal(t, r.State.LastIndex, raft.Index(11))
		}
	}
	assert.DeepEqual(t, kept, []raft.Index{3})
	again := c.last(trace.Kind(raft.HandleAppendEntriesRequest)).Message
	c.rpc(again)
	c.run(0)
	_, changed := c.last(trace.Kind(raft.HandleAppendEntriesRequest)).Extra.Kept()
	assert.Assert(t, !changed)
}

// A HandleAppendEntriesResponse has the leader's indices for the sender, and a BecomeLeader
// those for all. A node that leads no longer has none. Reference: Figure 2.
func TestProgressTellsALeadersIndices(t *testing.T) {
	c := newCluster(t, fresh(3))
	leader := c.elect()
	first := c.last(trace.Kind(raft.BecomeLeader)).Detail.(*trace.Indices)
	assert.DeepEqual(t, *first, trace.Indices{Next: []raft.Index{1, 1, 1}, Match: []raft.Index{0, 0, 0}})
	c.commit(leader, putTopic("a"))
	c.run(time.Second)
	r := c.last(trace.Kind(raft.HandleAppendEntriesResponse))
	assert.Equal(t, r.Extra, trace.Progress(2, 1))
	v := c.View(leader, 0)
	assert.Equal(t, v.NextIndex[r.Message.From], raft.Index(2))
	assert.Equal(t, v.MatchIndex[r.Message.From], raft.Index(1))
}

// A vote counts once, and a candidate's own one when it is stored. Reference: section 5.2.
func TestCountedTellsWhichVotesCount(t *testing.T) {
	const answer = trace.Kind(raft.HandleRequestVoteResponse)
	t.Run("AtOnce", func(t *testing.T) {
		c := newCluster(t, fresh(3))
		c.change(fault.Change{Kind: fault.Timeout, Node: 1})
		assert.Assert(t, c.last(trace.Kind(raft.Timeout)).Extra.Counted())
		c.run(0)
		for i := range c.records {
			if r := &c.records[i]; r.Kind == answer {
				assert.Equal(t, r.Extra.Counted(), r.State.Role == raft.Candidate, "the second vote comes to a leader")
			}
		}
		assert.Equal(t, c.count(0, answer), 2)
	})
	t.Run("OnceStored", func(t *testing.T) {
		config := fresh(3)
		config.StorageDelay = storageDelay
		c := newCluster(t, config)
		c.change(fault.Change{Kind: fault.Timeout, Node: 1})
		assert.Assert(t, !c.last(trace.Kind(raft.Timeout)).Extra.Counted())
		assert.Equal(t, len(c.View(1, 0).VotesGranted), 0)
		c.run(storageDelay)
		assert.Assert(t, c.last(trace.Persist).Extra.Counted())
		assert.DeepEqual(t, c.View(1, 0).VotesGranted, []raft.NodeID{1})
	})
	t.Run("Refused", func(t *testing.T) {
		config := fresh(2)
		config.Nodes[0].Log = []raft.Entry{{Term: 0}}
		c := newCluster(t, config)
		c.change(fault.Change{Kind: fault.Timeout, Node: 1})
		c.run(0)
		assert.Assert(t, !c.last(answer).Extra.Counted())
	})
}

// A crash undoes a write that has removed entries, which come back. A wipe leaves none, and a
// crash of a node that has stored its log changes nothing. Reference: Figure 2, D section 3.8.
func TestLogTellsWhatACrashDid(t *testing.T) {
	config := figure7f()
	config.StorageDelay = storageDelay
	c := newCluster(t, config)
	before := c.log(1)
	c.runWhile(time.Second, "no new entries", func() bool { return len(c.log(1)) == len(before) })
	c.change(fault.Change{Kind: fault.Crash, Node: 1})
	r := c.last(trace.Nemesis)
	assert.DeepEqual(t, c.log(1), before)
	assert.Equal(t, r.Log.Kept, raft.Index(3))
	assert.Equal(t, len(r.Log.Entries), 8)
	assert.Equal(t, r.Log.Entries[0].Term, raft.Term(2))

	c.change(fault.Change{Kind: fault.Restart, Node: 1})
	c.change(fault.Change{Kind: fault.Crash, Node: 1})
	assert.Assert(t, c.last(trace.Nemesis).Log == nil)
	c.change(fault.Change{Kind: fault.Crash, Node: 1, Wipe: true})
	assert.DeepEqual(t, *c.last(trace.Nemesis).Log, trace.LogChange{})
}

// An Apply lists the entries that a bug applies twice, and a Response has the command that a
// bug applies without the log.
func TestWhatBugsApplyIsTold(t *testing.T) {
	config := led(1)
	config.Nodes[0].Bug = "apply_twice_on_leader"
	c := newCluster(t, config)
	c.ask(0, putTopic("t"))
	c.ask(0, queue.PutMessage.With("t", "m"))
	c.ask(0, queue.PopMessage.With("t"))
	c.run(0)
	var again []trace.Again
	for i := range c.records {
		if list, ok := c.records[i].Detail.(trace.Again); ok {
			again = append(again, list)
		}
	}
	assert.DeepEqual(t, again, []trace.Again{{1, 2}})
	assert.Assert(t, !c.last(trace.Response).Extra.Unlogged())

	c.change(fault.Change{Kind: fault.Plant, Node: 0, Bug: "read_local"})
	c.ask(0, queue.GetTopics.With())
	c.run(0)
	assert.Assert(t, !c.last(trace.Response).Extra.Unlogged(), "it takes nothing")
	c.ask(0, queue.PopMessage.With("t"))
	c.run(0)
	assert.Assert(t, c.last(trace.Response).Extra.Unlogged())
}

// An Init tells the node's surroundings, and when its timer runs out.
func TestInitTellsTheSurroundings(t *testing.T) {
	config := fresh(3)
	config.Nodes[1].Paused, config.Nodes[1].Skew = true, 2
	config.Nodes[2].Running, config.Nodes[2].TimerLeft = true, 20*time.Millisecond
	config.Cuts = []fault.Link{{From: 1, To: 0}, {From: 1, To: 2}}
	config.Faults = []fault.Rule{{Name: "b", Hold: true}, {Name: "a", Drop: true}}
	config.Messages = []SentMessage{{Message: raft.Message{Type: raft.RequestVoteResponse, From: 0, To: 2}, Place: HeldByRule, Rule: "b"}}
	c := newCluster(t, config)
	starts := make([]*trace.Start, 3)
	for i := range starts {
		starts[i] = c.records[i].Detail.(*trace.Start)
	}
	assert.DeepEqual(t, starts[0].Faults, config.Faults)
	assert.Assert(t, starts[1].Faults == nil && starts[1].Paused && starts[1].Skew == 2)
	assert.DeepEqual(t, starts[1].Cut, []raft.NodeID{0, 2})
	assert.Equal(t, c.records[2].Extra, trace.Timer(raft.ElectionTimer, 20*time.Millisecond))
	assert.Equal(t, c.last(trace.ResumeMessage).Detail.(*fault.Rule).Name, "b")
	assert.DeepEqual(t, c.Messages(), []InFlight{{ID: 4, Message: config.Messages[0].Message, Rule: "b"}})
}

// A message from outside to a paused node that holds no more is lost, and the trace says so.
func TestMessageFromOutsideThatFindsNoRoomIsDropped(t *testing.T) {
	c := newCluster(t, fresh(2))
	c.change(fault.Change{Kind: fault.Pause, Node: 0})
	c.nodes[0].held = make([]event, MaxWaiting)
	c.rpc(raft.Message{Type: raft.RequestVoteRequest, From: 1, To: 0, Term: 1})
	r := c.last(trace.DropMessage)
	assert.Equal(t, r.Detail, trace.Overflow)
	assert.Equal(t, r.MessageID(), c.last(trace.RPC).Seq)
	assert.Equal(t, len(c.Messages()), 0)
	c.nodes[0].held = nil
}

// A world for an older format takes the same steps, and makes none of the records and keys
// that came later.
func TestOlderFormatsHaveNothingNew(t *testing.T) {
	play := func(format int) *cluster {
		config := figure7f()
		config.TraceFormat, config.StorageDelay = format, storageDelay
		config.Faults = []fault.Rule{{Name: "twice", Duplicate: 1}}
		c := newCluster(t, config)
		c.change(fault.Change{Kind: fault.Skew, Node: 1, Skew: 2})
		c.run(time.Second)
		c.change(fault.Change{Kind: fault.Crash, Node: 0, Wipe: true})
		c.change(fault.Change{Kind: fault.Timeout, Node: 1})
		c.change(fault.Change{Kind: fault.Restart, Node: 0})
		c.run(time.Second)
		return c
	}
	whole := play(0)
	for _, format := range []int{1, 2} {
		c := play(format)
		assert.Equal(t, c.Steps(), whole.Steps())
		assert.Equal(t, len(c.records), len(whole.records)-whole.count(0, trace.SetTimer))
		for i := range c.records {
			r := &c.records[i]
			assert.Assert(t, r.Extra == trace.Extra{} && r.Log == nil && r.Kind != trace.SetTimer, r.String())
			switch d := r.Detail.(type) {
			case *trace.Indices, trace.Again:
				t.Error(r.String())
			case *trace.Start:
				assert.Assert(t, d.Faults == nil)
			}
		}
	}
	assert.Assert(t, whole.count(0, trace.SetTimer) > 0 && whole.count(0, trace.Kind(raft.BecomeLeader)) > 0)
}
