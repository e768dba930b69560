package world

import (
	"fmt"
	"testing"
	"time"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"

	"rrmq.example/emulator/emulator/sim/fault"

	"rrmq.example/emulator/mqapi/queue"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/raft"
)

// A cluster is a world that a test plays with, and the whole of its trace.
type cluster struct {
	*World
	t       testing.TB
	records []trace.Record
}

// newCluster makes the world. Each record of it is kept, but for messages'
// entries they are what they were when they were made.
func newCluster(t testing.TB, c Config) *cluster {
	t.Helper()
	k := &cluster{t: t}
	k.World = New(c, func(r *trace.Record) { k.records = append(k.records, *r) }, watch(t))
	return k
}

// encoded is the trace as JSON Lines.
func (c *cluster) encoded() []byte {
	var b []byte
	for i := range c.records {
		b = append(c.records[i].AppendJSON(b), '\n')
	}
	return b
}

// run lets time pass.
func (c *cluster) run(d time.Duration) { c.RunUntil(c.Now() + d) }

// runWhile takes event after event as long as a condition holds, up to a time.
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

// elect waits for a leader that a majority follows, and gives its id.
func (c *cluster) elect() raft.NodeID {
	c.t.Helper()
	leader := raft.None
	c.runWhile(10*time.Second, "no leader", func() bool {
		leader = c.majorityLeader()
		return leader == raft.None
	})
	return leader
}

// majorityLeader is the leader that a majority of nodes, all up and connected
// to it, know as that of their term; raft.None when there is none.
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

// change does something to the world that must be possible.
func (c *cluster) change(change fault.Change) uint64 {
	c.t.Helper()
	seq, err := c.Change(change)
	assert.NilError(c.t, err)
	return seq
}

// An outcome is what became of a request: how often it was answered and how.
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

// putTopic is a command that tells itself apart from all others by its name.
func putTopic(name string) machine.Command { return queue.PutTopic.With(name) }

// commit has a command committed by a leader, in the time that it takes.
func (c *cluster) commit(id raft.NodeID, command machine.Command) raft.Index {
	c.t.Helper()
	o := c.ask(id, command)
	c.runWhile(5*time.Second, fmt.Sprintf("no answer to %v", &command), func() bool { return o.answers == 0 })
	assert.NilError(c.t, o.reply.Err)
	return o.reply.Index
}

// log is a node's log, one word for each entry: its topic and term.
func (c *cluster) log(id raft.NodeID) []string {
	var words []string
	for _, e := range c.View(id, 1<<30).Log {
		words = append(words, fmt.Sprintf("%s@%d", command(e).Args[0], e.Term))
	}
	return words
}

// kinds counts the records of each kind, from one sequence number on.
func (c *cluster) count(since uint64, k trace.Kind) int {
	n := 0
	for i := range c.records {
		if c.records[i].Seq > since && c.records[i].Kind == k {
			n++
		}
	}
	return n
}

// last is the newest record of a kind.
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
