package tests

import (
	"fmt"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

// Part 3, test 1: "Test that log entry will not be commited when less than half
// of the majority of number of servers are present". A single server of five
// never leads, so it takes no request at all; a leader that lost its followers
// takes one, and does not answer it while they are away.
func TestPart3Test1NoMajorityNoCommit(t *testing.T) {
	t.Parallel()
	t.Run("SingleServer", func(t *testing.T) {
		t.Parallel()
		p := start(t, "-fixture", writeFile(t, "alone.toml", alone))
		p.admin.wait("term=0:2")
		assert.Assert(t, is(p.nodes[0].putTopic("dog"), 421, failure))
		assert.Equal(t, len(p.admin.node(0).Log), 0)
	})
	t.Run("LeaderAlone", func(t *testing.T) {
		t.Parallel()
		p := startFixture(t, "fresh_5")
		leader := p.settled()
		assert.Assert(t, is(p.nodes[leader].putTopic("dog"), 201, success))
		followers := p.others(leader)
		for _, n := range followers {
			p.admin.do(n.id, "crash")
		}
		put := p.arrive(leader, "PUT", "/message", messageBody("dog", "wuff"))
		p.nodes[leader].timesOut(300*time.Millisecond, "GET", "/message/dog", "")
		put.unanswered()
		v := p.admin.node(leader)
		assert.Equal(t, v.Role, "Leader", "a leader stays one until it hears of a higher term")
		assert.Equal(t, len(v.Log), 3)
		assert.Equal(t, v.CommitIndex, uint64(1))
		assert.Assert(t, p.nodes[leader].holds(`dog: []`, 1))

		// Two followers are a majority with it; both requests happen then, in
		// their order, although nobody waits for the second one any longer.
		p.admin.do(followers[0].id, "restart")
		put.unanswered()
		p.admin.do(followers[1].id, "restart")
		assert.Assert(t, is(put.answer(), 201, success))
		p.admin.wait("applied=3")
		assert.Assert(t, p.nodes[leader].holds(`dog: []`, 3))
		assert.Assert(t, is(p.nodes[leader].pop("dog"), 404, failure), "the message has been taken")
	})
}

// Part 3, test 2: "Test that logs are replicated across the cluster", seen with
// GET /force-view-state-machine on each of five servers.
func TestPart3Test2Replication(t *testing.T) {
	t.Parallel()
	p := startFixture(t, "fresh_5")
	leader := p.nodes[p.settled()]
	assert.Assert(t, is(leader.putTopic("dog"), 201, success))
	assert.Assert(t, is(leader.putTopic("cat"), 201, success))
	for i := range 5 {
		assert.Assert(t, is(leader.putMessage("dog", fmt.Sprint("wuff ", i)), 201, success))
	}
	assert.Assert(t, is(leader.putMessage("cat", "miau"), 201, success))
	assert.Assert(t, is(leader.pop("dog"), 200, has("wuff 0")))
	assert.Assert(t, is(leader.getTopics(), 200, listed("dog", "cat")))
	const entries = 10
	p.admin.wait(fmt.Sprint("applied=", entries), "logs_equal=all", "queues_equal=all")
	for _, n := range p.nodes {
		assert.Check(t, n.holds(`dog: ["wuff 1" "wuff 2" "wuff 3" "wuff 4"]; cat: ["miau"]`, entries))
	}
	term := leader.status().Term
	for i, e := range p.admin.node(leader.id).Log {
		assert.Equal(t, e.Index, uint64(i+1))
		assert.Equal(t, e.Term, term)
	}
	for _, n := range p.others(leader.id) {
		a := n.putTopic("cow")
		assert.Check(t, is(a, 421, failure))
		assert.Check(t, a.header.Get("X-Raft-Leader") == fmt.Sprint(leader.id), "%v", a.header)
		assert.Check(t, a.header.Get("X-Raft-Leader-Url") == leader.base, "%v", a.header)
	}
}

// Part 3, test 3: "Test for fault-tolerance": with three of five servers left all
// states are still there, and the new leader commits new entries.
func TestPart3Test3FaultTolerance(t *testing.T) {
	t.Parallel()
	p := startFixture(t, "fresh_5")
	var down []int
	var want []string
	for round := range 3 {
		leader := p.nodes[p.settled(down...)]
		topic := fmt.Sprint("topic-", round)
		want = append(want, topic)
		assert.Assert(t, is(leader.putTopic(topic), 201, success))
		assert.Assert(t, is(leader.getTopics(), 200, listed(want...)))
		assert.Assert(t, is(leader.putMessage("topic-0", fmt.Sprint("of round ", round)), 201, success))
		if round < 2 {
			p.admin.do(leader.id, "crash")
			down = append(down, leader.id)
		}
	}
	const all = `topic-0: ["of round 0" "of round 1" "of round 2"]; topic-1: []; topic-2: []`
	p.admin.wait("applied=9")
	for _, n := range p.others(down...) {
		assert.Check(t, n.holds(all, 9))
	}
	// And those that were away get it all, from the leader.
	for _, id := range down {
		p.admin.do(id, "restart")
	}
	p.admin.wait("applied=9", "logs_equal=all", "queues_equal=all")
	for _, n := range p.nodes {
		assert.Check(t, n.holds(all, 9))
	}
}

// Part 3, test 4: "Follower has missing entries present on the leader".
func TestPart3Test4MissingEntries(t *testing.T) {
	t.Parallel()
	p := startFixture(t, "follower_missing_entries")
	p.admin.wait("logs_equal=0,1", "applied=5")
	for _, n := range p.nodes {
		assert.Check(t, p.admin.node(n.id).terms() == "1 1 1 4 6")
		assert.Check(t, n.holds(`dog: ["I love dogs x 2!"]; cat: []`, 5))
	}
	p.roles(0)
	assert.Equal(t, p.nodes[0].status().Term, uint64(6))
}

// Part 3, tests 5 and 6: "Follower has extra uncommitted entries that's not on
// the leader" and "New leader successfully commits uncommited entry from
// previous term in its own log (Paper section 5.4.2)", together as there.
func TestPart3Test5And6ExtraEntries(t *testing.T) {
	t.Parallel()
	p := startFixture(t, "follower_extra_entries")
	p.heartbeats(0, 5, p.nodes[1:])
	for _, v := range p.admin.nodes() {
		assert.Check(t, v.CommitIndex == 0, "node %d has committed %d before there is an entry of term 6", v.ID, v.CommitIndex)
		assert.Check(t, p.nodes[v.ID].holds(``, 0))
	}
	assert.Equal(t, p.admin.node(0).terms(), "1 1 1 4 4")
	assert.Equal(t, p.admin.node(1).terms(), "1 1 1 4 4 5 5")

	assert.Assert(t, is(p.nodes[0].putMessage("dog", "I love dogs x 4!"), 201, success))
	p.admin.wait("logs_equal=0,1", "committed=6", "applied=6")
	for _, n := range p.nodes {
		assert.Check(t, p.admin.node(n.id).terms() == "1 1 1 4 4 6")
		assert.Check(t, n.holds(`dog: ["I love dogs x 2!" "I love dogs x 4!"]; cat: []`, 6))
	}
	assert.Assert(t, is(p.nodes[0].getTopics(), 200, listed("dog", "cat")))
}

// Part 3, test 7: "Follower has both missing and extra entries in relation to
// the leader", Figure 7 (f).
func TestPart3Test7MissingAndExtraEntries(t *testing.T) {
	t.Parallel()
	p := startFixture(t, "missing_and_extra_entries")
	p.admin.wait("logs_equal=0,1", "applied=6")
	for _, n := range p.nodes {
		assert.Check(t, p.admin.node(n.id).terms() == "1 1 1 4 4 6")
		assert.Check(t, n.holds(`dog: ["I love dogs x 2!"]; cat: []; pig: []`, 6))
	}
	none(t, p.admin.events(0), "Request")
}

// Part 3, test 8: "Test that AppendEntries is idempotent so receiving stale RPCs
// from the same term is ok". The report suggests to see the follower's log "by
// letting the follower become the leader": so that is done as well.
func TestPart3Test8Idempotent(t *testing.T) {
	t.Parallel()
	p := startFixture(t, "append_entries_idempotent")
	const log, dogs = "1 1 1 4 6", `dog: ["I love dogs x 2!"]; cat: []`
	p.admin.wait("applied=5")
	p.heartbeats(0, 3, p.nodes[1:])
	again := 0
	for _, e := range p.admin.events(0) {
		if e.of("HandleAppendEntriesRequest", 1) && len(e.Message.Entries) > 0 {
			again++
			assert.Equal(t, e.Message.PrevLogIndex, uint64(0))
			assert.Equal(t, len(e.Message.Entries), 5)
		}
		if e.State != nil {
			assert.Equal(t, e.State.LastIndex, uint64(5), "a log has changed its length: %s", quote(e))
		}
	}
	assert.Equal(t, again, 1, "the whole log is sent again, once")
	for _, n := range p.nodes {
		assert.Check(t, p.admin.node(n.id).terms() == log)
		assert.Check(t, n.holds(dogs, 5))
	}

	p.admin.do(1, "timeout")
	assert.Equal(t, p.settled(), 1)
	assert.Check(t, p.nodes[1].status() == status{"Leader", 7})
	assert.Check(t, p.admin.node(1).terms() == log)
	assert.Assert(t, is(p.nodes[1].pop("dog"), 200, has("I love dogs x 2!")))
	assert.Assert(t, is(p.nodes[1].pop("dog"), 404, failure))
}

// Part 3, test 9: "Test that if candidate's log is not up-to-date as receiver's
// log, then no vote is granted and such candidate cannot be elected".
func TestPart3Test9StaleCandidate(t *testing.T) {
	t.Parallel()
	p := startFixture(t, "stale_candidate_get_no_vote")
	p.admin.wait("leader=1")
	refused := 0
	for _, e := range p.admin.events(0) {
		if e.of("Reply", 1) && e.Message.Type == "RequestVoteResponse" {
			refused++
			assert.Assert(t, !e.Message.VoteGranted, "a vote for a candidate that lacks an entry: %s", quote(e))
		}
		assert.Assert(t, !e.of("BecomeLeader", 0), "elected without the entry: %s", quote(e))
	}
	assert.Check(t, refused > 0, "the stale candidate has asked for no vote")
	assert.Equal(t, p.settled(), 1)
	assert.Assert(t, p.nodes[1].status().Term > 999)
	p.roles(1)

	assert.Assert(t, is(p.nodes[1].putTopic("cat"), 201, success))
	p.admin.wait("logs_equal=0,1", "applied=2")
	assert.Assert(t, p.nodes[0].holds(`dog: []; cat: []`, 2))
}
