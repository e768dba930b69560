package admin

import (
	"net/http"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/serve/host"
)

// A request through the admin API shows what a client of the node's port sees.
func TestRequestShowsWhatAClientSees(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	leader := int(g.wait("leader=unique").number(t, "leader"))
	at := func(id int) string { return "/v1/nodes/" + string(rune('0'+id)) + "/request" }
	follower := (leader + 1) % 3

	g.ok("POST", "/v1/nodes/leader/request", `{"op": "put_topic", "topic": "dog"}`).
		is(t, "answer", "ok", "status", "201", "body.success", "true", "reason", "", "index", "1", "node", string(rune('0'+leader)))
	g.ok("POST", "/v1/nodes/leader/request", `{"op": "put_message", "topic": "dog", "message": "wuff"}`).is(t, "answer", "ok")
	g.ok("POST", "/v1/nodes/leader/request", `{"op": "get_topics"}`).is(t, "body.topics.0", "dog")
	g.ok("POST", at(follower), `{"op": "put_topic", "topic": "cat"}`).
		is(t, "answer", "refused", "status", "421", "body.success", "false", "reason", "not the leader", "index", "null")
	g.ok("POST", at(follower), `{"op": "get_message", "topic": "dog", "follow": true}`).
		is(t, "answer", "ok", "body.message", "wuff", "node", string(rune('0'+leader)))
	g.ok("GET", "/v1/history", "").is(t, "requests", "6")

	g.ok("POST", "/v1/nodes/leader/isolate", "")
	g.ok("POST", at(leader), `{"op": "put_topic", "topic": "lost", "timeout_ms": 50.5}`).
		is(t, "answer", "none", "status", "null", "body", "null", "request_id", "",
			"reason", "no answer came in time; the request may be carried out all the same")
	g.ok("POST", "/v1/nodes/leader/crash", "")
	g.ok("POST", at(leader), `{"op": "put_topic", "topic": "lost"}`).
		is(t, "answer", "none", "reason", "the node refuses connections, as one that is down does")
}

// A request that no client could send is refused.
func TestRequestIsChecked(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	for _, c := range []struct{ name, body, detail string }{
		{"UnknownOperation", `{"op": "put_topics", "topic": "x"}`, `op is "put_topics", did you mean`},
		{"MissingArgument", `{"op": "put_message", "topic": "x"}`, `message is missing, want a text for op "put_message"`},
		{"NeedlessArgument", `{"op": "get_topics", "topic": "x"}`, `topic means nothing with op "get_topics", leave it out`},
		{"ShortTimeout", `{"op": "get_topics", "timeout_ms": 0.5}`, "timeout_ms is 0.5, want a number of milliseconds from 1 to 60000"},
		{"LongTimeout", `{"op": "get_topics", "timeout_ms": 60001}`, "timeout_ms is 60001, want a number of milliseconds from 1 to 60000"},
		{"NoOperation", `{}`, "op"},
		{"UnknownKey", `{"op": "get_topics", "x": 1}`, "x is an unknown key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := g.on(t)
			g.refused(http.StatusUnprocessableEntity, "invalid", c.detail, "POST", "/v1/nodes/0/request", c.body)
		})
	}
	g.refused(http.StatusConflict, "wrong-state", "there is no leader", "POST", "/v1/nodes/leader/request", `{"op": "get_topics"}`)
	g.refused(http.StatusNotFound, "no-such-node", "node 3", "POST", "/v1/nodes/3/request", `{"op": "get_topics"}`)
	assert.Equal(t, g.ok("GET", "/v1/history", "").text("requests"), "0")
}
