package admin

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/golden"

	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/bugs"
)

func TestNodes(t *testing.T) {
	g := start(t, "missing_and_extra_entries", host.Virtual)
	t.Run("Golden", func(t *testing.T) {
		g := g.on(t)
		golden.Assert(t, g.shown("/v1/nodes/0"), "node_before.json")
		g.wait("logs_equal=all&committed=6")
		golden.Assert(t, g.shown("/v1/nodes/0"), "node_leader.json")
		golden.Assert(t, g.shown("/v1/nodes/1"), "node_follower.json")
	})
	t.Run("List", func(t *testing.T) {
		g := g.on(t)
		list := g.ok("GET", "/v1/nodes", "")
		list.is(t, "nodes.0.id", "0", "nodes.1.id", "1", "nodes.1.role", "Follower", "nodes.2", "nothing at nodes.2")
		one := g.ok("GET", "/v1/nodes/1", "")
		assert.Equal(t, list.text("nodes.1.log"), one.text("log"))
		assert.Equal(t, list.text("seq"), one.text("seq"))
	})
	t.Run("Leader", func(t *testing.T) {
		g := g.on(t)
		g.ok("GET", "/v1/nodes/leader", "").is(t, "id", "0", "role", "Leader")
	})
	t.Run("Words", func(t *testing.T) {
		g := g.on(t)
		g.ok("GET", "/v1/nodes/follower", "").is(t, "id", "1", "role", "Follower")
		g.ok("GET", "/v1/nodes/1,leader?log=0", "").is(t, "nodes.0.id", "1", "nodes.1.id", "0", "nodes.2", "nothing at nodes.2")
		g.ok("GET", "/v1/nodes/all?log=0", "").is(t, "nodes.0.id", "0", "nodes.1.id", "1")
	})
	t.Run("ShortLog", func(t *testing.T) {
		g := g.on(t)
		g.ok("GET", "/v1/nodes/0?log=2", "").is(t, "first_index", "5", "last_index", "6", "log.0.index", "5", "log.1.index", "6")
		g.ok("GET", "/v1/nodes/0?log=0", "").is(t, "first_index", "7", "last_index", "6", "log", "[]")
	})
	t.Run("ShortQueue", func(t *testing.T) {
		g := g.on(t)
		g.ok("GET", "/v1/nodes/0?queue=0", "").is(t, "queue.0.topic", "dog", "queue.0.pending", "1", "queue.0.messages", "[]")
	})
	t.Run("Pretty", func(t *testing.T) {
		g := g.on(t)
		assert.Assert(t, strings.HasPrefix(g.send("GET", "/v1/nodes/0?pretty", "").body, "{\n  \"seq\": "))
	})
}

func TestNodeErrors(t *testing.T) {
	g := start(t, "missing_and_extra_entries", host.Virtual)
	for _, c := range []struct {
		name                       string
		status                     int
		slug, method, path, body   string
		detail, errorKey, errorMsg string
	}{
		{name: "NoSuchNode", status: 404, slug: "no-such-node", method: "GET", path: "/v1/nodes/7",
			detail: "node 7: no such node, the cluster has nodes 0 to 1"},
		{name: "NoSuchNodeToCrash", status: 404, slug: "no-such-node", method: "POST", path: "/v1/nodes/2/crash",
			detail: "node 2: no such node, the cluster has nodes 0 to 1"},
		{name: "NoNumber", status: 404, slug: "no-such-node", method: "POST", path: "/v1/nodes/one/crash",
			detail: `no such node: "one" is no node's id, want an id, "leader", "follower", "candidate" or "all"`},
		{name: "NearAWord", status: 404, slug: "no-such-node", method: "GET", path: "/v1/nodes/laeder", detail: `did you mean "leader"?`},
		{name: "Twice", status: 404, slug: "no-such-node", method: "POST", path: "/v1/nodes/1,1/crash", detail: "node 1 is named twice, want each node once"},
		{name: "AllAndAnother", status: 404, slug: "no-such-node", method: "POST", path: "/v1/nodes/all,0/crash", detail: "all stands for every node, want it alone"},
		{name: "OneOfTwo", status: 404, slug: "no-such-node", method: "POST", path: "/v1/nodes/0,2/crash", detail: "node 2: no such node"},
		{name: "Candidate", status: 409, slug: "wrong-state", method: "POST", path: "/v1/nodes/candidate/crash", detail: "there is no candidate among the nodes that are up: node 0 is Leader"},
		{name: "TimeoutOfAll", status: 409, slug: "wrong-state", method: "POST", path: "/v1/nodes/all/timeout", detail: "node 0: the node leads"},
		{name: "Negative", status: 404, slug: "no-such-node", method: "GET", path: "/v1/nodes/-1", detail: `"-1" is no node's id`},
		{name: "LogLimit", status: 400, slug: "bad-request", method: "GET", path: "/v1/nodes/0?log=-1",
			detail: `the query's "log" is "-1", want a whole number from 0 to 2147483647`},
		{name: "LogLimitOfAChange", status: 400, slug: "bad-request", method: "POST", path: "/v1/nodes/0/crash?queue=x", detail: `"queue" is "x"`},
		{name: "UnknownQuery", status: 400, slug: "bad-request", method: "GET", path: "/v1/nodes/0?logs=1",
			detail: `the query's "logs" is not known here, did you mean "log"?`},
		{name: "QueryTwice", status: 400, slug: "bad-request", method: "GET", path: "/v1/nodes/0?log=1&log=2", detail: "is given 2 times, want it once"},
		{name: "BadQuery", status: 400, slug: "bad-request", method: "GET", path: "/v1/nodes/0?log=%zz", detail: "the query cannot be read"},
		{name: "UnknownKey", status: 422, slug: "invalid", method: "POST", path: "/v1/nodes/0/crash", body: `{"wype": true}`,
			detail: `wype is an unknown key, did you mean "wipe"?`, errorKey: "wype", errorMsg: `is an unknown key, did you mean "wipe"?`},
		{name: "NoKeys", status: 422, slug: "invalid", method: "POST", path: "/v1/nodes/0/restart", body: `{"wipe": true}`,
			detail: `wipe is an unknown key, want none`, errorKey: "wipe", errorMsg: "is an unknown key, want none"},
		{name: "WrongType", status: 422, slug: "invalid", method: "POST", path: "/v1/nodes/0/crash", body: `{"wipe": "yes"}`,
			detail: `wipe is "yes", want true or false`, errorKey: "wipe", errorMsg: `is "yes", want true or false: whether its disk is also lost`},
		{name: "KeyTwice", status: 422, slug: "invalid", method: "POST", path: "/v1/nodes/0/crash", body: `{"wipe": true, "wipe": false}`,
			detail: "wipe is given twice", errorKey: "wipe", errorMsg: "is given twice, want it once"},
		{name: "LetterCase", status: 422, slug: "invalid", method: "POST", path: "/v1/nodes/0/crash", body: `{"Wipe": true}`, detail: "Wipe is an unknown key"},
		{name: "NotJSON", status: 400, slug: "bad-request", method: "POST", path: "/v1/nodes/0/crash", body: `wipe`, detail: "the body is not JSON"},
		{name: "NotAnObject", status: 400, slug: "bad-request", method: "POST", path: "/v1/nodes/0/crash", body: ` [true]`, detail: "the body is a list, want an object"},
		{name: "TrailingGarbage", status: 400, slug: "bad-request", method: "POST", path: "/v1/nodes/0/crash", body: `{"wipe": true} {}`, detail: "the body is not JSON: more text follows the value"},
		{name: "NotUTF8", status: 400, slug: "bad-request", method: "POST", path: "/v1/nodes/0/crash", body: "{\"wipe\xff\": true}", detail: "is not UTF-8"},
		{name: "TooDeep", status: 400, slug: "bad-request", method: "POST", path: "/v1/nodes/0/crash",
			body: `{"wipe": ` + strings.Repeat("[", 20) + strings.Repeat("]", 20) + `}`, detail: "more than 16 nested lists and objects"},
		{name: "SkewNoBody", status: 400, slug: "bad-request", method: "POST", path: "/v1/nodes/0/skew", detail: `the body is empty, want JSON such as {"factor": 1.5}`},
		{name: "BugNoBody", status: 400, slug: "bad-request", method: "POST", path: "/v1/nodes/0/bug", detail: `the body is empty, want JSON such as {"bug": "vote_twice"}`},
		{name: "BugNoName", status: 422, slug: "invalid", method: "POST", path: "/v1/nodes/0/bug", body: `{}`, detail: "bug is missing, want the name of a bug that GET /v1/bugs lists"},
		{name: "BugNumber", status: 422, slug: "invalid", method: "POST", path: "/v1/nodes/0/bug", body: `{"bug": 1}`, detail: "bug is 1, want the name of a bug"},
		{name: "BugUnknown", status: 422, slug: "invalid", method: "POST", path: "/v1/nodes/0/bug", body: `{"bug": "vote_twize"}`, detail: `"vote_twize": no such bug; did you mean "vote_twice"?`},
		{name: "SkewNoFactor", status: 422, slug: "invalid", method: "POST", path: "/v1/nodes/0/skew", body: `{}`, detail: "factor is missing, want a number from 0.001 to 1000"},
		{name: "SkewNull", status: 422, slug: "invalid", method: "POST", path: "/v1/nodes/0/skew", body: `{"factor": null}`, detail: "factor is null, want a number from 0.001 to 1000"},
		{name: "SkewZero", status: 422, slug: "invalid", method: "POST", path: "/v1/nodes/0/skew", body: `{"factor": 0}`, detail: "node 0: the skew must be from 0.001 to 1000, not 0"},
		{name: "SkewHuge", status: 422, slug: "invalid", method: "POST", path: "/v1/nodes/0/skew", body: `{"factor": 1e999}`, detail: "factor is 1e999"},
		{name: "TimeoutOfLeader", status: 409, slug: "wrong-state", method: "POST", path: "/v1/nodes/0/timeout", detail: "node 0: the node leads"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := g.on(t)
			before := g.ok("GET", "/v1/nodes", "")
			p := g.refused(c.status, c.slug, c.detail, c.method, c.path, c.body)
			if c.errorKey != "" {
				p.is(t, "errors.0.key", c.errorKey, "errors.0.message", c.errorMsg)
			}
			assert.DeepEqual(t, g.ok("GET", "/v1/nodes", ""), before)
		})
	}
	t.Run("TooLong", func(t *testing.T) {
		g := g.on(t)
		g.refused(413, "too-long", "longer than 1048576 bytes", "POST", "/v1/nodes/0/crash", strings.Repeat(" ", maxBody+1))
	})
	t.Run("JustShortEnough", func(t *testing.T) {
		g := g.on(t)
		g.ok("POST", "/v1/nodes/0/resume", strings.Repeat(" ", maxBody))
	})
	t.Run("Down", func(t *testing.T) {
		g := g.on(t)
		g.ok("POST", "/v1/nodes/0/crash", "")
		g.refused(409, "wrong-state", "node 0: the node is down", "POST", "/v1/nodes/0/pause", "")
		g.refused(409, "wrong-state", "node 0: the node is down", "POST", "/v1/nodes/0/timeout", "")
		g.refused(409, "wrong-state", "there is no leader among the nodes that are up: node 0 is down", "POST", "/v1/nodes/leader/crash", "")
		g.refused(409, "wrong-state", "there is no leader among the nodes that are up", "POST", "/v1/partition", `{"isolate": "leader"}`)
		g.refused(409, "wrong-state", "match.to: there is no leader among", "PUT", "/v1/faults/x", `{"match": {"to": "leader"}, "drop": true}`)
		g.refused(409, "wrong-state", "faults[0].match.to: there is no leader among", "PUT", "/v1/faults", `{"faults": [{"name": "x", "match": {"to": "leader"}, "drop": true}]}`)
	})
	t.Run("Paused", func(t *testing.T) {
		g := g.on(t)
		g.ok("POST", "/v1/nodes/1/pause", "")
		g.refused(409, "wrong-state", "node 1: the node is paused", "POST", "/v1/nodes/1/timeout", "")
	})
}

// refuses reports whether a node's port refuses connections.
func (g *rig) refuses(id int) bool {
	c, err := net.Dial("tcp", strings.TrimPrefix(g.host.URLs()[id], "http://"))
	if err == nil {
		c.Close()
	}
	return err != nil
}

func TestCrashAndRestartOfANode(t *testing.T) {
	g := start(t, "missing_and_extra_entries", host.Real)
	g.wait("logs_equal=all&committed=6")
	url := g.host.URLs()[0]

	crashed := g.ok("POST", "/v1/nodes/0/crash", "")
	crashed.is(t, "id", "0", "up", "false", "role", "null", "term", "6", "last_index", "6", "commit_index", "0", "queue", "[]", "url", url)
	assert.Assert(t, g.refuses(0) && !g.refuses(1))

	t.Run("Again", func(t *testing.T) {
		g := g.on(t)
		again := g.ok("POST", "/v1/nodes/0/crash", "{}")
		again.is(t, "up", "false", "last_index", "6")
		assert.Assert(t, again.number(t, "seq") >= crashed.number(t, "seq"))
	})
	t.Run("Restart", func(t *testing.T) {
		g := g.on(t)
		a := g.ok("POST", "/v1/nodes/0/restart", "")
		a.is(t, "up", "true", "term", "6", "last_index", "6", "url", url)
		assert.Assert(t, !g.refuses(0))
		response, err := g.client.Get(url + "/status")
		assert.NilError(t, err)
		response.Body.Close()
		assert.Equal(t, response.StatusCode, 200)
	})
	t.Run("Wipe", func(t *testing.T) {
		g := g.on(t)
		g.ok("POST", "/v1/nodes/0/crash", `{"wipe": true}`).is(t, "up", "false", "term", "0", "voted_for", "null", "log", "[]")
		g.ok("POST", "/v1/nodes/0/heal", "").is(t, "up", "true")
	})
	t.Run("SeqIsTheChangesOwn", func(t *testing.T) {
		g := g.on(t)
		a := g.ok("POST", "/v1/nodes/1/crash", "")
		events := g.ok("GET", fmt.Sprintf("/v1/events?since=%d&limit=1", a.number(t, "seq")-1), "")
		events.is(t, "events.0.event", "Nemesis", "events.0.change.op", "crash", "events.0.node", "1")
	})
}

func TestPauseAndResumeOfANode(t *testing.T) {
	g := start(t, "missing_and_extra_entries", host.Real)
	g.wait("logs_equal=all&committed=6")
	seq := g.ok("POST", "/v1/nodes/0/pause", "").number(t, "seq")
	answered := make(chan string, 1)
	go func() {
		r, err := http.NewRequest("PUT", g.host.URLs()[0]+"/topic", strings.NewReader(`{"topic": "bird"}`))
		if err == nil {
			var response *http.Response
			if response, err = g.client.Do(r); err == nil {
				response.Body.Close()
				answered <- response.Status
				return
			}
		}
		answered <- err.Error()
	}()
	g.wait(fmt.Sprintf("event=Request:0&since=%d", seq)) // the node has it
	g.ok("GET", "/v1/nodes/0", "").is(t, "paused", "true")
	assert.Equal(t, len(answered), 0)
	g.ok("POST", "/v1/nodes/0/resume", "").is(t, "paused", "false")
	assert.Equal(t, <-answered, "201 Created")
}

func TestTimeoutAndSkew(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	a := g.ok("POST", "/v1/nodes/2/timeout", "")
	a.is(t, "role", "Leader", "term", "1")
	// Its consequences at the same time have higher seqs.
	g.wait(fmt.Sprintf("event=BecomeLeader:2&since=%d", a.number(t, "seq"))).is(t, "conditions.0.holds", "true")
	g.ok("POST", "/v1/nodes/0/skew", `{"factor": 2.5}`).is(t, "skew", "2.5")
	g.ok("POST", "/v1/nodes/0/heal", "").is(t, "skew", "1")
}

// A bug is the node's program: healing and a restart leave it there.
func TestBugStaysAcrossRestartAndHeal(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	g.wait("leader=unique")
	list := g.ok("GET", "/v1/bugs", "")
	list.is(t, "bugs.0.name", bugs.All()[0].Name, "bugs.1.rule", bugs.All()[1].Rule)
	a := g.ok("POST", "/v1/nodes/leader/bug", `{"bug": "vote_twice"}`)
	a.is(t, "bug", "vote_twice", "role", "Leader")
	leader := fmt.Sprintf("/v1/nodes/%d", int(a.number(t, "id")))
	other := fmt.Sprintf("/v1/nodes/%d", (int(a.number(t, "id"))+1)%3)
	for _, b := range bugs.All() {
		g.ok("POST", other+"/bug", fmt.Sprintf(`{"bug": %q}`, b.Name)).is(t, "bug", b.Name)
	}
	g.ok("POST", leader+"/crash", "").is(t, "bug", "vote_twice")
	g.ok("POST", leader+"/heal", "").is(t, "bug", "vote_twice")
	g.ok("POST", "/v1/heal", "")
	g.ok("GET", leader, "").is(t, "bug", "vote_twice")
	g.ok("GET", other, "").is(t, "bug", bugs.All()[len(bugs.All())-1].Name)
	g.ok("POST", leader+"/bug", `{"bug": ""}`).is(t, "bug", "")
}

func TestRepeatedChangeIsNotRecorded(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	for _, c := range []struct{ name, before, path, body string }{
		{"Crash", "", "/v1/nodes/1/crash", ""},
		{"Wipe", "", "/v1/nodes/1/crash", `{"wipe": true}`},
		{"Restart", "/v1/nodes/1/crash", "/v1/nodes/1/restart", ""},
		{"Pause", "", "/v1/nodes/1/pause", ""},
		{"Resume", "/v1/nodes/1/pause", "/v1/nodes/1/resume", ""},
		{"Isolate", "", "/v1/nodes/1/isolate", ""},
		{"Heal", "/v1/nodes/1/isolate", "/v1/nodes/1/heal", ""},
		{"Skew", "", "/v1/nodes/1/skew", `{"factor": 3}`},
		{"Bug", "", "/v1/nodes/1/bug", `{"bug": "vote_twice"}`},
		{"Groups", "", "/v1/partition", `{"groups": [[0]]}`},
		{"HealAll", "/v1/nodes/2/crash", "/v1/heal", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := g.on(t)
			g.ok("POST", "/v1/heal", "")
			if c.before != "" {
				g.ok("POST", c.before, "")
			}
			g.ok("POST", "/v1/clock/pause", "") // so that nothing else happens
			g.ok("POST", c.path, c.body)
			once := g.ok("GET", "/v1/cluster", "")
			g.ok("POST", c.path, c.body)
			assert.DeepEqual(t, g.ok("GET", "/v1/cluster", ""), once)
			g.ok("POST", "/v1/clock/run", "")
		})
	}
}

// A change of several nodes is one change, at one moment, and its answer names them.
func TestChangesOfSeveralNodes(t *testing.T) {
	g := start(t, "fresh_5", host.Virtual)
	g.wait("leader=unique")
	leader := g.ok("GET", "/v1/cluster", "").text("leader")
	a := g.ok("POST", "/v1/nodes/leader/crash?log=0", "")
	a.is(t, "id", leader, "up", "false")
	events := g.ok("GET", "/v1/events?event=Nemesis", "")
	events.is(t, "events.0.seq", a.text("seq"), "events.0.change.node", leader)

	g.ok("POST", "/v1/nodes/all/restart?log=0", "").is(t, "nodes.0.id", "0", "nodes.4.id", "4", "nodes.5", "nothing at nodes.5")
	g.ok("POST", "/v1/nodes/3/crash", "")
	// To pause all is to pause all that are up.
	paused := g.ok("POST", "/v1/nodes/all/pause?log=0", "")
	paused.is(t, "nodes.3.id", "4", "nodes.3.paused", "true", "nodes.4", "nothing at nodes.4")
	g.ok("POST", "/v1/nodes/all/resume?log=0", "").is(t, "nodes.0.paused", "false")
	records := g.ok("GET", "/v1/events?event=Nemesis&since="+paused.text("seq"), "")
	for i, at := range []uint64{1, 2, 3} { // the three after the first, without another between them
		assert.Equal(t, records.number(t, fmt.Sprintf("events.%d.seq", i)), paused.number(t, "seq")+at)
	}
}

// A rule's words for nodes become ids when it is set.
func TestRuleNamesNodesByWords(t *testing.T) {
	g := start(t, "missing_and_extra_entries", host.Virtual)
	g.ok("PUT", "/v1/faults/a", `{"match": {"from": "leader", "to": ["follower"]}, "drop": true}`).is(t, "match.from", "[0]", "match.to", "[1]")
	g.ok("PUT", "/v1/faults", `{"faults": [{"name": "disk", "match": {"node": "all"}, "slow_disk_ms": 5}]}`).is(t, "faults.0.match.node", "[0,1]", "faults.1", "nothing at faults.1")
	g.ok("GET", "/v1/events?event=Nemesis", "").is(t, "events.0.change.fault.match.from", "[0]", "events.1.change.op", "delete_fault")
	g.refused(422, "invalid", `match.from is "old"`, "PUT", "/v1/faults/a", `{"match": {"from": "old"}, "drop": true}`)
	g.refused(422, "invalid", "matches nothing: leader sends no messages to itself", "PUT", "/v1/faults/a", `{"match": {"from": "leader", "to": "leader"}, "drop": true}`)
	g.refused(409, "wrong-state", "node 0 sends no messages to itself", "PUT", "/v1/faults/a", `{"match": {"from": "leader", "to": 0}, "drop": true}`)
	g.refused(409, "wrong-state", "node 0 is in two groups", "POST", "/v1/partition", `{"groups": [["leader"], [0]]}`)
	g.ok("POST", "/v1/partition", `{"groups": [["leader"]], "oneway": [["follower", "all"]]}`).is(t, "groups", "[[0],[1]]")
}
