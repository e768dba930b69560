package world

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/bugs"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
	"rrmq.example/emulator/tests/budget"
)

// buggyStorm returns a storm with requests of all kinds on a world of 3 or 5 nodes, of
// which the first few have a bug.
func buggyStorm(t testing.TB, bug string, nodes, buggy int, seed uint64) *storm {
	random := rand.New(rand.NewPCG(seed, 5))
	config := stormConfig(random)
	config.Nodes = fresh(nodes).Nodes
	for i := range buggy {
		config.Nodes[i].Bug = bug
	}
	return &storm{cluster: newCluster(t, config), random: random, forge: seed%4 == 3, kinds: true}
}

// With any bug, on any nodes, a world keeps running, answers no request twice, can be
// frozen, and replays to the same trace.
func TestWorldWithABugKeepsItsPromises(t *testing.T) {
	seeds := budget.Pick[uint64](2, 8)
	for _, bug := range bugs.All() {
		t.Run(bug.Name, func(t *testing.T) {
			t.Parallel()
			for seed := range seeds {
				for _, nodes := range []int{3, 5} {
					for _, buggy := range []int{1, nodes/2 + 1, nodes} {
						s := buggyStorm(t, bug.Name, nodes, buggy, seed)
						for turn := range 60 {
							s.play(1)
							if turn == 40 { // the bug is removed and planted again
								s.change(fault.Change{Kind: fault.Plant, Node: s.node(), Bug: bug.Name})
								s.change(fault.Change{Kind: fault.Plant, Node: s.node(), Bug: ""})
							}
							if turn%20 == 19 {
								New(s.Freeze(), nil).RunUntil(time.Second)
							}
						}
						s.change(fault.Change{Kind: fault.Heal})
						s.run(time.Second)
						for _, a := range s.asked {
							assert.Assert(t, a.answers <= 1)
						}
						if seed == 0 {
							s.replays()
						}
					}
				}
			}
		})
	}
}

// replays checks that the inputs in the trace give the same trace again.
func (s *storm) replays() {
	s.t.Helper()
	recorded := s.encoded()
	k := newCluster(s.t, s.Config())
	for line := range bytes.Lines(recorded) {
		if in, err := trace.DecodeInput(line, queue.Type); err == nil {
			assert.NilError(s.t, k.Repeat(&in))
		}
	}
	assert.NilError(s.t, k.CatchUp(s.Steps(), s.Now()))
	sameTrace(s.t, k.encoded(), recorded)
}

func TestEachBugChangesSomeTrace(t *testing.T) {
	run := func(bug string, seed uint64) []byte {
		s := buggyStorm(t, bug, 3+2*int(seed%2), 5*int(seed%2)+3*int(1-seed%2), seed)
		s.play(120)
		records := s.records[:0:0]
		for _, r := range s.records {
			if r.Kind != trace.Init { // Init names the bug
				records = append(records, r)
			}
		}
		s.records = records
		return s.encoded()
	}
	healthy := map[uint64][]byte{}
	for _, bug := range bugs.All() {
		t.Run(bug.Name, func(t *testing.T) {
			for seed := range uint64(100) {
				if healthy[seed] == nil {
					healthy[seed] = run("", seed)
				}
				if !bytes.Equal(run(bug.Name, seed), healthy[seed]) {
					return
				}
			}
			t.Fatal("100 storms go as they do without it")
		})
	}
}

// plant returns a cluster of three that node 0 leads with a planted bug.
func plant(t testing.TB, bug string) *cluster {
	t.Helper()
	config := led(3)
	config.Nodes[0].Bug = bug
	return newCluster(t, config)
}

func command1(op *machine.Operation, message string) machine.Command {
	return machine.Command{Op: op, Args: [2]string{"t", message}}
}

// Reference: section 8; D 6.4.
func TestBugReadLocalAnswersStaleReads(t *testing.T) {
	c := plant(t, "read_local")
	c.commit(0, command1(queue.PutTopic, ""))
	c.commit(0, command1(queue.PutMessage, "m"))
	c.run(time.Second)
	c.change(fault.Change{Kind: fault.Isolate, Node: 0})
	pop := c.ask(0, command1(queue.PopMessage, ""))
	get := c.ask(0, queue.GetTopics.With())
	put := c.ask(0, command1(queue.PutMessage, "n"))
	c.run(0)
	assert.Equal(t, pop.reply.Result.Text, "m")
	assert.Equal(t, pop.reply.Index, raft.Index(0))
	assert.DeepEqual(t, get.reply.Result.List, []string{"t"})
	assert.Equal(t, put.answers, 0)
	assert.DeepEqual(t, c.Queue(0).Items[0].Values, []string{})
	assert.DeepEqual(t, c.Queue(1).Items[0].Values, []string{"m"})
}

// Reference: section 5.3.
func TestBugAnswerBeforeCommitAnswersAtOnce(t *testing.T) {
	c := plant(t, "answer_before_commit")
	c.commit(0, command1(queue.PutTopic, ""))
	c.commit(0, command1(queue.PutMessage, "m"))
	c.run(time.Second)
	c.change(fault.Change{Kind: fault.Isolate, Node: 0})
	for _, want := range []struct {
		command machine.Command
		result  machine.Result
	}{
		{command1(queue.PutTopic, ""), machine.Result{}},
		{command1(queue.PopMessage, ""), machine.Result{OK: true, Text: "m"}},
		{command1(queue.PopMessage, ""), machine.Result{OK: true, Text: "m"}},
		{command1(queue.PutMessage, "n"), machine.Result{OK: true}},
	} {
		o := c.ask(0, want.command)
		c.run(0)
		assert.Equal(t, o.answers, 1)
		assert.DeepEqual(t, o.reply.Result, want.result)
	}
	assert.Equal(t, c.View(0, 0).CommitIndex, raft.Index(2))
}

// Reference: section 5.3; Figure 3, State Machine Safety.
func TestBugApplyTwiceOnLeaderAppliesTwice(t *testing.T) {
	c := plant(t, "apply_twice_on_leader")
	c.commit(0, command1(queue.PutTopic, ""))
	o := c.ask(0, command1(queue.PutMessage, "m"))
	c.run(time.Second)
	assert.Assert(t, o.reply.Result.OK)
	assert.DeepEqual(t, c.Queue(0).Items[0].Values, []string{"m", "m"})
	assert.DeepEqual(t, c.Queue(1).Items[0].Values, []string{"m"})
	assert.Equal(t, c.Given(0).FirstOutOfOrder, raft.Index(1))
	assert.Equal(t, c.Given(1).FirstOutOfOrder, raft.Index(0))
}

// Reference: section 8.
func TestBugFollowerTakesWritesLosesThem(t *testing.T) {
	config := led(3)
	config.Nodes[1].Bug = "follower_takes_writes"
	c := newCluster(t, config)
	c.run(60 * time.Millisecond)
	other := c.ask(1, putTopic("lost"))
	c.run(0)
	assert.Equal(t, other.answers, 0)
	assert.DeepEqual(t, c.log(1), []string{"lost@1"})
	refused := c.ask(2, putTopic("refused"))
	c.commit(0, putTopic("kept"))
	c.run(time.Second)
	assert.ErrorIs(t, refused.reply.Err, machine.ErrNotLeader)
	assert.NilError(t, other.reply.Err)
	assert.Assert(t, other.reply.Result.OK) // so the write is lost
	assert.Equal(t, other.reply.Leader, raft.NodeID(0))
	assert.DeepEqual(t, c.log(0), []string{"kept@1"})
	assert.DeepEqual(t, c.log(1), []string{"lost@1"})
}

// Reference: section 8.
func TestBugAnswerByIndexAnswersForAnother(t *testing.T) {
	c := plant(t, "answer_by_index")
	c.run(60 * time.Millisecond)
	c.change(fault.Change{Kind: fault.Isolate, Node: 0})
	mine := c.ask(0, putTopic("mine"))
	c.run(time.Second)
	leader := c.elect()
	c.commit(leader, putTopic("theirs"))
	c.change(fault.Change{Kind: fault.Heal})
	c.run(time.Second)
	assert.Equal(t, mine.answers, 1)
	assert.NilError(t, mine.reply.Err)
	assert.DeepEqual(t, c.log(0), []string{"theirs@" + fmt.Sprint(c.View(leader, 0).Term)})
}

// With the bugs that do not store the term or the vote, a node has not stored its start
// state either.
// Reference: Figure 2, persistent state.
func TestBugsThatDoNotStore(t *testing.T) {
	for bug, want := range map[string]raft.HardState{
		"": {Term: 3, VotedFor: 2}, "term_not_stored": {Term: 0, VotedFor: 2}, "vote_not_stored": {Term: 3, VotedFor: raft.None},
	} {
		config := fresh(3)
		config.Nodes[1] = NodeConfig{Term: 3, VotedFor: 2, Bug: bug}
		c := newCluster(t, config)
		c.change(fault.Change{Kind: fault.Crash, Node: 1})
		c.change(fault.Change{Kind: fault.Restart, Node: 1})
		s, _, _ := c.State(1)
		assert.Equal(t, raft.HardState{Term: s.Term, VotedFor: s.VotedFor}, want)
	}
}

// A vote and an acknowledgement leave before they are stored, and a crash undoes them.
// Reference: D 3.8.
func TestBugSendBeforeStoredAnswersEarly(t *testing.T) {
	for _, bug := range []string{"", "send_before_stored"} {
		config := fresh(3)
		config.StorageDelay = 10 * time.Millisecond
		config.Nodes[1].Bug = bug
		c := newCluster(t, config)
		var vote *raft.Message
		c.RPC(raft.Message{From: 0, To: 1, Term: 1}, func(m raft.Message, err error) {
			assert.NilError(t, err)
			vote = &m
		})
		c.run(5 * time.Millisecond)
		assert.Equal(t, vote != nil, bug != "")
		c.run(5 * time.Millisecond)
		assert.Assert(t, vote.VoteGranted)
	}
}

func TestPlantedBugStaysUntilItIsRemoved(t *testing.T) {
	c := newCluster(t, fresh(3))
	assert.Equal(t, c.Bug(1), "")
	seq := c.change(fault.Change{Kind: fault.Plant, Node: 1, Bug: "vote_twice"})
	assert.Equal(t, c.change(fault.Change{Kind: fault.Plant, Node: 1, Bug: "vote_twice"}), seq)
	c.change(fault.Change{Kind: fault.Crash, Node: 1})
	c.change(fault.Change{Kind: fault.Heal})
	assert.Equal(t, c.Bug(1), "vote_twice")
	assert.Equal(t, c.View(1, 0).Bug, "vote_twice")
	granted := func(from raft.NodeID) (granted bool) {
		term := c.View(1, 0).Term
		c.RPC(raft.Message{From: from, To: 1, Term: max(term, 1)}, func(m raft.Message, _ error) { granted = m.VoteGranted })
		c.Step()
		return granted
	}
	assert.Assert(t, granted(0) && granted(2))
	c.change(fault.Change{Kind: fault.Plant, Node: 1})
	assert.Equal(t, c.Bug(1), "")
	assert.Assert(t, granted(2) && !granted(0))
	_, err := c.Change(fault.Change{Kind: fault.Plant, Node: 1, Bug: "vote_thrice"})
	assert.ErrorIs(t, err, bugs.ErrUnknown)
}

// Each bug outside the core is a bug of the service.
func TestEachBugHasItsCode(t *testing.T) {
	serving := 0
	for _, b := range bugs.All() {
		if b.Core() == nil {
			serving++
			assert.Assert(t, serviceOf(b) != service(diligent{}), b.Name)
		}
	}
	assert.Equal(t, serving, len(services))
}
