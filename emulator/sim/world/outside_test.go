package world

import (
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// An exchange joins worlds in which one node lives each: it takes what they send and store,
// and passes the messages on.
type exchange struct {
	worlds []*World
	mail   []raft.Message
	stored [][]Stored // by node
	sent   []int      // by node: how many messages had been sent when it stored last
}

// An outlet is the outside of one node.
type outlet struct {
	*exchange
	id raft.NodeID
}

func (o *outlet) Send(m raft.Message) { o.mail = append(o.mail, m) }

func (o *outlet) Store(s Stored) {
	o.stored[o.id] = append(o.stored[o.id], s)
	o.sent[o.id] = len(o.mail)
}

// newExchange makes n such worlds.
func newExchange(n int, change func(*Config)) *exchange {
	x := &exchange{stored: make([][]Stored, n), sent: make([]int, n)}
	for id := range raft.NodeID(n) {
		c := fresh(n)
		c.Seed = uint64(id) + 1
		if change != nil {
			change(&c)
		}
		x.worlds = append(x.worlds, NewAlone(c, id, &outlet{x, id}, nil))
	}
	return x
}

// deliver passes messages and answers on until there are no more.
func (x *exchange) deliver() {
	for len(x.mail) > 0 {
		m := x.mail[0]
		x.mail = x.mail[1:]
		x.worlds[m.To].RPC(m, func(answer raft.Message, err error) {
			if err == nil {
				x.mail = append(x.mail, answer)
			}
		})
		x.worlds[m.To].RunUntil(x.worlds[m.To].Now())
	}
}

// runUntil lets time pass in all worlds, a millisecond at a time.
func (x *exchange) runUntil(t time.Duration) {
	for now := x.worlds[0].Now(); now < t; {
		now += time.Millisecond
		for _, w := range x.worlds {
			w.RunUntil(now)
			x.deliver()
		}
	}
}

// leader returns the leader of the highest term.
func (x *exchange) leader() raft.NodeID {
	leader, term := raft.None, raft.Term(0)
	for id, w := range x.worlds {
		if s, _, _ := w.State(raft.NodeID(id)); s.Role == raft.Leader && s.Term >= term {
			leader, term = raft.NodeID(id), s.Term
		}
	}
	return leader
}

func TestNodesAloneElectAndReplicate(t *testing.T) {
	x := newExchange(3, nil)
	x.runUntil(2 * time.Second)
	leader := x.leader()
	assert.Assert(t, leader != raft.None)
	var reply machine.Reply
	x.worlds[leader].Do(leader, queue.PutTopic.New("dog"), func(r machine.Reply) { reply = r })
	x.runUntil(3 * time.Second)
	assert.Assert(t, reply.Result.OK && reply.Err == nil, "%+v", reply)
	for id, w := range x.worlds {
		s, _, _ := w.State(raft.NodeID(id))
		assert.Equal(t, s.LastApplied, raft.Index(1), "node %d", id)
		assert.Equal(t, w.Queue(raft.NodeID(id)).Items[0].Name, "dog")
	}
}

// Reference: Figure 2, persistent state; D §3.8.
func TestNodeAloneStoresBeforeItSends(t *testing.T) {
	for name, delay := range map[string]time.Duration{"AtOnce": 0, "Slowly": 5 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			x := newExchange(3, func(c *Config) { c.StorageDelay = delay })
			w := x.worlds[1]
			for len(x.mail) == 0 {
				assert.Assert(t, w.Step())
			}
			s, _, _ := w.State(1)
			assert.Equal(t, s.Role, raft.Candidate)
			assert.Equal(t, x.sent[1], 0, "messages went out before the vote was stored")
			assert.DeepEqual(t, x.stored[1], []Stored{{Hard: raft.HardState{Term: 1, VotedFor: 1}}})
		})
	}
}

// The changes that a node stored, put together again, are its log.
func TestNodeAloneStoresItsWholeLog(t *testing.T) {
	for name, delay := range map[string]time.Duration{"AtOnce": 0, "Slowly": 5 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			x := newExchange(3, func(c *Config) { c.StorageDelay = delay })
			x.runUntil(2 * time.Second)
			leader := x.leader()
			for _, topic := range []string{"dog", "cat", "pig"} {
				x.worlds[leader].Do(leader, queue.PutTopic.New(topic), nil)
			}
			x.runUntil(3 * time.Second)
			for id, w := range x.worlds {
				var log []raft.Entry
				for _, s := range x.stored[id] {
					log = log[:s.Kept]
					for _, part := range s.Entries {
						log = append(log, part...)
					}
				}
				assert.Equal(t, len(log), 3)
				v := w.View(raft.NodeID(id), 10)
				assert.DeepEqual(t, log, v.Log)
				assert.Equal(t, x.stored[id][len(x.stored[id])-1].Hard, raft.HardState{Term: v.Term, VotedFor: v.VotedFor})
			}
		})
	}
}

// The other nodes are elsewhere: here they are down, and nothing happens to them.
func TestNodeAloneLeavesTheOthersAlone(t *testing.T) {
	x := newExchange(3, nil)
	x.runUntil(time.Second)
	for j := range raft.NodeID(3) {
		s, up, _ := x.worlds[0].State(j)
		assert.Equal(t, up, j == 0)
		assert.Assert(t, j == 0 || s.Term == 0)
	}
}
