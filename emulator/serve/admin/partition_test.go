package admin

import (
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/serve/host"
)

func TestPartitionCutsAndReplaces(t *testing.T) {
	g := start(t, "fresh_5", host.Virtual)
	g.ok("POST", "/v1/nodes/2/timeout", "").is(t, "role", "Leader")

	t.Run("Groups", func(t *testing.T) {
		g := g.on(t)
		a := g.ok("POST", "/v1/partition", `{"groups": [[0, 1], [2, 3, 4]]}`)
		a.is(t,
			"groups", "[[0,1],[2,3,4]]",
			"reaches", "[[1,1,0,0,0],[1,1,0,0,0],[0,0,1,1,1],[0,0,1,1,1],[0,0,1,1,1]]",
			"sides.0.nodes", "[0,1]", "sides.0.majority", "false", "sides.0.running", "2",
			"sides.1.nodes", "[2,3,4]", "sides.1.majority", "true", "can_lead", "[2,3,4]")
		again := g.ok("POST", "/v1/partition", `{"groups": [[2, 3, 4]]}`)
		again.is(t, "groups", "[[0,1],[2,3,4]]")
		assert.Equal(t, again.text("reaches"), a.text("reaches"))
		g.ok("GET", "/v1/partition", "").is(t, "groups", "[[0,1],[2,3,4]]")
		g.ok("GET", "/v1/nodes/0", "").is(t, "partitioned_from", "[2,3,4]")
		g.ok("GET", "/v1/cluster", "").is(t, "partition.groups", "[[0,1],[2,3,4]]", "cuts.0", "[0,2]")
	})
	t.Run("Minority", func(t *testing.T) {
		g := g.on(t)
		g.ok("POST", "/v1/nodes/2/crash", "")
		g.ok("GET", "/v1/partition", "").is(t, "sides.1.running", "2", "sides.1.majority", "false", "can_lead", "[]")
		g.ok("POST", "/v1/nodes/2/restart", "")
	})
	t.Run("OneWay", func(t *testing.T) {
		g := g.on(t)
		g.ok("POST", "/v1/partition", `{"oneway": [[0, 2]]}`).is(t,
			"oneway", "[[0,2]]", "groups", "null",
			"reaches.0", "[1,1,0,1,1]", "reaches.2", "[1,1,1,1,1]",
			"sides.0.nodes", "[0,1,2,3,4]", "can_lead", "[0,1,2,3,4]")
	})
	t.Run("NodePartition", func(t *testing.T) {
		g := g.on(t)
		g.ok("POST", "/v1/nodes/1/partition", "").is(t, "partitioned_from", "[0,2,3,4]") // the old name
		g.ok("POST", "/v1/nodes/1/heal", "")
		g.ok("POST", "/v1/nodes/1/isolate", "").is(t, "partitioned_from", "[0,2,3,4]")
		g.ok("GET", "/v1/partition", "").is(t, "reaches.0", "[1,0,0,1,1]")
		g.ok("POST", "/v1/nodes/1/heal", "").is(t, "partitioned_from", "[]")
		g.ok("GET", "/v1/partition", "").is(t, "oneway", "[[0,2]]")
	})
	t.Run("Delete", func(t *testing.T) {
		g := g.on(t)
		g.ok("DELETE", "/v1/partition", "").is(t, "groups", "null", "oneway", "null", "sides.0.nodes", "[0,1,2,3,4]")
		g.ok("GET", "/v1/cluster", "").is(t, "partition", "null", "cuts", "[]")
	})
	t.Run("IsolateLeader", func(t *testing.T) {
		g := g.on(t)
		g.ok("POST", "/v1/nodes/0/timeout", "")
		g.wait("leader=unique")
		leader := g.ok("GET", "/v1/cluster", "").text("leader")
		a := g.ok("POST", "/v1/partition", `{"isolate": "leader"}`)
		g.ok("GET", "/v1/nodes/"+leader, "").is(t, "role", "Leader")
		assert.Equal(t, a.text("sides.1.nodes") == "["+leader+"]" || a.text("sides.0.nodes") == "["+leader+"]", true, "%v", a)
		g.wait("event=BecomeLeader&since=" + a.text("seq"))
	})
	t.Run("Heal", func(t *testing.T) {
		g := g.on(t)
		g.ok("POST", "/v1/nodes/3/crash", "")
		g.ok("POST", "/v1/nodes/4/pause", "")
		g.ok("PUT", "/v1/faults/lossy", `{"drop": true, "probability": 0.1}`)
		a := g.ok("POST", "/v1/heal", "")
		a.is(t, "partition", "null", "faults", "[]", "nodes.3.up", "true", "nodes.4.paused", "false")
		again := g.ok("POST", "/v1/heal", "")
		again.is(t, "nodes.3.up", "true")
		g.wait("leader=unique&logs_equal=all")
	})
}

func TestPartitionErrors(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	for _, c := range []struct {
		name         string
		status       int
		slug         string
		body, detail string
	}{
		{"Empty", 400, "bad-request", ``, `the body is empty, want JSON such as {"groups": [[0], [1]]}`},
		{"NotJSON", 400, "bad-request", `{"groups": `, "is not JSON"},
		{"Garbage", 400, "bad-request", `{"groups": [[0]]} x`, "is not JSON"},
		{"NoObject", 400, "bad-request", `[[0],[1]]`, "is a list, want an object"},
		{"Nothing", 422, "invalid", `{}`, "cuts nothing"},
		{"UnknownKey", 422, "invalid", `{"group": [[0]]}`, `did you mean "groups"?`},
		{"NodeTwice", 422, "invalid", `{"groups": [[0, 1], [1, 2]]}`, "names node 1 twice"},
		{"NoSuchNode", 422, "invalid", `{"groups": [[0, 3]]}`, "want a node's id from 0 to 2"},
		{"Self", 422, "invalid", `{"oneway": [[1, 1]]}`, "goes from node 1 to itself"},
		{"Type", 422, "invalid", `{"oneway": 3}`, "want a list of links"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := g.on(t)
			before := g.ok("GET", "/v1/cluster", "")
			g.refused(c.status, c.slug, c.detail, "POST", "/v1/partition", c.body)
			assert.DeepEqual(t, g.ok("GET", "/v1/cluster", ""), before)
		})
	}
	t.Run("AllProblems", func(t *testing.T) {
		g := g.on(t)
		p := g.refused(422, "invalid", "; and 1 more, see errors", "POST", "/v1/partition", "{\"groups\": [[0, 9]],\n\"foo\": 1}")
		p.is(t, "errors.0.line", "1", "errors.1.line", "2", "errors.1.key", "foo")
	})
}
