package world

import (
	"fmt"
	"math/rand/v2"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// A storm is a random owner of a world: it lets time pass in uneven steps, sends requests,
// and makes and heals faults.
type storm struct {
	*cluster
	random *rand.Rand
	// forge adds messages from outside that no node could send, after which Raft guarantees
	// nothing.
	forge bool
	// kinds makes requests of all kinds instead of new topics only.
	kinds bool
	asked []*asked
}

// An asked is a request of a storm.
type asked struct {
	*outcome
	topic string
}

// stormConfig returns a random configuration.
func stormConfig(random *rand.Rand) Config {
	c := fresh(1 + random.IntN(5))
	if random.IntN(4) == 0 {
		c = led(1 + random.IntN(5))
	}
	c.Seed = random.Uint64()
	c.TraceSize = 500
	if random.IntN(2) == 0 {
		c.StorageDelay = time.Duration(1 + random.IntN(20e6))
	}
	if random.IntN(8) == 0 {
		// All timers fire at the same times.
		c.ElectionMax = c.ElectionMin
		c.StorageDelay = c.StorageDelay.Truncate(c.Heartbeat / 5)
	}
	for i := range c.Nodes {
		switch random.IntN(12) {
		case 0:
			c.Nodes[i].Down = true
		case 1:
			c.Nodes[i].Paused = true
		}
	}
	return c
}

// play takes a number of turns: in each, time passes, and clients ask or the cluster
// changes.
func (s *storm) play(turns int) {
	for range turns {
		s.pass()
		switch s.random.IntN(10) {
		case 0, 1:
			s.nemesis()
		case 2:
			s.rpc()
		default:
			for range 1 + s.random.IntN(5) {
				s.request()
			}
		}
	}
}

// pass lets time pass, or takes some events, or does neither.
func (s *storm) pass() {
	switch s.random.IntN(8) {
	case 0:
	case 1:
		s.NextAt()
	case 2, 3:
		for range s.random.IntN(20) {
			s.Step()
		}
	case 4:
		s.run(time.Duration(s.random.IntN(400)) * time.Millisecond)
	default:
		s.run(time.Duration(s.random.IntN(20_000)) * time.Microsecond)
	}
}

func (s *storm) node() raft.NodeID { return raft.NodeID(s.random.IntN(s.Nodes())) }

// request asks the leader, and sometimes another node.
func (s *storm) request() {
	id := s.Leader()
	if id == raft.None || s.random.IntN(10) == 0 {
		id = s.node()
	}
	topic := fmt.Sprintf("t%d", len(s.asked))
	command := putTopic(topic)
	if s.kinds {
		command.Op = queue.Type.Ops[s.random.IntN(4)]
		command.Args[0] = fmt.Sprintf("t%d", s.random.IntN(3))
		command.Args[1] = topic
	}
	a := &asked{topic: topic, outcome: s.ask(id, command)}
	s.asked = append(s.asked, a)
}

// rpc sends a node a request for its vote, or a forged AppendEntries.
func (s *storm) rpc() {
	if s.Nodes() == 1 {
		return
	}
	m := raft.Message{From: s.node(), To: s.node()}
	for m.From == m.To {
		m.To = s.node()
	}
	state, _, _ := s.State(m.To)
	last := raft.Term(0)
	if state.LastIndex > 0 {
		m.PrevLogIndex = raft.Index(s.random.IntN(int(state.LastIndex) + 1))
		for i, e := range s.View(m.To, 1<<30).Log {
			if raft.Index(i+1) == m.PrevLogIndex {
				last = e.Term
			}
		}
	}
	m.Term = max(state.Term+raft.Term(s.random.IntN(2)), 1)
	if !s.forge || s.random.IntN(2) == 0 {
		m.LastLogIndex, m.LastLogTerm, m.PrevLogIndex = m.PrevLogIndex, last, 0
		s.RPC(m, nil)
		return
	}
	m.Type, m.PrevLogTerm, m.LeaderCommit = raft.AppendEntriesRequest, last, raft.Index(s.random.IntN(10))
	for range s.random.IntN(3) {
		m.Entries = append(m.Entries, raft.Entry{Term: m.Term, Command: queue.PopMessage.New("x")})
	}
	s.RPC(m, nil)
}

// nemesis makes a random change. An impossible one does nothing.
func (s *storm) nemesis() {
	c := fault.Change{Kind: fault.Kind(s.random.IntN(int(fault.NumKinds))), Node: s.node()}
	switch c.Kind {
	case fault.Crash:
		// A node that loses its disk may break its promises.
		c.Wipe = s.forge && s.random.IntN(4) == 0
	case fault.Partition:
		for range s.random.IntN(6) {
			if l := (fault.Link{From: s.node(), To: s.node()}); l.From != l.To {
				c.Links = append(c.Links, l)
			}
		}
	case fault.SetRule:
		c.Rule = s.rule()
	case fault.DeleteRule:
		c.Name = fmt.Sprintf("r%d", s.random.IntN(4))
	case fault.Skew:
		c.Skew = 0.5 + 1.5*s.random.Float64()
	}
	s.Change(c)
}

func (s *storm) rule() *fault.Rule {
	r := &fault.Rule{
		Name: fmt.Sprintf("r%d", s.random.IntN(4)),
		Match: fault.Match{
			Type: fault.MatchType(s.random.IntN(3)), Kind: fault.MatchKind(s.random.IntN(3)), Entries: fault.MatchEntries(s.random.IntN(3)),
		},
		Skip: uint64(s.random.IntN(3)), Count: uint64(s.random.IntN(4) * 20),
		Probability: s.random.Float64(),
		Until:       s.Now() + time.Duration(s.random.IntN(2e9)),
	}
	if s.random.IntN(2) == 0 {
		r.Match.From = []raft.NodeID{s.node()}
	}
	if s.random.IntN(2) == 0 {
		r.Match.To = []raft.NodeID{s.node(), s.node()}
	}
	switch s.random.IntN(8) {
	case 7:
		r.Match = fault.Match{}
		if s.random.IntN(2) == 0 {
			r.Match.Node = []raft.NodeID{s.node()}
		}
		r.SlowDiskMin = time.Duration(s.random.IntN(3e6))
		r.SlowDiskMax = r.SlowDiskMin + time.Duration(s.random.IntN(30e6))
	case 6:
		r.Throttle = 1 + s.random.IntN(50)
	case 0:
		r.Drop = true
	case 1:
		r.Duplicate = 1 + s.random.IntN(3)
	case 2:
		r.Reorder = true
	case 3, 4:
		r.Hold = true
	default:
		r.DelayMin = time.Duration(s.random.IntN(5e6))
		r.DelayMax = r.DelayMin + time.Duration(s.random.IntN(60e6))
		r.Duplicate = s.random.IntN(2)
	}
	return r
}
