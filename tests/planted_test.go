package tests

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"

	"gotest.tools/v3/assert"
)

// unstored crashes the leader after it was asked for a topic whose entry reaches
// nobody, and gives the id of the next leader. The request's answer, if there is
// one, comes before the crash.
func (p *program) unstored(topic string) (request *pending, next int) {
	p.t.Helper()
	old := p.admin.leader()
	p.admin.partition(fmt.Sprintf(`{"isolate": [%d]}`, old))
	request = p.arrive(old, "PUT", "/topic", topicBody(topic))
	since := p.admin.do(old, "crash")
	p.admin.waitEvent(since, "BecomeLeader")
	p.admin.heal()
	p.admin.wait("leader=unique")
	next = p.admin.anyLeader()
	assert.Assert(p.t, next != old)
	return request, next
}

// Healthy nodes violate no invariant, also when the leader crashes with an entry that no
// other node has: its client got no answer.
func TestHealthyNodesHoldInvariants(t *testing.T) {
	t.Parallel()
	p := startFixture(t, "fresh_5")
	assert.Assert(t, is(p.nodes[p.settled()].putTopic("dog"), 201, success))
	request, next := p.unstored("ocelot")
	_, err := request.outcome()
	assert.Assert(t, err != nil, "answered without a majority")
	assert.Assert(t, is(p.nodes[next].putMessage("dog", "wuff"), 201, success))
	assert.Assert(t, is(p.nodes[next].getTopics(), 200, listed("dog")))

	s := p.admin.invariants()
	assert.Assert(t, s.Held)
	assert.DeepEqual(t, s.violated(), []string{})
	c := p.admin.checkHistory()
	assert.Equal(t, c.State, "held", "%+v", c)
	assert.Equal(t, c.Requests, 4)
	var h struct {
		Requests int
		History  []struct {
			Op, Topic, Outcome string
			Node               int
			OK                 bool
		}
	}
	p.admin.ok("GET", "/v1/history?topic=ocelot", "", &h)
	assert.Equal(t, h.Requests, 4)
	assert.Equal(t, len(h.History), 1)
	assert.Equal(t, h.History[0].Op+" "+h.History[0].Outcome, "put_topic unknown")
	page := p.admin.picture()
	assert.Check(t, strings.Contains(page, "<html") && strings.Contains(page, "wuff"), "the newest requests are not in the picture")
	assert.Check(t, strings.Contains(page, "crash"), "the crash is not in the picture")
	p.stop(syscall.SIGINT) // and nothing is complained of
}

// When all nodes have a bug, the invariants and the clients' answers show the violation,
// and the program logs it again when it ends.
func TestBuggyNodesViolateInvariants(t *testing.T) {
	t.Parallel()
	p := start(t, "-bug", "answer_before_commit", "-log", "json")
	assert.Assert(t, is(p.nodes[p.settled()].putTopic("dog"), 201, success))
	p.admin.wait("applied=1")
	request, next := p.unstored("ocelot")
	assert.Assert(t, is(request.answer(), 201, success))
	assert.Assert(t, is(p.nodes[next].getTopics(), 200, listed("dog")))

	s := p.admin.invariants()
	assert.Assert(t, !s.Held)
	assert.DeepEqual(t, s.violated(), []string{"stored_before_acknowledged"})
	assert.DeepEqual(t, p.admin.checkHistory().violated(), []string{"linearizable"})
	page := p.admin.picture()
	assert.Check(t, strings.Contains(page, "ocelot") && strings.Contains(page, "crash"), "what no order explains is not in the picture")

	p.stop(syscall.SIGTERM)
	var told []map[string]any
	for line := range strings.Lines(p.stderr.String()) {
		var l map[string]any
		assert.NilError(t, json.Unmarshal([]byte(line), &l), line)
		if l["msg"] == "an invariant was violated" {
			told = append(told, l)
		}
	}
	assert.Assert(t, len(told) == 1, "%s", &p.stderr)
	assert.Equal(t, told[0]["invariant"], "stored_before_acknowledged")
	assert.Equal(t, told[0]["fixture"], "fresh")
	what := fmt.Sprint(told[0]["what"])
	assert.Check(t, strings.Contains(what, "nodes 0, 1, 2, 3, 4 have the planted bug answer_before_commit"), what)
}

// A bug is planted in a running node over HTTP and removed. A crash keeps it, another
// fixture removes it. The violation is still listed, with the nodes and their bugs.
func TestPlantAndRemoveOverHTTP(t *testing.T) {
	t.Parallel()
	p := start(t, "-clock", "virtual", "-fixture", writeFile(t, "idle.toml", idle))
	var list struct{ Bugs []struct{ Name string } }
	p.admin.ok("GET", "/v1/bugs", "", &list)
	var names []string
	for _, b := range list.Bugs {
		names = append(names, b.Name)
	}
	bugs := run(t, "bugs")
	assert.Equal(t, len(names), 40)
	for _, name := range names {
		assert.Check(t, strings.Contains(bugs.stdout, name+" "), "emulator bugs does not list %s", name)
	}
	assert.Check(t, slices.Contains(names, "vote_twice"))

	plant := func(id int, bug string) answer {
		return p.admin.ask("POST", fmt.Sprintf("/v1/nodes/%d/bug", id), quote(map[string]string{"bug": bug}))
	}
	bug := func(id int) string {
		var n struct{ Bug string }
		p.admin.ok("GET", fmt.Sprintf("/v1/nodes/%d", id), "", &n)
		return n.Bug
	}
	assert.Equal(t, plant(9, "vote_twice").status, 404)
	refused := plant(1, "vote_twize")
	assert.Check(t, refused.status == 422 && strings.Contains(refused.body, `did you mean \"vote_twice\"?`), "%v", refused)
	assert.Equal(t, bug(1), "")

	// election has nodes 0 and 2, which do not hear each other, ask node 1.
	election := func() {
		p.admin.partition(`{"oneway": [[0, 2], [2, 0]]}`)
		p.admin.do(0, "timeout")
		p.admin.do(2, "timeout")
		p.admin.clock("advance", `{"ms": 10}`)
	}
	election()
	assert.DeepEqual(t, p.admin.invariants().violated(), []string{})
	for id := range 3 { // after which nobody leads
		p.admin.do(id, "crash")
	}
	p.admin.heal()
	assert.Equal(t, plant(1, "vote_twice").status, 200)
	p.admin.do(1, "crash")
	p.admin.do(1, "restart")
	assert.Equal(t, bug(1), "vote_twice")
	election()
	s := p.admin.invariants()
	assert.DeepEqual(t, s.violated(), []string{"election_safety", "one_vote_per_term"})
	v := s.Invariants[0].Violation
	assert.Check(t, len(v.Bugs) == 1 && v.Bugs[0].Node == 1 && v.Bugs[0].Bug == "vote_twice", "%+v", v)

	assert.Equal(t, plant(1, "").status, 200)
	assert.Equal(t, bug(1), "")
	assert.DeepEqual(t, p.admin.invariants().violated(), []string{"election_safety", "one_vote_per_term"})
	p.load("fresh_3")
	assert.DeepEqual(t, p.admin.invariants().violated(), []string{})
	p.stop(syscall.SIGTERM)
	assert.Equal(t, strings.Count(p.stderr.String(), "an invariant was violated"), 2, "of the cluster that was replaced:\n%s", &p.stderr)
}

// idle has three nodes whose timers never run out during a test.
const idle = `format = 1
name = "idle"
[cluster]
nodes = 3
election_timeout_ms = [20000, 30000]
`
