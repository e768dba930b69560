package world

import (
	"testing"
	"time"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/golden"

	"rrmq.example/emulator/raft"
)

// A follower misses entries of the leader and also has entries that were never committed.
// The leader finds the point where their logs agree, and after one new entry the logs are
// equal:
//
//	leader     1 1 1 4 4 5 5 6 6 6           1 1 1 4 4 5 5 6 6 6 8
//	follower   1 1 1 2 2 2 3 3 3 3 3         1 1 1 4 4 5 5 6 6 6 8
//
// testdata/figure7f.jsonl has the expected trace; -update rewrites it.
// Reference: Figure 7 (f).
func TestGoldenFigure7f(t *testing.T) {
	c := newCluster(t, figure7f())
	c.run(120 * time.Millisecond)
	assert.DeepEqual(t, c.log(1), c.log(0))
	assert.Equal(t, c.View(0, 0).CommitIndex, raft.Index(0), "entries of earlier terms wait for one of the leader's own")
	o := c.ask(0, putTopic("new"))
	c.run(80 * time.Millisecond)
	assert.Assert(t, o.reply.Result.OK)
	assert.DeepEqual(t, c.log(1), c.log(0))
	assert.Equal(t, c.View(1, 0).CommitIndex, raft.Index(11))
	golden.AssertBytes(t, c.encoded(), "figure7f.jsonl")
}

func figure7f() Config {
	c := fresh(2)
	c.Seed = 7
	for id, terms := range [][]raft.Term{{1, 1, 1, 4, 4, 5, 5, 6, 6, 6}, {1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3}} {
		for _, term := range terms {
			command := putTopic(string('a' + rune(term)))
			c.Nodes[id].Log = append(c.Nodes[id].Log, raft.Entry{Term: term, Command: &command})
		}
	}
	c.Nodes[0].Role, c.Nodes[0].Term, c.Nodes[0].VotedFor = raft.Leader, 8, 0
	c.Nodes[1].Term = 8
	return c
}
