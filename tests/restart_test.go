package tests

import (
	"fmt"
	"testing"

	"gotest.tools/v3/assert"
)

// A restarted node has the state on its stable storage: its term, its vote and its log.
// It is a follower with nothing committed and an empty queue until it hears from a leader
// (Figure 2).
func TestRestartKeepsTermVoteAndLog(t *testing.T) {
	t.Parallel()
	p := startSeeded(t, 3)
	assert.Assert(t, is(p.nodes[0].putTopic("dog"), 201, success))
	assert.Assert(t, is(p.nodes[0].putMessage("dog", "wuff"), 201, success))
	p.admin.wait("applied=2")
	p.admin.clock("pause", "")
	for id := range p.nodes {
		before := p.admin.node(id)
		p.admin.do(id, "crash")
		while := p.admin.node(id)
		since := p.admin.do(id, "restart")
		after := p.admin.node(id)
		for _, v := range []view{while, after} {
			assert.Check(t, v.Term == before.Term && v.Term == 1, "node %d: %+v", id, v)
			assert.Check(t, v.votedFor() == before.votedFor() && v.votedFor() == 0, "node %d: %+v", id, v)
			assert.DeepEqual(t, v.Log, before.Log)
		}
		assert.Equal(t, after.Role, "Follower")
		assert.Equal(t, after.CommitIndex, uint64(0))
		assert.Equal(t, after.LastApplied, uint64(0))
		assert.Check(t, p.nodes[id].holds(``, 0))

		restarts := 0
		for _, e := range p.admin.events(since) {
			if e.of("Restart", id) {
				restarts++
				assert.Equal(t, e.State.Role, "Follower")
				assert.Equal(t, e.State.Term, uint64(1))
				assert.Equal(t, e.State.LastIndex, uint64(2))
				assert.Equal(t, e.State.CommitIndex, uint64(0))
			}
		}
		assert.Equal(t, restarts, 1)
	}
	p.admin.clock("run", "")

	// All have restarted. The entries commit with the next leader's own (§5.4.2).
	leader := p.nodes[p.settled()]
	assert.Assert(t, is(leader.pop("dog"), 200, has("wuff")))
	p.admin.wait("applied=3")
	for _, n := range p.nodes {
		assert.Check(t, n.holds(`dog: []`, 3))
	}
}

// A crash that wipes the storage leaves nothing; the leader gives the node its
// log again.
func TestCrashWithWipeLosesTheDisk(t *testing.T) {
	t.Parallel()
	p := startSeeded(t, 3)
	assert.Assert(t, is(p.nodes[0].putTopic("dog"), 201, success))
	p.admin.wait("applied=1")
	p.admin.change("POST", "/v1/nodes/2/crash", `{"wipe": true}`)
	v := p.admin.node(2)
	assert.Check(t, v.Term == 0 && v.votedFor() == -1 && len(v.Log) == 0, "%+v", v)
	p.admin.do(2, "restart")
	p.admin.wait("logs_equal=all", "applied=1", "leader=0")
	assert.Check(t, p.nodes[2].holds(`dog: []`, 1))
}

// Heal undoes everything: crashes, pauses, cuts and rules.
func TestHealAllUndoesFaults(t *testing.T) {
	t.Parallel()
	p := startFixture(t, "fresh_5")
	leader := p.settled()
	p.admin.do((leader+1)%5, "crash")
	p.admin.do((leader+2)%5, "pause")
	p.admin.do((leader+3)%5, "partition")
	p.admin.setFault("loss", `{"drop": true}`)
	p.admin.heal()
	assert.Assert(t, is(p.nodes[p.settled()].putTopic("dog"), 201, success))
	p.admin.wait("applied=1", "logs_equal=all")
	for _, v := range p.admin.nodes() {
		assert.Check(t, v.Up && !v.Paused, "%+v", v)
		assert.Check(t, p.nodes[v.ID].holds(`dog: []`, 1), fmt.Sprint(v.ID))
	}
	var faults struct{ Faults []fault }
	p.admin.ok("GET", "/v1/faults", "", &faults)
	assert.Equal(t, len(faults.Faults), 0)
}
