package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

// roles asks every node for its status and checks that the leader alone is
// "Leader" and the nodes that are up and not the leader are followers in its term.
func (p *program) roles(leader int, down ...int) {
	p.t.Helper()
	term := p.nodes[leader].status().Term
	for _, n := range p.nodes {
		want := status{"Follower", term}
		if n.id == leader {
			want.Role = "Leader"
		}
		if !slices.Contains(down, n.id) {
			assert.Check(p.t, n.status() == want, "node %d is %+v, want %+v", n.id, n.status(), want)
		}
	}
}

// others are the nodes that are not among ids.
func (p *program) others(ids ...int) []*node {
	var others []*node
	for _, n := range p.nodes {
		if !slices.Contains(ids, n.id) {
			others = append(others, n)
		}
	}
	return others
}

// settled waits until there is one leader that all nodes that are up follow,
// and gives its id.
func (p *program) settled(down ...int) int {
	p.t.Helper()
	leader := p.admin.leader()
	// The next heartbeat reaches the nodes that have not heard from the leader yet.
	conditions := []string{fmt.Sprintf("leader=%d", leader), fmt.Sprintf("term=all:%d", p.admin.node(leader).Term)}
	for _, n := range p.others(append(down, leader)...) {
		conditions = append(conditions, fmt.Sprintf("role=%d:Follower", n.id))
	}
	p.admin.wait(conditions...)
	return leader
}

// heartbeats waits until each of the nodes has had so many messages from the
// leader, and checks that these are AppendEntries without entries.
func (p *program) heartbeats(leader, times int, nodes []*node) {
	p.t.Helper()
	for range times {
		since := p.admin.seq()
		for _, n := range nodes {
			p.admin.waitEvent(since, fmt.Sprintf("HandleAppendEntriesRequest:%d", n.id))
		}
		for _, e := range p.admin.events(since) {
			if e.of("HandleAppendEntriesRequest", -1) {
				assert.Equal(p.t, e.Message.From, leader, "an AppendEntries that is not the leader's: %s", quote(e))
				assert.Equal(p.t, len(e.Message.Entries), 0, "a heartbeat with entries: %s", quote(e))
			}
		}
	}
}

// writeFile writes a file into a directory of the test's.
func writeFile(t testing.TB, name, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	assert.NilError(t, os.WriteFile(file, []byte(content), 0o600))
	return file
}

// Part 2, test 1: "One and only one leader is elected in a cluster", and it
// sends heartbeats, AppendEntries without entries, to all other servers.
func TestPart2Test1OneLeader(t *testing.T) {
	t.Parallel()
	p := startFixture(t, "fresh_5")
	leader := p.settled()
	p.roles(leader)
	since := p.admin.seq()
	p.heartbeats(leader, 5, p.others(leader))
	p.roles(leader)
	events := p.admin.events(since)
	none(t, events, "Timeout")
	none(t, events, "BecomeLeader")

	elected := map[uint64]int{} // by term
	for _, e := range p.admin.events(0) {
		if e.of("BecomeLeader", -1) {
			elected[e.State.Term]++
		}
	}
	for term, leaders := range elected {
		assert.Check(t, leaders == 1, "%d leaders in term %d", leaders, term)
	}
}

// Part 2, test 2: "When leader crashes, a new leader is elected." From five
// servers down to three each crash of the leader is followed by an election;
// with two left the elections go on and nobody ever wins.
func TestPart2Test2LeaderCrashes(t *testing.T) {
	t.Parallel()
	p := startFixture(t, "fresh_5")
	var down []int
	term := uint64(0)
	for range 3 {
		leader := p.settled(down...)
		assert.Assert(t, !slices.Contains(down, leader))
		p.roles(leader, down...)
		next := p.nodes[leader].status().Term
		assert.Assert(t, next > term, "the new leader's term is %d, after %d", next, term)
		term = next
		p.admin.do(leader, "crash")
		assert.Assert(t, p.nodes[leader].refuses())
		down = append(down, leader)
	}

	// Two of five are left: each holds elections and neither wins.
	since := p.admin.seq()
	for range 4 {
		from := p.admin.seq()
		for _, n := range p.others(down...) {
			p.admin.waitEvent(from, fmt.Sprintf("Timeout:%d", n.id))
		}
	}
	none(t, p.admin.events(since), "BecomeLeader")
	for _, n := range p.others(down...) {
		assert.Check(t, n.status().Role != "Leader")
		assert.Check(t, n.status().Term > term+1)
		assert.Check(t, is(n.putTopic("dog"), 421, failure))
	}
	p.admin.wait("leader=none")
}

// Part 2, test 3: "Leadership election is not affected by a node crashing and
// recovering": crashed servers that start again get heartbeats from the leader
// and belong to the cluster again, in its term.
func TestPart2Test3Recovery(t *testing.T) {
	t.Parallel()
	p := startFixture(t, "fresh_5")
	first := p.settled()
	p.admin.do(first, "crash")
	second := p.settled(first)
	follower := p.others(first, second)[0].id
	p.admin.do(follower, "crash")
	assert.Assert(t, is(p.nodes[second].putTopic("dog"), 201, success))
	before := p.nodes[second].status()

	since := p.admin.do(first, "restart")
	p.admin.do(follower, "restart")
	p.heartbeatsFrom(second, since, first, follower)
	assert.Equal(t, p.settled(), second)
	assert.Equal(t, p.nodes[second].status(), before, "the leader and its term are what they were")
	p.roles(second)
	p.admin.wait("logs_equal=0,1,2,3,4", "applied=1")
	for _, n := range p.nodes {
		assert.Check(t, n.holds(`dog: []`, 1))
	}
	none(t, p.admin.events(since), "Timeout")
}

// heartbeatsFrom waits until nodes have had an AppendEntries from the leader.
func (p *program) heartbeatsFrom(leader int, since uint64, nodes ...int) {
	p.t.Helper()
	for _, id := range nodes {
		p.admin.waitEvent(since, fmt.Sprintf("HandleAppendEntriesRequest:%d", id))
		for _, e := range p.admin.events(since) {
			if e.of("HandleAppendEntriesRequest", id) {
				assert.Equal(p.t, e.Message.From, leader)
			}
		}
	}
}

// Part 2, test 4: "The GET /status endpoint is working correctly": the leader
// answers Leader, others Follower, and Candidate is seen when more than half of
// the servers are down and elections have no end.
func TestPart2Test4Status(t *testing.T) {
	t.Parallel()
	p := startFixture(t, "fresh_5")
	leader := p.settled()
	p.roles(leader)
	down := []int{leader, (leader + 1) % 5, (leader + 2) % 5}
	for _, id := range down {
		p.admin.do(id, "crash")
	}
	for _, n := range p.others(down...) {
		eventually(t, patience, func() string {
			s := n.status()
			if s.Role != "Candidate" {
				return fmt.Sprintf("node %d is %+v, want a candidate", n.id, s)
			}
			return ""
		})
	}
}

// alone is five nodes of which only node 0 is up.
const alone = `
format = 1
name = "alone"
[cluster]
nodes = 5
[[node]]
id = 1
up = false
[[node]]
id = 2
up = false
[[node]]
id = 3
up = false
[[node]]
id = 4
up = false
`

// Part 2, test 5: "Test that if election time outs while a candidate, new
// election is started": a single server of five holds one election after the
// other, each in a term of its own, for votes that never come.
func TestPart2Test5ElectionTimesOut(t *testing.T) {
	t.Parallel()
	p := start(t, "-fixture", writeFile(t, "alone.toml", alone))
	const elections = 4
	p.admin.wait(fmt.Sprintf("term=0:%d", elections))
	term := uint64(0)
	for _, e := range p.admin.events(0) {
		if e.of("Timeout", 0) {
			term++
			assert.Equal(t, e.State.Term, term)
			assert.Equal(t, e.State.Role, "Candidate")
			assert.Assert(t, e.State.VotedFor != nil && *e.State.VotedFor == 0, "a candidate votes for itself: %s", quote(e))
		}
		assert.Assert(t, !e.of("BecomeLeader", -1), "elected by nobody: %s", quote(e))
	}
	assert.Assert(t, term >= elections)
	assert.Equal(t, p.nodes[0].status().Role, "Candidate")
	for _, n := range p.others(0) {
		assert.Check(t, n.refuses())
	}
}

// Part 2, test 6: "Test that if candidate receives AppendEntries RPC from new
// leader (higher or equal term), it converts to follower immediately and updates
// its term".
func TestPart2Test6ForceCandidateStepDown(t *testing.T) {
	t.Parallel()
	equal := strings.Join([]string{
		`format = 1`, `name = "equal_term"`, `[cluster]`, `nodes = 3`,
		`[[node]]`, `id = 0`, `role = "candidate"`, `term = 5`,
		`[[node]]`, `id = 1`, `role = "leader"`, `term = 5`,
		`[[node]]`, `id = 2`, `term = 5`, `voted_for = 1`,
	}, "\n")
	for name, c := range map[string]struct {
		fixture string
		term    uint64
	}{
		"HigherTerm": {"force_candidate_step_down", 999},
		"EqualTerm":  {writeFile(t, "equal_term.toml", equal), 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, "-fixture", c.fixture)
			p.admin.waitEvent(0, "HandleAppendEntriesRequest:0")
			assert.Equal(t, p.nodes[0].status(), status{"Follower", c.term})
			assert.Equal(t, p.nodes[1].status(), status{"Leader", c.term})
			p.heartbeats(1, 3, p.nodes[:1])
			assert.Equal(t, p.settled(), 1)

			events := p.admin.events(0)
			var asked, heard bool
			for _, e := range events {
				switch {
				case e.of("RequestVote", 0):
					asked = true
				case e.of("HandleAppendEntriesRequest", 0) && !heard:
					heard = true
					assert.Equal(t, e.State.Role, "Follower", "after the first AppendEntries: %s", quote(e))
					assert.Equal(t, e.State.Term, c.term)
				case e.of("Timeout", 0):
					assert.Assert(t, !heard, "stands again although it has a leader: %s", quote(e))
				}
			}
			assert.Check(t, asked || c.term == 5, "the candidate held no election")
			none(t, events, "BecomeLeader")
		})
	}
}
