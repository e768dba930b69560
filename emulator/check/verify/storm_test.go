package verify_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/verify"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
	"rrmq.example/emulator/tests/budget"
)

// A weather says what a storm does besides crashes, cuts and rules.
type weather struct {
	wipes, forgeries bool // beyond Raft's guarantees: disks are wiped, messages are forged
	slow             bool // storage takes time
	disks            bool // rules on writes come and go
	throttles        bool // rules that throttle links come and go
	bug              string
}

// A storm makes random changes to a world.
type storm struct {
	*world.World
	random  *rand.Rand
	weather weather
	nodes   int
}

// newStorm returns a storm on a new world with a sink and monitors.
func newStorm(seed uint64, w weather, sink func(*trace.Record), monitors ...world.Monitor) *storm {
	random := rand.New(rand.NewPCG(seed, 7))
	s := &storm{random: random, weather: w, nodes: 1 + random.IntN(5)}
	c := world.Config{
		Machine: queue.Type,
		Seed:    seed, ElectionMin: world.DefaultElectionMin, ElectionMax: world.DefaultElectionMax,
		Heartbeat: world.DefaultHeartbeat, TraceSize: 64, Nodes: make([]world.NodeConfig, s.nodes),
	}
	for i := range c.Nodes {
		c.Nodes[i] = world.NodeConfig{VotedFor: raft.None, Bug: w.bug, Down: random.IntN(15) == 0, Paused: random.IntN(15) == 0}
	}
	if w.slow {
		c.StorageDelay = time.Duration(1 + random.IntN(15e6))
	}
	s.World = world.New(c, sink, monitors...)
	return s
}

func (s *storm) node() raft.NodeID { return raft.NodeID(s.random.IntN(s.nodes)) }

// run makes a number of random changes.
func (s *storm) run(strokes int) {
	for range strokes {
		switch s.random.IntN(8) {
		case 0:
			s.nemesis()
		case 1:
			s.rpc()
		default:
			for range s.random.IntN(4) {
				s.request()
			}
		}
		if s.random.IntN(6) == 0 {
			s.RunUntil(s.Now() + time.Duration(s.random.IntN(4e8)))
		} else {
			for range s.random.IntN(30) {
				s.Step()
			}
		}
	}
}

func (s *storm) request() {
	to := s.Leader()
	if to == raft.None || s.random.IntN(10) == 0 {
		to = s.node()
	}
	topic := fmt.Sprint("t", s.random.IntN(3))
	commands := []*machine.Command{
		queue.PutTopic.New(topic), queue.GetTopics.New(), queue.PopMessage.New(topic),
		queue.PutMessage.New(topic, fmt.Sprint(s.random.IntN(1000))), nil,
	}
	s.Do(to, commands[s.random.IntN(len(commands))], nil)
}

func (s *storm) nemesis() {
	c := fault.Change{Kind: fault.Kind(s.random.IntN(int(fault.Plant))), Node: s.node()}
	if s.random.IntN(4) == 0 {
		c.Kind = fault.SetRule
	}
	switch c.Kind {
	case fault.Crash:
		c.Wipe = s.weather.wipes && s.random.IntN(3) == 0
	case fault.Partition:
		for range s.random.IntN(5) {
			if l := (fault.Link{From: s.node(), To: s.node()}); l.From != l.To {
				c.Links = append(c.Links, l)
			}
		}
	case fault.SetRule:
		c.Rule = s.rule()
		if s.weather.disks && s.random.IntN(2) == 0 {
			c.Rule = s.diskRule()
		}
		if s.weather.throttles && s.random.IntN(2) == 0 {
			c.Rule = s.throttle()
		}
	case fault.DeleteRule:
		c.Name = fmt.Sprint("r", s.random.IntN(3))
	case fault.Skew:
		c.Skew = 0.5 + s.random.Float64()
	}
	_, _ = s.Change(c) // an impossible change has no effect
}

func (s *storm) rule() *fault.Rule {
	r := &fault.Rule{
		Name: fmt.Sprint("r", s.random.IntN(3)), Probability: 0.05 + 0.5*s.random.Float64(),
		Count: uint64(s.random.IntN(60)), Until: s.Now() + time.Duration(1+s.random.IntN(1e9)),
	}
	switch s.random.IntN(5) {
	case 0:
		r.Drop = true
	case 1:
		r.Hold = true
	case 2:
		r.Reorder = true
	case 3:
		r.Duplicate = 1 + s.random.IntN(2)
	default:
		r.DelayMax = time.Duration(1 + s.random.IntN(50e6))
		r.Duplicate = s.random.IntN(2)
	}
	return r
}

// diskRule returns a rule that makes the writes of some nodes take time.
func (s *storm) diskRule() *fault.Rule {
	r := s.rule()
	r = &fault.Rule{Name: r.Name, Count: r.Count, Until: r.Until, SlowDiskMax: time.Duration(1 + s.random.IntN(40e6))}
	if s.random.IntN(2) == 0 {
		r.Match.Node = []raft.NodeID{s.node()}
	}
	return r
}

// throttle returns a rule that lets few messages a second pass.
func (s *storm) throttle() *fault.Rule {
	r := s.rule()
	return &fault.Rule{Name: r.Name, Count: r.Count, Until: r.Until, Throttle: 1 + s.random.IntN(100)}
}

// rpc sends a RequestVote, which is harmless from a client, or a forged AppendEntries.
func (s *storm) rpc() {
	if s.nodes == 1 {
		return
	}
	m := raft.Message{From: s.node(), To: s.node()}
	for m.From == m.To {
		m.To = s.node()
	}
	state, _, _ := s.State(m.To)
	m.Term = state.Term + raft.Term(s.random.IntN(2))
	index := raft.Index(0)
	term := raft.Term(0)
	if log := s.View(m.To, 1<<20).Log; len(log) > 0 {
		index = raft.Index(s.random.IntN(len(log)) + 1)
		term = log[index-1].Term
	}
	if !s.weather.forgeries || s.random.IntN(2) == 0 {
		m.LastLogIndex, m.LastLogTerm = index, term
		s.RPC(m, nil)
		return
	}
	m.Type, m.PrevLogIndex, m.PrevLogTerm, m.LeaderCommit = raft.AppendEntriesRequest, index, term, raft.Index(s.random.IntN(12))
	for range s.random.IntN(3) {
		m.Entries = append(m.Entries, raft.Entry{Term: max(m.Term, 1), Command: queue.PutTopic.New("forged")})
	}
	s.RPC(m, nil)
}

// The judge accepts correct servers in any storm.
func TestStormsAreAccepted(t *testing.T) {
	kinds := map[trace.Kind]int{}
	for seed := range budget.Pick[uint64](120, 300) {
		w := weather{slow: seed%2 == 1, wipes: seed%3 == 1, forgeries: seed%5 == 2}
		m := &verify.Monitor{}
		s := newStorm(seed, w, nil, m)
		s.run(150)
		if f := m.Found(); f != nil {
			t.Fatalf("storm %d, %+v: %v\n%s", seed, w, f, f.Words)
		}
		for k := range trace.NumKinds {
			kinds[k] += int(s.Trace().Count(k))
		}
	}
	for k := range trace.NumKinds {
		assert.Check(t, kinds[k] > 0 || k == trace.ResumeMessage, "no %v in any storm", k)
	}
}

// The judge accepts a frozen world that goes on: with messages in flight, held and
// unsent, unfinished writes, and nodes that are down or paused.
func TestFrozenStormsAreAccepted(t *testing.T) {
	resumed, writes, votes := 0, 0, 0
	for seed := range budget.Pick[uint64](200, 400) {
		w := weather{slow: seed%4 != 0, wipes: seed%7 == 1, forgeries: seed%5 == 2}
		s := newStorm(seed, w, nil)
		s.run(10 + int(seed%50))
		m := &verify.Monitor{}
		frozen := s.Freeze()
		for i := range frozen.Nodes {
			writes += len(frozen.Nodes[i].Writes)
			if r := frozen.Nodes[i].Resume; r != nil {
				votes += len(r.Refused)
			}
		}
		resumed += len(frozen.Messages)
		s.World = world.New(frozen, nil, m)
		s.run(60)
		if f := m.Found(); f != nil {
			t.Fatalf("storm %d, %+v: %v\n%s", seed, w, f, f.Words)
		}
	}
	assert.Check(t, resumed > 100 && writes > 30 && votes > 0, "%d messages, %d writes, %d votes", resumed, writes, votes)
}

// Rules on writes come and go, so that a node stores some changes at once and others later.
// The judge accepts all of that, and also a world that was frozen in between and goes on.
func TestStormsOnDisksAreAccepted(t *testing.T) {
	persisted, resumed := 0, 0
	for seed := range budget.Pick[uint64](150, 400) {
		w := weather{disks: true, slow: seed%5 == 1, wipes: seed%3 == 1, forgeries: seed%5 == 2}
		m := &verify.Monitor{}
		s := newStorm(seed, w, nil, m)
		s.run(80)
		persisted += int(s.Trace().Count(trace.Persist))
		again := &verify.Monitor{}
		frozen := s.Freeze()
		for i := range frozen.Nodes {
			resumed += len(frozen.Nodes[i].Writes)
		}
		s.World = world.New(frozen, nil, again)
		s.run(40)
		for _, f := range []*verify.Finding{m.Found(), again.Found()} {
			if f != nil {
				t.Fatalf("storm %d, %+v: %v\n%s", seed, w, f, f.Words)
			}
		}
	}
	assert.Check(t, persisted > 500 && resumed > 10, "%d writes done, %d resumed", persisted, resumed)
}

// Messages queue on links that carry few of them, and go on in order. The judge accepts
// that, and also a world that was frozen with such queues and goes on.
func TestStormsOnSlowLinksAreAccepted(t *testing.T) {
	held := 0
	for seed := range budget.Pick[uint64](100, 300) {
		w := weather{throttles: true, slow: seed%5 == 1, wipes: seed%3 == 1, forgeries: seed%5 == 2}
		m := &verify.Monitor{}
		s := newStorm(seed, w, nil, m)
		s.run(80)
		for _, r := range s.Rules() {
			if r.Throttle > 0 {
				held += r.Held
			}
		}
		again := &verify.Monitor{}
		s.World = world.New(s.Freeze(), nil, again)
		s.run(40)
		for _, f := range []*verify.Finding{m.Found(), again.Found()} {
			if f != nil {
				t.Fatalf("storm %d, %+v: %v\n%s", seed, w, f, f.Words)
			}
		}
	}
	assert.Check(t, held > 10, "%d messages held", held)
}

// A node that was paused before its first step may be a candidate, and even lead, at
// that step.
func TestLateFirstStepIsAccepted(t *testing.T) {
	for _, nodes := range []int{1, 3} {
		m := &verify.Monitor{}
		c := world.Config{Machine: queue.Type, ElectionMin: time.Second, ElectionMax: 2 * time.Second, Heartbeat: time.Second / 10, Nodes: make([]world.NodeConfig, nodes)}
		for i := range c.Nodes {
			c.Nodes[i].VotedFor = raft.None
		}
		c.Nodes[0].Paused = true
		w := world.New(c, nil, m)
		for _, op := range []fault.Kind{fault.Resume, fault.Timeout} {
			_, err := w.Change(fault.Change{Kind: op})
			assert.NilError(t, err)
		}
		w.RunUntil(time.Second / 2)
		state, _, _ := w.State(0)
		assert.Equal(t, state.Role, raft.Leader)
		assert.NilError(t, m.Err())
	}
}
