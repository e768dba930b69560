package world

import (
	"math"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

func TestCrashLosesMemoryAndKeepsStorage(t *testing.T) {
	t.Run("VolatileStateIsLost", func(t *testing.T) {
		c := newCluster(t, led(3))
		c.commit(0, putTopic("a"))
		c.run(100 * time.Millisecond)
		before := c.View(1, 10)
		assert.Equal(t, before.CommitIndex, raft.Index(1))

		c.change(fault.Change{Kind: fault.Crash, Node: 1})
		v := c.View(1, 10)
		assert.Assert(t, !v.Up)
		assert.Equal(t, v.Term, before.Term)
		assert.Equal(t, v.VotedFor, before.VotedFor)
		assert.DeepEqual(t, v.Log, before.Log)
		assert.Equal(t, v.CommitIndex, raft.Index(0))
		assert.Equal(t, v.LastApplied, raft.Index(0))
		assert.Equal(t, v.Leader, raft.None)
		assert.Equal(t, v.Timer, raft.KeepTimer)
		assert.Equal(t, len(v.Machine.Items), 0)
	})
	t.Run("TheDeadDoNothing", func(t *testing.T) {
		c := newCluster(t, fresh(3))
		seq := c.change(fault.Change{Kind: fault.Crash, Node: 1})
		c.run(5 * time.Second)
		for i := range c.records {
			if r := &c.records[i]; r.Seq > seq && r.Node == 1 && r.Kind != trace.DropMessage {
				t.Fatalf("record %s", r.AppendJSON(nil))
			}
		}
		assert.Equal(t, c.last(trace.DropMessage).Detail, trace.Crashed)
	})
	t.Run("Wipe", func(t *testing.T) {
		c := newCluster(t, led(3))
		c.commit(0, putTopic("a"))
		c.run(100 * time.Millisecond)
		c.change(fault.Change{Kind: fault.Crash, Node: 1, Wipe: true})
		v := c.View(1, 10)
		assert.Equal(t, v.Term, raft.Term(0))
		assert.Equal(t, v.VotedFor, raft.None)
		assert.Equal(t, len(v.Log), 0)
		c.change(fault.Change{Kind: fault.Restart, Node: 1})
		c.run(200 * time.Millisecond)
		assert.DeepEqual(t, c.log(1), []string{"a@1"})
	})
	t.Run("WipeOfOneThatIsDown", func(t *testing.T) {
		c := newCluster(t, led(3))
		c.change(fault.Change{Kind: fault.Crash, Node: 1})
		seq := c.change(fault.Change{Kind: fault.Crash, Node: 1})
		assert.Equal(t, seq, c.change(fault.Change{Kind: fault.Crash, Node: 1}))
		wiped := c.change(fault.Change{Kind: fault.Crash, Node: 1, Wipe: true})
		assert.Equal(t, wiped, seq+1)
		assert.Equal(t, wiped, c.change(fault.Change{Kind: fault.Crash, Node: 1, Wipe: true}))
	})
	t.Run("LeaderIsReplaced", func(t *testing.T) {
		c := newCluster(t, led(5))
		c.change(fault.Change{Kind: fault.Crash, Node: 0})
		leader := c.elect()
		assert.Assert(t, leader != 0)
		c.commit(leader, putTopic("a"))
		c.change(fault.Change{Kind: fault.Restart, Node: 0})
		c.run(time.Second)
		assert.DeepEqual(t, c.log(0), c.log(leader))
	})
}

func TestRestartedNodeRejoins(t *testing.T) {
	c := newCluster(t, led(3))
	c.commit(0, putTopic("a"))
	c.commit(0, putTopic("b"))
	for id := range raft.NodeID(3) {
		c.change(fault.Change{Kind: fault.Crash, Node: id})
	}
	c.run(time.Second)
	at := c.Now()
	for id := range raft.NodeID(3) {
		seq := c.change(fault.Change{Kind: fault.Restart, Node: id})
		assert.Equal(t, c.Trace().At(seq).Kind, trace.SetTimer)
		assert.Equal(t, c.Trace().At(seq).Cause, seq-1)
		assert.Equal(t, c.Trace().At(seq-1).Kind, trace.Kind(raft.Restart))
		assert.Equal(t, c.Trace().At(c.Trace().At(seq-1).Cause).Kind, trace.Nemesis)
		assert.Equal(t, seq, c.change(fault.Change{Kind: fault.Restart, Node: id}))
	}
	for id := range raft.NodeID(3) {
		v := c.View(id, 10)
		assert.Equal(t, v.Role, raft.Follower)
		assert.Assert(t, v.TimerAt >= at+DefaultElectionMin && v.TimerAt < at+DefaultElectionMax)
	}
	c.commit(c.elect(), putTopic("c"))
	c.run(time.Second)
	for id := range raft.NodeID(3) {
		assert.Equal(t, len(c.Queue(id).Items), 3)
	}
}

func TestPausedNodeDoesNothingUntilItResumes(t *testing.T) {
	t.Run("StandsStill", func(t *testing.T) {
		c := newCluster(t, led(3))
		c.run(75 * time.Millisecond)
		seq := c.change(fault.Change{Kind: fault.Pause, Node: 0})
		assert.Equal(t, seq, c.change(fault.Change{Kind: fault.Pause, Node: 0}))
		before := c.View(0, 10)
		o := c.ask(0, putTopic("a"))
		c.run(10 * time.Second)
		after := c.View(0, 10)
		assert.Equal(t, after.Role, raft.Leader)
		assert.DeepEqual(t, after, before)
		assert.Equal(t, o.answers, 0)
		leader := c.elect()
		assert.Assert(t, leader != 0)

		c.change(fault.Change{Kind: fault.Resume, Node: 0})
		c.run(0)
		// The first event that waited was the heartbeat timer, or an answer to an earlier
		// heartbeat. The new leader's messages came behind it, and the client before those,
		// so that its answer is that the leadership is lost.
		assert.Equal(t, o.answers, 1)
		assert.ErrorIs(t, o.reply.Err, machine.ErrLeadershipLost)
		c.run(time.Second)
		assert.Equal(t, c.majorityLeader(), leader)
		assert.Equal(t, c.View(0, 10).Leader, leader)
	})
	t.Run("ResumesInOrder", func(t *testing.T) {
		c := newCluster(t, led(3))
		c.run(10 * time.Millisecond)
		c.change(fault.Change{Kind: fault.Pause, Node: 1})
		c.change(fault.Change{Kind: fault.Pause, Node: 2})
		var indices []raft.Index
		for _, topic := range []string{"a", "b", "c"} {
			c.ask(0, putTopic(topic))
			c.run(time.Millisecond)
		}
		c.change(fault.Change{Kind: fault.Resume, Node: 1})
		seq := c.change(fault.Change{Kind: fault.Resume, Node: 2})
		assert.Equal(t, seq, c.change(fault.Change{Kind: fault.Resume, Node: 2}))
		c.run(0)
		for i := range c.records {
			if r := &c.records[i]; r.Kind == trace.Response {
				indices = append(indices, r.Index)
			}
		}
		assert.DeepEqual(t, indices, []raft.Index{1, 2, 3})
	})
	t.Run("AHeartbeatThatCameFirstPutsOffTheElection", func(t *testing.T) {
		c := newCluster(t, led(2))
		c.change(fault.Change{Kind: fault.Pause, Node: 1})
		c.run(10 * time.Second)
		c.change(fault.Change{Kind: fault.Resume, Node: 1})
		c.run(0)
		assert.Equal(t, c.View(1, 0).Role, raft.Follower)
		assert.Equal(t, c.View(1, 0).Term, raft.Term(1))
		assert.Assert(t, c.View(1, 0).TimerAt >= c.Now()+DefaultElectionMin)
	})
	t.Run("ATimerThatRanOutFirstStartsAnElection", func(t *testing.T) {
		config := fresh(2)
		config.Nodes[0].Down = true
		c := newCluster(t, config)
		c.change(fault.Change{Kind: fault.Pause, Node: 1})
		c.run(10 * time.Second)
		assert.Equal(t, c.View(1, 0).Term, raft.Term(0))
		c.change(fault.Change{Kind: fault.Resume, Node: 1})
		at, _ := c.NextAt()
		assert.Equal(t, at, c.Now(), "nothing is due in the past")
		c.run(0)
		assert.Equal(t, c.View(1, 0).Term, raft.Term(1))
		assert.Assert(t, c.View(1, 0).TimerAt >= c.Now()+DefaultElectionMin)
	})
	t.Run("FromTheStart", func(t *testing.T) {
		config := led(3)
		config.Nodes[0].Paused = true
		c := newCluster(t, config)
		c.run(100 * time.Millisecond)
		assert.Equal(t, c.count(3, trace.Kind(raft.AppendEntries)), 0, "a leader that stands still sends nothing")
		c.change(fault.Change{Kind: fault.Resume, Node: 0})
		c.run(0)
		assert.Equal(t, c.majorityLeader(), raft.NodeID(0))
	})
	t.Run("CrashWhilePaused", func(t *testing.T) {
		c := newCluster(t, led(3))
		c.change(fault.Change{Kind: fault.Pause, Node: 0})
		o := c.ask(0, putTopic("a"))
		c.run(time.Second)
		c.change(fault.Change{Kind: fault.Crash, Node: 0})
		assert.Equal(t, o.answers, 1)
		assert.ErrorIs(t, o.reply.Err, machine.ErrNodeDown)
		seq := c.change(fault.Change{Kind: fault.Restart, Node: 0})
		_, up, paused := c.State(0)
		assert.Assert(t, up && !paused)
		c.run(0)
		assert.Equal(t, c.count(seq, trace.Kind(raft.ClientRequest)), 0)
	})
}

func TestTimeoutStartsAnElection(t *testing.T) {
	c := newCluster(t, led(3))
	c.run(10 * time.Millisecond)
	seq := c.change(fault.Change{Kind: fault.Timeout, Node: 2})
	c.run(0)
	assert.Equal(t, c.majorityLeader(), raft.NodeID(2))
	assert.Equal(t, c.View(2, 0).Term, raft.Term(2))
	for i := range c.records {
		if r := &c.records[i]; r.Kind == trace.Kind(raft.Timeout) {
			assert.Equal(t, c.Trace().At(r.Cause).Kind, trace.Nemesis)
			assert.Assert(t, r.Seq <= seq)
		}
	}
}

func TestSkewScalesTimers(t *testing.T) {
	t.Run("Timers", func(t *testing.T) {
		c := newCluster(t, fresh(3))
		c.run(50 * time.Millisecond)
		left := c.View(1, 0).TimerAt - c.Now()
		seq := c.change(fault.Change{Kind: fault.Skew, Node: 1, Skew: 4})
		assert.Equal(t, seq, c.change(fault.Change{Kind: fault.Skew, Node: 1, Skew: 4}))
		assert.Equal(t, c.View(1, 0).TimerAt-c.Now(), 4*left)
		c.change(fault.Change{Kind: fault.Skew, Node: 1, Skew: 0.25})
		assert.Equal(t, c.View(1, 0).TimerAt-c.Now(), left/4)
		c.elect()
		assert.Equal(t, c.last(trace.Kind(raft.BecomeLeader)).Node, raft.NodeID(1))
		assert.Equal(t, c.View(1, 0).TimerAt-c.Now(), DefaultHeartbeat/4)
	})
	t.Run("FromTheStart", func(t *testing.T) {
		config := fresh(3)
		config.Nodes[1].Skew = 0.1
		c := newCluster(t, config)
		assert.Assert(t, c.View(1, 0).TimerAt < DefaultElectionMax/10)
		c.change(fault.Change{Kind: fault.HealNode, Node: 1})
		assert.Equal(t, c.View(1, 0).Skew, 1.0)
		assert.Assert(t, c.View(1, 0).TimerAt >= DefaultElectionMin-10)
	})
}

func TestHealUndoesFaults(t *testing.T) {
	// wreck makes every change to node 1 that heal undoes.
	wreck := func(t *testing.T) *cluster {
		c := newCluster(t, led(5))
		c.change(fault.Change{Kind: fault.Skew, Node: 1, Skew: 2})
		c.change(fault.Change{Kind: fault.Isolate, Node: 1})
		c.change(fault.Change{Kind: fault.Crash, Node: 1})
		c.change(fault.Change{Kind: fault.Pause, Node: 2})
		c.change(fault.Change{Kind: fault.SetRule, Rule: &fault.Rule{Name: "hold", Hold: true}})
		c.run(time.Second)
		return c
	}
	t.Run("OneNode", func(t *testing.T) {
		c := wreck(t)
		seq := c.change(fault.Change{Kind: fault.HealNode, Node: 1})
		assert.Equal(t, seq, c.change(fault.Change{Kind: fault.HealNode, Node: 1}))
		v := c.View(1, 0)
		assert.Assert(t, v.Up && v.Skew == 1 && v.PartitionedFrom == nil)
		assert.Equal(t, len(c.Cuts()), 0)
		assert.Assert(t, c.View(2, 0).Paused)
		assert.Equal(t, len(c.Rules()), 1)
		seq = c.change(fault.Change{Kind: fault.HealNode, Node: 2})
		assert.Assert(t, !c.View(2, 0).Paused)
		assert.Equal(t, seq, c.change(fault.Change{Kind: fault.HealNode, Node: 3}))
	})
	t.Run("CutsOfOthersStay", func(t *testing.T) {
		c := newCluster(t, led(5))
		c.change(fault.Change{Kind: fault.Isolate, Node: 1})
		c.change(fault.Change{Kind: fault.Isolate, Node: 2})
		c.change(fault.Change{Kind: fault.HealNode, Node: 1})
		assert.DeepEqual(t, c.View(2, 0).PartitionedFrom, []raft.NodeID{0, 3, 4})
		assert.DeepEqual(t, c.View(1, 0).PartitionedFrom, []raft.NodeID(nil))
	})
	t.Run("All", func(t *testing.T) {
		c := wreck(t)
		held := c.Rules()[0].Held
		assert.Assert(t, held > 0)
		seq := c.Trace().Last()
		c.change(fault.Change{Kind: fault.Heal})
		assert.Equal(t, c.count(seq, trace.Nemesis), 1)
		assert.Equal(t, c.count(seq, trace.ReleaseMessage), held)
		seq = c.Trace().Last()
		assert.Equal(t, seq, c.change(fault.Change{Kind: fault.Heal}))
		assert.Equal(t, len(c.Cuts()), 0)
		assert.Equal(t, len(c.Rules()), 0)
		for id := range raft.NodeID(5) {
			_, up, paused := c.State(id)
			assert.Assert(t, up && !paused)
		}
		c.commit(c.elect(), putTopic("a"))
	})
}

func TestImpossibleChangeIsAnError(t *testing.T) {
	down, paused := raft.NodeID(1), raft.NodeID(2)
	for _, c := range []struct {
		name   string
		change fault.Change
		want   error
		text   string
	}{
		{"NoNode", fault.Change{Kind: fault.Crash, Node: 5}, ErrNoNode, "node 5: no such node, the cluster has nodes 0 to 4"},
		{"NegativeNode", fault.Change{Kind: fault.Isolate, Node: -1}, ErrNoNode, "node -1: no such node, the cluster has nodes 0 to 4"},
		{"PauseDown", fault.Change{Kind: fault.Pause, Node: down}, ErrDown, "node 1: the node is down"},
		{"TimeoutDown", fault.Change{Kind: fault.Timeout, Node: down}, ErrDown, "node 1: the node is down"},
		{"TimeoutPaused", fault.Change{Kind: fault.Timeout, Node: paused}, ErrPaused, "node 2: the node is paused"},
		{"TimeoutLeader", fault.Change{Kind: fault.Timeout}, ErrLeads, "node 0: the node leads, and a leader has no election timer"},
		{"NoRule", fault.Change{Kind: fault.DeleteRule, Name: "x"}, ErrNoRule, `fault "x": no such fault`},
		{"LinkToNobody", fault.Change{Kind: fault.Partition, Links: []fault.Link{{From: 0, To: 1}, {From: 1, To: 9}}}, ErrNoNode, "node 9: no such node, the cluster has nodes 0 to 4"},
		{"LinkToItself", fault.Change{Kind: fault.Partition, Links: []fault.Link{{From: 0, To: 1}, {From: 1, To: 1}}}, ErrNoLink, "node 1: a node has no link to itself"},
		{"SkewZero", fault.Change{Kind: fault.Skew}, ErrSkew, "node 0: the skew must be from 0.001 to 1000, not 0"},
		{"SkewNaN", fault.Change{Kind: fault.Skew, Skew: math.NaN()}, ErrSkew, "node 0: the skew must be from 0.001 to 1000, not NaN"},
		{"SkewTooMuch", fault.Change{Kind: fault.Skew, Skew: math.Inf(1)}, ErrSkew, "node 0: the skew must be from 0.001 to 1000, not +Inf"},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := newCluster(t, led(5))
			k.change(fault.Change{Kind: fault.Crash, Node: down})
			last := k.change(fault.Change{Kind: fault.Pause, Node: paused})
			waiting := k.Waiting()
			assert.Error(t, k.Check(&c.change), c.text)
			_, err := k.Change(c.change)
			assert.ErrorIs(t, err, c.want)
			assert.Error(t, err, c.text)
			assert.Equal(t, k.Trace().Last(), last)
			assert.Equal(t, k.Waiting(), waiting)
			assert.Equal(t, len(k.Cuts()), 0)
		})
	}
}

func TestChangersAndEffectsAreComplete(t *testing.T) {
	for _, k := range fault.Kinds() {
		assert.Assert(t, changers[k] != nil, "nothing carries out %s", k)
	}
	for _, e := range fault.Effects() {
		if e.OnWrites {
			assert.Assert(t, writeEffectNamed(e.Name) != nil, "nothing carries out %s", e.Name)
		} else {
			assert.Assert(t, effectNamed(e.Name) != nil, "nothing carries out %s", e.Name)
		}
	}
	assert.Equal(t, len(effects)+len(writeEffects), len(fault.Effects()))
}

func TestOpNames(t *testing.T) {
	for op := range fault.NumKinds {
		assert.Assert(t, op.String() != "", "%d", op)
		kind, err := fault.ParseKind(op.String())
		assert.NilError(t, err)
		assert.Equal(t, kind, op)
	}
	assert.Equal(t, fault.NumKinds.String(), "invalid kind")
	for k := range trace.NumKinds {
		assert.Assert(t, k.String() != "", "%d", k)
	}
	assert.Equal(t, trace.NumKinds.String(), "invalid kind")
	assert.Equal(t, trace.Reason(9).String(), "invalid reason")
}
