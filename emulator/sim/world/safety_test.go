package world

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
	"rrmq.example/emulator/tests/budget"
)

// A checker checks the five properties of the paper's Figure 3 after every event.
type checker struct {
	*cluster
	seen      int                       // the number of records checked
	leaders   map[raft.Term]raft.NodeID // Election Safety
	places    map[place]raft.Entry      // Log Matching: the entry at a place, and the term before it
	before    map[place]raft.Term
	committed []raft.Entry // Leader Completeness, State Machine Safety
	nodes     []watched
}

// A place is an index and the term of the entry there.
type place struct {
	index raft.Index
	term  raft.Term
}

// watched is a checker's memory of a node.
type watched struct {
	log       []raft.Entry
	committed raft.Index
	ledTerm   raft.Term // the term in which it leads, 0 when it doesn't
}

func newChecker(c *cluster) *checker {
	k := &checker{
		cluster: c,
		leaders: map[raft.Term]raft.NodeID{},
		places:  map[place]raft.Entry{},
		before:  map[place]raft.Term{},
		nodes:   make([]watched, c.Nodes()),
	}
	k.all()
	return k
}

// run steps through a time and checks after each event.
func (k *checker) run(d time.Duration) {
	k.t.Helper()
	end := k.Now() + d
	for {
		at, ok := k.NextAt()
		if !ok || at > end {
			break
		}
		k.Step()
		k.check()
	}
	k.RunUntil(end)
}

// all checks every node.
func (k *checker) all() {
	k.t.Helper()
	for id := range raft.NodeID(k.Nodes()) {
		k.node(id)
	}
	k.check()
}

// check checks the nodes with new records.
func (k *checker) check() {
	k.t.Helper()
	for ; k.seen < len(k.records); k.seen++ {
		r := &k.records[k.seen]
		if r.Kind == trace.Kind(raft.BecomeLeader) {
			leader, known := k.leaders[r.State.Term]
			assert.Assert(k.t, !known || leader == r.Node, "Election Safety: nodes %d and %d lead term %d", leader, r.Node, r.State.Term)
			k.leaders[r.State.Term] = r.Node
		}
		if r.Node != raft.None {
			k.node(r.Node)
		}
	}
}

func (k *checker) node(id raft.NodeID) {
	k.t.Helper()
	n := &k.nodes[id]
	core := k.World.nodes[id].core
	s, log := core.State(), core.Log()

	// All changes are behind the last equal entry.
	same := min(len(n.log), int(s.LastIndex))
	for same > 0 && (n.log[same-1] != log.Entry(raft.Index(same))) {
		same--
	}
	leads := s.Role == raft.Leader
	if leads && n.ledTerm == s.Term {
		assert.Assert(k.t, same == len(n.log), "Leader Append-Only: node %d removed from its log behind %d", id, same)
	}
	n.log = n.log[:same]
	for i := raft.Index(same) + 1; i <= s.LastIndex; i++ {
		e := log.Entry(i)
		p := place{i, e.Term}
		previous := raft.Term(0)
		if i > 1 {
			previous = n.log[i-2].Term
		}
		if known, ok := k.places[p]; ok {
			assert.Assert(k.t, known == e && k.before[p] == previous, "Log Matching: node %d at index %d, term %d", id, i, e.Term)
		}
		k.places[p], k.before[p] = e, previous
		n.log = append(n.log, e)
	}
	if leads && n.ledTerm != s.Term {
		for i, e := range k.committed {
			assert.Assert(k.t, i < len(n.log) && n.log[i] == e, "Leader Completeness: node %d leads term %d without entry %d", id, s.Term, i+1)
		}
	}
	n.ledTerm = 0
	if leads {
		n.ledTerm = s.Term
	}
	// A restarted node begins with commitIndex 0.
	n.committed = min(n.committed, s.CommitIndex, raft.Index(same))
	for i := n.committed; i < s.CommitIndex; i++ {
		if int(i) == len(k.committed) {
			k.committed = append(k.committed, n.log[i])
		}
		assert.Assert(k.t, k.committed[i] == n.log[i], "State Machine Safety: node %d at index %d", id, i+1)
	}
	n.committed = s.CommitIndex
}

// Every request is answered once, and each acknowledged put is in the log exactly once.
// Reference: Figure 3; section 8.
func TestRandomRunsHoldFigure3(t *testing.T) {
	seeds := budget.Pick[uint64](40, 200)
	for seed := range seeds {
		t.Run(fmt.Sprintf("Seed%d", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 2))
			config := stormConfig(random)
			config.ElectionMax = DefaultElectionMax // otherwise nodes in step might never elect a leader
			c := newCluster(t, config)
			check := newChecker(c)
			s := &storm{cluster: c, random: random}
			for range 150 {
				s.play(1)
				check.check()
				check.run(time.Duration(random.IntN(30)) * time.Millisecond)
			}
			c.change(fault.Change{Kind: fault.Heal})
			check.run(2 * time.Second)
			c.agree()
			check.all()
			s.checkAnswers()
		})
	}
}

// checkAnswers compares the answers of clients with the log that all nodes have.
func (s *storm) checkAnswers() {
	s.t.Helper()
	index := map[string]raft.Index{}
	for i, e := range s.View(0, 1<<30).Log {
		topic := command(e).Args[0]
		assert.Assert(s.t, index[topic] == 0, "%s is in the log twice", topic)
		index[topic] = raft.Index(i + 1)
	}
	acknowledged := 0
	for _, a := range s.asked {
		at := index[a.topic]
		assert.Equal(s.t, a.answers, 1, "answers to %s", a.topic)
		switch a.reply.Err {
		case nil:
			acknowledged++
			assert.Assert(s.t, a.reply.Result.OK)
			assert.Equal(s.t, a.reply.Index, at, "where %s is", a.topic)
		case machine.ErrNotLeader, machine.ErrBusy:
			assert.Equal(s.t, at, raft.Index(0), "%s was refused", a.topic)
		case machine.ErrLeadershipLost, machine.ErrNodeDown:
		default:
			s.t.Fatalf("answer to %s: %v", a.topic, a.reply.Err)
		}
	}
	for i := range s.World.nodes {
		assert.Equal(s.t, s.World.nodes[i].unanswered, 0)
	}
	s.t.Logf("%d of %d requests acknowledged", acknowledged, len(s.asked))
}
