package world

import (
	"fmt"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// A cluster is a world with its whole trace.
type cluster struct {
	*World
	t       testing.TB
	records []trace.Record
}

// newCluster returns a world that keeps each of its records. A record shares its entries
// with the world.
func newCluster(t testing.TB, c Config) *cluster {
	t.Helper()
	k := &cluster{t: t}
	k.World = New(c, func(r *trace.Record) { k.records = append(k.records, *r) }, watch(t))
	return k
}

// encoded returns the trace as JSON Lines.
func (c *cluster) encoded() []byte {
	var b []byte
	for i := range c.records {
		b = append(c.records[i].AppendJSON(b), '\n')
	}
	return b
}

// run lets time pass.
func (c *cluster) run(d time.Duration) { c.RunUntil(c.Now() + d) }

// runWhile steps as long as a condition holds, and fails after a time.
func (c *cluster) runWhile(limit time.Duration, what string, holds func() bool) {
	c.t.Helper()
	end := c.Now() + limit
	for holds() {
		if at, ok := c.NextAt(); !ok || at > end {
			c.t.Fatalf("after %v, still %s", limit, what)
		}
		c.Step()
	}
}

// elect runs until a majority follows a leader, and returns its id.
func (c *cluster) elect() raft.NodeID {
	c.t.Helper()
	leader := raft.None
	c.runWhile(10*time.Second, "no leader", func() bool {
		leader = c.majorityLeader()
		return leader == raft.None
	})
	return leader
}

// majorityLeader returns the leader that a majority of nodes follow, up and connected to
// it, or raft.None.
func (c *cluster) majorityLeader() raft.NodeID {
	for id := range raft.NodeID(c.Nodes()) {
		s, up, paused := c.State(id)
		if !up || paused || s.Role != raft.Leader {
			continue
		}
		followers := 0
		for j := range raft.NodeID(c.Nodes()) {
			if o, up, _ := c.State(j); up && o.Term == s.Term && o.Leader == id && !c.net.isCut(id, j) && !c.net.isCut(j, id) {
				followers++
			}
		}
		if followers > c.Nodes()/2 {
			return id
		}
	}
	return raft.None
}

// change makes a change that must be possible.
func (c *cluster) change(change fault.Change) uint64 {
	c.t.Helper()
	seq, err := c.Change(change)
	assert.NilError(c.t, err)
	return seq
}

// An outcome is the answers to a request.
type outcome struct {
	answers int
	reply   machine.Reply
}

// ask hands a request to a node.
func (c *cluster) ask(id raft.NodeID, command machine.Command) *outcome {
	o := &outcome{}
	c.Do(id, &command, func(r machine.Reply) {
		o.answers++
		o.reply = r
	})
	return o
}

// putTopic returns a command that its name identifies.
func putTopic(name string) machine.Command { return queue.PutTopic.With(name) }

// commit runs until a leader has answered a command.
func (c *cluster) commit(id raft.NodeID, command machine.Command) raft.Index {
	c.t.Helper()
	o := c.ask(id, command)
	c.runWhile(5*time.Second, fmt.Sprintf("no answer to %v", &command), func() bool { return o.answers == 0 })
	assert.NilError(c.t, o.reply.Err)
	return o.reply.Index
}

// log returns a node's log, one word for each entry: its topic and term.
func (c *cluster) log(id raft.NodeID) []string {
	var words []string
	for _, e := range c.View(id, 1<<30).Log {
		words = append(words, fmt.Sprintf("%s@%d", command(e).Args[0], e.Term))
	}
	return words
}

// count counts the records of a kind with a sequence number above since.
func (c *cluster) count(since uint64, k trace.Kind) int {
	n := 0
	for i := range c.records {
		if c.records[i].Seq > since && c.records[i].Kind == k {
			n++
		}
	}
	return n
}

// last returns the newest record of a kind.
func (c *cluster) last(k trace.Kind) *trace.Record {
	c.t.Helper()
	for i := len(c.records) - 1; i >= 0; i-- {
		if c.records[i].Kind == k {
			return &c.records[i]
		}
	}
	c.t.Fatalf("no %v in the trace", k)
	return nil
}
