package invariant_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
	"rrmq.example/emulator/tests/budget"
)

// A storm is a cluster with random requests and changes.
type storm struct {
	world   *world.World
	monitor *invariant.Monitor
	random  *rand.Rand
	asked   int
	forge   bool // wipe disks, and send AppendEntries from outside
	stand   bool // send requests for votes from outside
}

// newStorm makes a storm. All nodes have the bug, unless it is "".
func newStorm(seed uint64, bug string) *storm {
	s := &storm{monitor: invariant.New(), random: rand.New(rand.NewPCG(seed, 7))}
	f := fixture.Fresh(2 + s.random.IntN(4))
	f.Seed = seed
	c := f.Config()
	c.TraceSize = 1000
	c.Faults = []fault.Rule{
		{Name: "loss", Drop: true, Probability: 0.1},
		{Name: "delay", DelayMin: time.Millisecond, DelayMax: time.Duration(2+s.random.IntN(60)) * time.Millisecond, Duplicate: s.random.IntN(2)},
	}
	if s.random.IntN(2) == 0 {
		c.StorageDelay = time.Duration(1+s.random.IntN(20)) * time.Millisecond
	}
	for i := range c.Nodes {
		c.Nodes[i].Bug = bug
	}
	s.world = world.New(c, nil, s.monitor)
	return s
}

// run takes some rounds: in each, time passes, clients ask, and the cluster may change.
func (s *storm) run(rounds int) {
	w := s.world
	node := func() raft.NodeID { return raft.NodeID(s.random.IntN(w.Nodes())) }
	for range rounds {
		w.RunUntil(w.Now() + time.Duration(s.random.IntN(60))*time.Millisecond)
		for range s.random.IntN(4) {
			to := w.Leader()
			if to == raft.None || s.random.IntN(8) == 0 {
				to = node()
			}
			s.asked++
			w.Do(to, queue.PutTopic.New(fmt.Sprintf("t%d", s.asked)), nil)
		}
		c := fault.Change{Node: node()}
		switch s.random.IntN(16) {
		case 0:
			c.Kind, c.Wipe = fault.Crash, s.forge && s.random.IntN(3) == 0
		case 1, 2:
			c.Kind = fault.Restart
		case 3:
			c.Kind = fault.Isolate
		case 4:
			c.Kind = fault.Pause
		case 5:
			c.Kind = fault.Timeout
		case 6, 7:
			c.Kind = fault.HealNode
		case 8:
			if s.forge {
				s.outside(node(), node())
			}
			continue
		case 9:
			if s.stand {
				s.asksForVote(node(), node())
			}
			continue
		default:
			continue
		}
		w.Change(c) // an impossible change does nothing
	}
}

// outside sends a node an AppendEntries that no node has sent.
func (s *storm) outside(from, to raft.NodeID) {
	if from == to {
		return
	}
	state, _, _ := s.world.State(to)
	m := raft.Message{Type: raft.AppendEntriesRequest, From: from, To: to, Term: max(state.Term, 1), LeaderCommit: state.LastIndex + 1}
	m.PrevLogIndex, m.PrevLogTerm = state.LastIndex, state.LastTerm
	if cut := raft.Index(s.random.IntN(3)); cut < state.LastIndex {
		m.PrevLogIndex -= cut
		m.PrevLogTerm, _ = s.world.Log(to).Term(m.PrevLogIndex)
	}
	m.Entries = []raft.Entry{{Term: m.Term, Command: queue.PutTopic.New("forged")}}
	s.world.RPC(m, nil)
}

// asksForVote asks a node for its vote in the name of another, which is harmless: the
// vote is given once either way.
func (s *storm) asksForVote(from, to raft.NodeID) {
	if from == to {
		return
	}
	state, _, _ := s.world.State(to)
	s.world.RPC(raft.Message{
		Type: raft.RequestVoteRequest, From: from, To: to, Term: state.Term + raft.Term(s.random.IntN(2)),
		LastLogIndex: state.LastIndex, LastLogTerm: state.LastTerm,
	}, nil)
}

// Reference: Figure 3.
func TestHealthyNodesHoldAllInvariants(t *testing.T) {
	seeds := budget.Pick[uint64](60, 200)
	for seed := range seeds {
		s := newStorm(seed, "")
		s.stand = seed%2 == 0
		s.run(300)
		for _, r := range s.monitor.Report() {
			assert.Equal(t, r.Status, invariant.Held, "seed %d: %v", seed, r)
		}
	}
}

func TestWipesAndForgeriesExcuseViolations(t *testing.T) {
	excused := 0
	for seed := range uint64(100) {
		s := newStorm(seed, "")
		s.forge = true
		s.run(300)
		for _, r := range s.monitor.Report() {
			switch r.Status {
			case invariant.Held:
				assert.Equal(t, r.Excuse, "")
			case invariant.Excused:
				assert.Assert(t, r.Excuse != "" && r.Violation != nil)
				excused++
			default:
				t.Errorf("seed %d: %v", seed, r)
			}
		}
	}
	assert.Assert(t, excused > 100, "%d", excused)
}

// A frozen world, with its writes and messages on their way, starts in a state that Raft
// can reach and continues without a violation.
func TestFrozenWorldHoldsAllInvariants(t *testing.T) {
	for seed := range uint64(100) {
		s := newStorm(seed, "")
		s.run(1 + s.random.IntN(150))
		s.monitor = invariant.New()
		s.world = world.New(s.world.Freeze(), nil, s.monitor)
		s.run(150)
		for _, r := range s.monitor.Report() {
			assert.Equal(t, r.Status, invariant.Held, "seed %d: %v", seed, r)
		}
		assert.Equal(t, s.monitor.Excuse(), "", "seed %d", seed)
	}
}
