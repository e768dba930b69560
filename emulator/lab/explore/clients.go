package explore

import (
	"fmt"

	"rrmq.example/emulator/mqapi/queue"

	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// clients ask for what they would ask a message queue for. No two messages have
// the same text, so that each can be followed.
type clients struct {
	topics int // that they know of
	most   int
	sent   int
	reads  float64 // how many of the requests for messages take one out
}

// meet decides what kind of clients a run has.
func (c *clients) meet(d dice) {
	c.most = d.Between(1, 4)
	c.reads = pick(d, 0.2, 0.5)
}

// ask sends a request, or several at once. It tells whether that was to a node that
// leads.
func (r *rehearsal) ask() bool {
	to, leads := r.server()
	a := play.Request{
		To: play.Who{ID: to}, Times: 1, Timeout: play.DefaultRequestTimeout, Command: r.clients.command(r.dice),
	}
	if a.Command.Op == queue.PutMessage && r.Chance(0.1) {
		a.Times = r.Between(2, 4)
		a.Command.Args[1] += ".{i}"
	}
	r.do(a)
	return leads
}

// command is what a client asks for.
func (c *clients) command(d dice) machine.Command {
	if c.topics < c.most && (c.topics == 0 || d.Chance(0.2)) || d.Chance(0.05) {
		topic := c.topics
		if c.topics < c.most {
			c.topics++
		} else {
			topic = d.IntN(c.topics)
		}
		return queue.PutTopic.With(topicName(topic))
	}
	topic := topicName(d.IntN(c.topics))
	switch {
	case d.Chance(0.05):
		return queue.GetTopics.With()
	case d.Chance(c.reads):
		return queue.PopMessage.With(topic)
	}
	c.sent++
	return queue.PutMessage.With(topic, fmt.Sprintf("m%d", c.sent))
}

func topicName(i int) string { return string(rune('a' + i)) }

// server chooses whom a client asks: mostly the leader, at times another that takes
// itself for it, or anybody. It tells whether that one leads, as far as it knows.
func (r *rehearsal) server() (raft.NodeID, bool) {
	var leaders []raft.NodeID
	for id := range raft.NodeID(r.nodes) {
		if s, up, _ := r.world.State(id); up && s.Role == raft.Leader {
			leaders = append(leaders, id)
		}
	}
	leader := r.world.Leader()
	switch n := r.IntN(10); {
	case n < 7 && leader != raft.None:
		return leader, true
	case n < 9 && len(leaders) > 0:
		return pick(r.dice, leaders...), true
	}
	id := raft.NodeID(r.IntN(r.nodes))
	s, up, _ := r.world.State(id)
	return id, up && s.Role == raft.Leader
}
