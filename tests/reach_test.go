package tests

import (
	"fmt"
	"net"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

// A crashed node refuses connections, its clients are cut off, and nobody else
// can have its port until it is back, at the same address.
func TestCrashedNodeRefusesConnections(t *testing.T) {
	t.Parallel()
	p := startSeeded(t, 3)
	leader := p.nodes[0]
	assert.Assert(t, is(leader.putTopic("dog"), 201, success))
	p.admin.do(1, "crash")
	p.admin.do(2, "crash")
	put := p.arrive(0, "PUT", "/message", messageBody("dog", "wuff"))
	put.unanswered()

	for range 3 {
		p.admin.do(0, "crash")
		for _, n := range p.nodes {
			assert.Check(t, n.refuses())
		}
		p.admin.do(0, "crash") // again, which changes nothing
		assert.Check(t, leader.refuses())
		v := p.admin.node(0)
		assert.Check(t, !v.Up && v.URL == leader.base, "%+v", v)
		p.admin.do(0, "restart")
		assert.Assert(t, leader.status().Role != "Leader", "a node restarts as a follower")
	}
	_, err := put.outcome()
	assert.Assert(t, err != nil, "answered by a node that is down")
}

// A paused node accepts connections and hangs; once it is resumed it answers
// what it was asked.
func TestPausedFollowerHangs(t *testing.T) {
	t.Parallel()
	p := startSeeded(t, 3)
	n := p.nodes[2]
	p.admin.do(2, "pause")
	conn, err := net.DialTimeout("tcp", n.address(), patience)
	assert.NilError(t, err, "a paused node accepts connections")
	defer conn.Close()
	asked := []*pending{
		n.begin("GET", "/status", ""),
		n.begin("GET", "/", ""),
		n.begin("PUT", "/topic", topicBody("cat")),
		n.begin("GET", "/force-view-state-machine", ""),
	}
	n.timesOut(200*time.Millisecond, "GET", "/status", "")
	assert.Assert(t, is(p.nodes[0].putTopic("dog"), 201, success))
	p.admin.wait("committed=0,1:1")
	v := p.admin.node(2)
	assert.Check(t, v.Paused && v.Up && len(v.Log) == 0, "%+v", v)
	for _, a := range asked {
		a.unanswered()
	}

	p.admin.do(2, "resume")
	assert.Check(t, is(asked[0].answer(), 200, `{"role": "Follower", "term": 1}`))
	assert.Check(t, asked[1].answer().status == 404)
	assert.Check(t, is(asked[2].answer(), 421, failure))
	assert.Check(t, asked[3].answer().status == 200)
	p.admin.wait("logs_equal=all", "applied=1")
	assert.Check(t, p.nodes[0].status() == status{"Leader", 1}, "the pause has cost the leader its office")
}

// A paused leader is replaced by the others. Resumed, it learns of the new term,
// and what it was asked meanwhile has failed.
func TestPausedLeaderIsReplaced(t *testing.T) {
	t.Parallel()
	p := startSeeded(t, 5)
	assert.Assert(t, is(p.nodes[0].putTopic("dog"), 201, success))
	p.admin.do(0, "pause")
	get := p.nodes[0].begin("GET", "/message/dog", "")
	put := p.nodes[0].begin("PUT", "/message", messageBody("dog", "wuff"))
	var leader int
	eventually(t, patience, func() string {
		for _, n := range p.others(0) {
			if n.status().Role == "Leader" {
				leader = n.id
				return ""
			}
		}
		return "none of the others leads"
	})
	assert.Assert(t, is(p.nodes[leader].putMessage("dog", "miau"), 201, success))
	get.unanswered()
	put.unanswered()

	p.admin.do(0, "resume")
	for _, r := range []*pending{get, put} {
		a := r.answer() // 503 if it came before the messages of the new term, else 421
		assert.Check(t, a.status == 503 || a.status == 421, "%v", a)
		assert.Check(t, isJSON(a.body, failure))
	}
	p.admin.wait("logs_equal=all", "applied=2", fmt.Sprintf("leader=%d", leader))
	assert.Check(t, p.nodes[0].holds(`dog: ["miau"]`, 2))
}

// A partitioned leader answers clients, stays the leader, and commits nothing,
// while the majority elects another. Once the partition is healed, its
// uncommitted entry is gone and the request that waited for it has failed.
func TestPartitionedLeaderAnswersClients(t *testing.T) {
	t.Parallel()
	p := startSeeded(t, 5)
	old := p.nodes[0]
	assert.Assert(t, is(old.putTopic("dog"), 201, success))
	p.admin.wait("applied=1")
	p.admin.partition(`{"isolate": "leader"}`)
	lost := old.begin("PUT", "/message", messageBody("dog", "lost"))
	p.admin.wait("term=1,2,3,4:2", "leader=unique")
	leader := p.nodes[p.admin.leader()]
	assert.Assert(t, leader.id != 0)
	assert.Assert(t, is(leader.putMessage("dog", "kept"), 201, success))
	p.admin.wait("applied=1,2,3,4:2")

	old.timesOut(200*time.Millisecond, "GET", "/topic", "")
	lost.unanswered()
	assert.Check(t, old.status() == status{"Leader", 1})
	assert.Check(t, old.holds(`dog: []`, 1))
	assert.Check(t, p.admin.node(0).terms() == "1 1 1", "two entries that it alone has")

	p.admin.heal()
	assert.Check(t, is(lost.answer(), 503, failure))
	p.admin.wait("logs_equal=all", "queues_equal=all", "applied=2", fmt.Sprintf("leader=%d", leader.id))
	assert.Check(t, old.holds(`dog: ["kept"]`, 2))
	p.roles(leader.id)
}

// The embedded fixture of the same name starts in that state.
func TestPartitionedLeaderFixture(t *testing.T) {
	t.Parallel()
	p := startFixture(t, "partitioned_leader")
	p.admin.wait("term=1,2,3,4:2", "leader=unique")
	assert.Check(t, p.nodes[0].status() == status{"Leader", 1})
	before := p.admin.leader()
	assert.Assert(t, before != 0)
	p.admin.heal()
	p.admin.wait("role=0:Follower", fmt.Sprintf("leader=%d", before))
	p.roles(before)
}

// A minority takes requests and answers none; the majority goes on.
func TestPartitionInGroups(t *testing.T) {
	t.Parallel()
	p := startSeeded(t, 5)
	p.admin.partition(`{"groups": [[0, 1, 2], [3, 4]]}`)
	assert.Assert(t, is(p.nodes[0].putTopic("dog"), 201, success))
	p.admin.wait("applied=0,1,2:1", "term=3,4:2")
	for _, n := range p.nodes[3:] {
		assert.Check(t, n.status().Role != "Leader")
		assert.Check(t, n.holds(``, 0))
	}
	p.admin.heal()
	assert.Assert(t, p.settled() >= 0)
	p.admin.wait("logs_equal=all")
}

// A link that is cut one way carries messages the other way.
func TestOneWayCutStopsOneDirection(t *testing.T) {
	t.Parallel()
	p := startSeeded(t, 3)
	p.admin.wait("leader=0")
	since := p.admin.partition(`{"oneway": [[0, 2]]}`)
	p.admin.waitEvent(since, "BecomeLeader")
	for _, e := range p.admin.events(since) {
		if e.of("HandleAppendEntriesRequest", 2) || e.of("HandleRequestVoteRequest", 2) {
			assert.Assert(t, e.Message.From != 0, "came over a link that is cut: %s", quote(e))
		}
	}
	heard := false
	for _, e := range p.admin.events(since) {
		heard = heard || e.of("HandleRequestVoteRequest", 0) && e.Message.From == 2
	}
	assert.Check(t, heard, "node 2 still reaches node 0")
}

// A node that is partitioned alone, and healed alone.
func TestPartitionAndHealOneNode(t *testing.T) {
	t.Parallel()
	p := startSeeded(t, 3)
	p.admin.do(2, "partition")
	assert.Assert(t, is(p.nodes[0].putTopic("dog"), 201, success))
	p.admin.wait("term=2:3", "applied=0,1:1")
	assert.Check(t, p.nodes[0].status() == status{"Leader", 1})
	assert.Check(t, p.nodes[2].status().Role == "Candidate")
	p.admin.do(2, "heal")
	p.settled()
	p.admin.wait("logs_equal=all")
}

// A forced timeout makes a follower stand for election, and win it with a log as
// long as the others'.
func TestForcedTimeoutStartsAnElection(t *testing.T) {
	t.Parallel()
	p := startSeeded(t, 3)
	assert.Assert(t, is(p.nodes[0].putTopic("dog"), 201, success))
	p.admin.wait("applied=1")
	p.admin.do(2, "timeout")
	assert.Equal(t, p.settled(), 2)
	assert.Equal(t, p.nodes[2].status(), status{"Leader", 2})
	assert.Assert(t, is(p.nodes[0].putTopic("cat"), 421, failure))
	assert.Assert(t, is(p.nodes[2].putTopic("cat"), 201, success))
}
