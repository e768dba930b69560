package world

import (
	"errors"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

func TestDoAnswersOnce(t *testing.T) {
	t.Run("Leader", func(t *testing.T) {
		c := newCluster(t, led(3))
		o := c.ask(0, putTopic("a"))
		assert.Equal(t, o.answers, 0, "nothing happens before the next step")
		c.run(0)
		assert.Equal(t, o.answers, 1)
		assert.NilError(t, o.reply.Err)
		assert.Assert(t, o.reply.Result.OK)
		assert.Equal(t, o.reply.Index, raft.Index(1))
		assert.Equal(t, o.reply.Leader, raft.NodeID(0))
		r := c.last(trace.Response)
		assert.Equal(t, r.Detail.(*trace.Call).ID, o.reply.RequestID)
		assert.Equal(t, c.Trace().At(r.Cause).Kind, trace.Apply)
	})
	t.Run("SingleNode", func(t *testing.T) {
		c := newCluster(t, led(1))
		o := c.ask(0, putTopic("a"))
		c.run(0)
		assert.Assert(t, o.reply.Result.OK)
	})
	t.Run("Follower", func(t *testing.T) {
		c := newCluster(t, led(3))
		c.run(0)
		o := c.ask(1, putTopic("a"))
		c.run(0)
		assert.ErrorIs(t, o.reply.Err, machine.ErrNotLeader)
		assert.Equal(t, o.reply.Leader, raft.NodeID(0))
		assert.Equal(t, o.reply.Index, raft.Index(0))
	})
	t.Run("Down", func(t *testing.T) {
		c := newCluster(t, led(3))
		c.change(fault.Change{Kind: fault.Crash, Node: 0})
		o := c.ask(0, putTopic("a"))
		assert.Equal(t, o.answers, 1)
		assert.ErrorIs(t, o.reply.Err, machine.ErrNodeDown)
		assert.Equal(t, o.reply.Leader, raft.None)
	})
	t.Run("NobodyListens", func(t *testing.T) {
		c := newCluster(t, led(3))
		c.Do(0, queue.PutTopic.New("a"), nil)
		c.run(0)
		assert.Equal(t, len(c.Queue(0).Items), 1)
	})
}

func TestDoProposesInBatches(t *testing.T) {
	t.Run("OneBatch", func(t *testing.T) {
		c := newCluster(t, led(3))
		c.run(0)
		seq := c.Trace().Last()
		for range 10 {
			c.ask(0, putTopic("a"))
		}
		c.run(0)
		assert.Equal(t, c.count(seq, trace.Kind(raft.ClientRequest)), 10)
		assert.Equal(t, c.count(seq, trace.Kind(raft.AppendEntries)), 2)
		assert.Equal(t, c.count(seq, trace.Response), 10)
	})
	t.Run("BatchesAreBounded", func(t *testing.T) {
		c := newCluster(t, led(3))
		var all []*outcome
		for range 3*MaxBatch + 7 {
			all = append(all, c.ask(0, putTopic("a")))
		}
		c.run(0)
		for i, o := range all {
			assert.Equal(t, o.answers, 1)
			assert.Equal(t, o.reply.Index, raft.Index(i+1))
		}
	})
	t.Run("Busy", func(t *testing.T) {
		c := newCluster(t, led(3))
		c.change(fault.Change{Kind: fault.Pause, Node: 0})
		answers := map[error]int{}
		do := func() {
			c.Do(0, queue.GetTopics.New(), func(r machine.Reply) { answers[r.Err]++ })
		}
		for range MaxWaiting / 2 {
			do()
		}
		c.run(0)
		for range MaxWaiting / 2 {
			do()
		}
		assert.Equal(t, len(answers), 0)
		do()
		assert.Equal(t, answers[machine.ErrBusy], 1)
		c.change(fault.Change{Kind: fault.Resume, Node: 0})
		c.run(0)
		assert.Equal(t, answers[nil], MaxWaiting)
		do()
		c.run(0)
		assert.Equal(t, answers[nil], MaxWaiting+1)
	})
}

func TestDoReportsAnErrorWhenTheLeaderFails(t *testing.T) {
	t.Run("LeadershipLost", func(t *testing.T) {
		c := newCluster(t, led(3))
		c.change(fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: "loss", Drop: true, Match: fault.Match{Entries: fault.WithEntries}}})
		a, b := c.ask(0, putTopic("a")), c.ask(0, putTopic("b"))
		c.run(10 * time.Millisecond)
		assert.Equal(t, a.answers+b.answers, 0)
		c.change(fault.Change{Kind: fault.Timeout, Node: 1})
		c.run(0)
		for i, o := range []*outcome{a, b} {
			assert.Equal(t, o.answers, 1)
			assert.ErrorIs(t, o.reply.Err, machine.ErrLeadershipLost)
			assert.Equal(t, o.reply.Index, raft.Index(i+1))
		}
	})
	t.Run("LeaderCrashes", func(t *testing.T) {
		c := newCluster(t, led(3))
		c.change(fault.Change{Kind: fault.Isolate, Node: 0})
		waiting := c.ask(0, putTopic("a"))
		c.run(10 * time.Millisecond)
		justCame := c.ask(0, putTopic("b"))
		c.change(fault.Change{Kind: fault.Crash, Node: 0})
		assert.Equal(t, waiting.answers, 1)
		assert.ErrorIs(t, waiting.reply.Err, machine.ErrNodeDown)
		c.change(fault.Change{Kind: fault.Restart, Node: 0})
		c.run(0)
		assert.Equal(t, justCame.answers, 1)
		assert.ErrorIs(t, justCame.reply.Err, machine.ErrNodeDown)
		assert.DeepEqual(t, c.log(0), []string{"a@1"})
	})
}

// An rpcOutcome is the answer to an RPC.
type rpcOutcome struct {
	answers int
	message raft.Message
	err     error
}

func (c *cluster) rpc(m raft.Message) *rpcOutcome {
	o := &rpcOutcome{}
	c.RPC(m, func(answer raft.Message, err error) {
		o.answers++
		o.message, o.err = answer, err
	})
	return o
}

// Messages from outside.
var (
	voteFromOutside    = raft.Message{Type: raft.RequestVoteRequest, From: 1, To: 2, Term: 5}
	entriesFromOutside = raft.Message{Type: raft.AppendEntriesRequest, From: 1, To: 2, Term: 5,
		Entries: []raft.Entry{{Term: 5, Command: queue.PutTopic.New("a")}}}
)

func TestRPCIsAnswered(t *testing.T) {
	t.Run("RequestVote", func(t *testing.T) {
		c := newCluster(t, fresh(3))
		o := c.rpc(voteFromOutside)
		c.run(0)
		assert.Equal(t, o.answers, 1)
		assert.NilError(t, o.err)
		assert.Assert(t, o.message.VoteGranted)
		assert.Equal(t, c.View(2, 0).VotedFor, raft.NodeID(1))
		assert.Equal(t, c.count(0, trace.Kind(raft.HandleRequestVoteResponse)), 0, "the answer goes nowhere else")
		assert.Equal(t, c.last(trace.Reply).Message.To, raft.NodeID(1))
		assert.Equal(t, c.last(trace.Kind(raft.HandleRequestVoteRequest)).MessageID(), c.last(trace.RPC).Seq)
	})
	t.Run("AppendEntries", func(t *testing.T) {
		c := newCluster(t, fresh(3))
		o := c.rpc(entriesFromOutside)
		c.run(0)
		assert.Assert(t, o.message.Success)
		assert.DeepEqual(t, c.log(2), []string{"a@5"})
	})
	t.Run("CutsAndRulesDoNotTouchIt", func(t *testing.T) {
		c := newCluster(t, fresh(3))
		c.change(fault.Change{Kind: fault.Isolate, Node: 2})
		c.change(fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: "loss", Drop: true}})
		o := c.rpc(voteFromOutside)
		c.run(0)
		assert.Assert(t, o.message.VoteGranted)
	})
	t.Run("Paused", func(t *testing.T) {
		c := newCluster(t, fresh(3))
		c.change(fault.Change{Kind: fault.Pause, Node: 2})
		o := c.rpc(voteFromOutside)
		c.run(time.Millisecond)
		assert.Equal(t, o.answers, 0)
		c.change(fault.Change{Kind: fault.Resume, Node: 2})
		c.run(0)
		assert.Assert(t, o.message.VoteGranted)
	})
	t.Run("TooMuchWaits", func(t *testing.T) {
		c := newCluster(t, fresh(3))
		c.change(fault.Change{Kind: fault.Pause, Node: 2})
		busy := 0
		for range MaxWaiting + 5 {
			c.RPC(voteFromOutside, func(_ raft.Message, err error) {
				if errors.Is(err, machine.ErrBusy) {
					busy++
				}
			})
			c.run(0)
		}
		assert.Equal(t, busy, 5)
	})
}

func TestRPCToANodeThatCrashes(t *testing.T) {
	t.Run("Down", func(t *testing.T) {
		c := newCluster(t, fresh(3))
		c.change(fault.Change{Kind: fault.Crash, Node: 2})
		o := c.rpc(voteFromOutside)
		assert.ErrorIs(t, o.err, machine.ErrNodeDown)
		c.run(time.Second)
		assert.Equal(t, o.answers, 1)
	})
	t.Run("CrashWhilePaused", func(t *testing.T) {
		c := newCluster(t, fresh(3))
		c.change(fault.Change{Kind: fault.Pause, Node: 2})
		o := c.rpc(voteFromOutside)
		c.run(time.Millisecond)
		c.change(fault.Change{Kind: fault.Crash, Node: 2})
		assert.Equal(t, o.answers, 1)
		assert.ErrorIs(t, o.err, machine.ErrNodeDown)
	})
	t.Run("CrashOnItsWay", func(t *testing.T) {
		c := newCluster(t, fresh(3))
		o := c.rpc(voteFromOutside)
		c.change(fault.Change{Kind: fault.Crash, Node: 2})
		c.change(fault.Change{Kind: fault.Restart, Node: 2})
		c.run(0)
		assert.Equal(t, o.answers, 1)
		assert.ErrorIs(t, o.err, machine.ErrNodeDown)
		assert.Equal(t, c.View(2, 0).VotedFor, raft.None)
	})
}

func TestRPCWaitsForStorage(t *testing.T) {
	slow := fresh(3)
	slow.StorageDelay = 10 * time.Millisecond
	t.Run("StorageTakesTime", func(t *testing.T) {
		c := newCluster(t, slow)
		o := c.rpc(voteFromOutside)
		c.run(slow.StorageDelay - 1)
		assert.Equal(t, o.answers, 0)
		c.run(1)
		assert.Assert(t, o.message.VoteGranted)
	})
	t.Run("CrashBeforeItIsStored", func(t *testing.T) {
		c := newCluster(t, slow)
		o := c.rpc(voteFromOutside)
		c.run(slow.StorageDelay - 1)
		assert.Equal(t, c.View(2, 0).VotedFor, raft.NodeID(1))
		c.change(fault.Change{Kind: fault.Crash, Node: 2})
		assert.Equal(t, o.answers, 1)
		assert.ErrorIs(t, o.err, machine.ErrNodeDown)
		assert.Equal(t, c.View(2, 0).VotedFor, raft.None)
		assert.Equal(t, c.View(2, 0).Term, raft.Term(0))
	})
}

func TestAbandonAnswersEveryWaitingRequestOnce(t *testing.T) {
	config := led(3)
	config.StorageDelay = storageDelay
	c := newCluster(t, config)
	c.run(0)
	vote := raft.Message{Type: raft.RequestVoteRequest, From: 1, To: 2, Term: 5}
	inLog, stored := c.ask(0, putTopic("a")), c.rpc(vote)
	c.run(storageDelay / 2)
	c.change(fault.Change{Kind: fault.Pause, Node: 1})
	held, heldRPC := c.ask(1, putTopic("b")), c.rpc(raft.Message{Type: raft.RequestVoteRequest, From: 2, To: 1, Term: 5})
	c.run(0)
	queued, queuedRPC := c.ask(0, putTopic("c")), c.rpc(vote)
	c.RPC(vote, nil)
	log := c.log(0)
	for range 2 {
		c.Abandon()
		for _, o := range []*outcome{inLog, held, queued} {
			assert.Equal(t, o.answers, 1)
			assert.ErrorIs(t, o.reply.Err, machine.ErrNodeDown)
		}
		for _, o := range []*rpcOutcome{stored, heldRPC, queuedRPC} {
			assert.Equal(t, o.answers, 1)
			assert.ErrorIs(t, o.err, machine.ErrNodeDown)
		}
	}
	assert.DeepEqual(t, c.log(0), log)
	assert.Assert(t, !c.Step())
}

func TestFullNetworkDropsMessages(t *testing.T) {
	w := newWire(t)
	w.change(fault.Change{Kind: fault.Pause, Node: 1})
	for n := range MaxWaiting + 3 {
		w.send(n)
	}
	w.run(0)
	assert.DeepEqual(t, w.numbers(trace.DropMessage), []int{MaxWaiting, MaxWaiting + 1, MaxWaiting + 2})
	assert.Equal(t, w.last(trace.DropMessage).Detail, trace.Overflow)
	w.change(fault.Change{Kind: fault.Resume, Node: 1})
	w.run(0)
	assert.Equal(t, len(w.arrived()), MaxWaiting)
}
