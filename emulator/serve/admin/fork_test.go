package admin

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/host"
)

// fork makes a fork and returns its answer.
func (g *rig) fork(body string) object {
	g.t.Helper()
	a := g.send("POST", "/v1/forks", body)
	assert.Equal(g.t, a.status, http.StatusCreated, a.body)
	return g.object(a)
}

func TestFork(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	g.wait("leader=unique")
	leader := g.ok("GET", "/v1/cluster", "").text("leader")
	g.ok("POST", "/v1/nodes/leader/request", `{"op": "put_topic", "topic": "dog"}`)
	seq := g.ok("GET", "/v1/cluster", "").text("seq")
	g.ok("POST", "/v1/nodes/leader/request", `{"op": "put_message", "topic": "dog", "message": "wuff"}`)
	g.ok("POST", "/v1/nodes/leader/crash", "")
	g.ok("POST", "/v1/clock/advance", `{"ms": 1000}`)
	run := g.ok("GET", "/v1/cluster", "").text("run_id")

	f := g.fork(`{"seq": ` + seq + `, "run": "` + run + `"}`)
	f.is(t, "id", "1", "from.seq", seq, "from.run_id", run, "clock.mode", "virtual", "clock.paused", "true")
	before := g.ok("GET", "/v1/events?since=0&limit=10000", "").text("events")
	// The fork has the leader of that moment, and not the message that came later.
	g.ok("GET", "/v1/forks/1/cluster", "").is(t, "leader", leader, "nodes.0.url", "", "run_id", f.text("run_id"))
	g.ok("GET", "/v1/forks/1/nodes/leader", "").is(t, "up", "true", "queue.0.topic", "dog", "queue.0.pending", "0")
	// It has all routes, with or without a second /v1.
	g.ok("POST", "/v1/forks/1/clock/run", "")
	g.ok("POST", "/v1/forks/1/v1/nodes/leader/request", `{"op": "put_topic", "topic": "cat"}`).is(t, "answer", "ok", "status", "201")
	other := fmt.Sprint((f.number(t, "id") + 1) % 3)
	g.ok("POST", "/v1/forks/1/nodes/"+other+"/crash", "").is(t, "up", "false")
	g.ok("POST", "/v1/forks/1/nodes/"+other+"/request", `{"op": "get_topics"}`).
		is(t, "answer", "none", "reason", "the node refuses connections, as one that is down does")
	g.ok("PUT", "/v1/forks/1/faults/a%2Fb", `{"drop": true}`).is(t, "name", "a/b")
	g.ok("DELETE", "/v1/forks/1/faults/a%2Fb", "")
	g.ok("POST", "/v1/forks/1/heal", "")
	g.ok("GET", "/v1/forks/1/wait?leader=unique&logs_equal=all", "")
	g.ok("GET", "/v1/forks/1/history/check", "").is(t, "state", "held")
	g.ok("GET", "/v1/forks/1/openapi.json", "").is(t, "servers.0.url", g.server.URL+"/v1/forks/1")
	assert.Equal(t, g.send("GET", "/v1/forks/1/readyz", "").body, "ok\n")
	p := g.refused(404, "no-such-node", "node 9", "GET", "/v1/forks/1/nodes/9", "")
	p.is(t, "instance", "/v1/forks/1/v1/nodes/9")
	g.refused(404, "no-such-route", `did you mean "/v1/nodes"`, "GET", "/v1/forks/1/node", "")
	g.refused(404, "no-such-route", "there is no", "GET", "/v1/forks/1/forks/1/nodes", "")
	g.refused(405, "wrong-method", "is not for", "PUT", "/v1/forks/1/nodes", "")
	g.refused(403, "foreign-origin", "Origin", "GET", "/v1/forks/1/nodes", "", "Origin", "http://evil.example")
	g.refused(403, "foreign-origin", "Origin", "GET", "/v1/forks/7/nodes", "", "Origin", "http://evil.example")
	// The cluster has not heard of all that.
	assert.Equal(t, g.ok("GET", "/v1/events?since=0&limit=10000", "").text("events"), before)
	g.ok("GET", "/v1/forks", "").is(t, "forks.0.id", "1", "most", "8")
	g.ok("DELETE", "/v1/forks/1", "").is(t, "forks", "[]")
	g.refused(404, "no-such-fork", "GET /v1/forks lists", "GET", "/v1/forks/1/nodes", "")
	g.refused(404, "no-such-fork", "GET /v1/forks lists", "DELETE", "/v1/forks/1", "")
	g.refused(404, "no-such-fork", `"x"`, "GET", "/v1/forks/x", "")
	g.fork("").is(t, "id", "2")
	assert.Equal(t, uint64(api.Present), host.Present)
}

func TestForkRefuses(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	g.ok("POST", "/v1/clock/advance", `{"ms": 10000}`)
	g.refused(422, "invalid", "the newest record is", "POST", "/v1/forks", `{"seq": 1000000}`)
	g.refused(422, "invalid", "want the seq of a record, or now", "POST", "/v1/forks", `{"seq": "then"}`)
	g.refused(422, "invalid", "want the seq of a record, or now", "POST", "/v1/forks", `{"seq": -1}`)
	g.refused(409, "replaced", "has taken the place of run x", "POST", "/v1/forks", `{"seq": 3, "run": "x"}`)
	g.refused(409, "replaced", "has taken the place of run x", "POST", "/v1/forks", `{"run": "x"}`)
	g.refused(422, "invalid", "the newest record is", "GET", "/v1/fixture?seq=1000000", "")
	g.refused(400, "bad-request", "one of the two", "GET", "/v1/fixture?seq=3&steps=true", "")
	g.refused(400, "bad-request", "whole number", "GET", "/v1/fixture?seq=0", "")
	for range host.MaxForks {
		g.fork(`{"seq": 9}`)
	}
	g.refused(409, "too-many-forks", "DELETE /v1/forks/{fork}", "POST", "/v1/forks", `{"seq": 9}`)
	g.ok("DELETE", "/v1/forks/5", "")
	g.fork(`{"seq": 9}`).is(t, "id", fmt.Sprint(host.MaxForks+1))
	for range 40 {
		g.ok("POST", "/v1/clock/advance", `{"ms": 1000000}`)
	}
	g.ok("DELETE", "/v1/forks/1", "")
	g.refused(410, "gone", "the oldest that is known is", "POST", "/v1/forks", `{"seq": 9}`)
	g.refused(410, "gone", "the oldest that is known is", "GET", "/v1/fixture?seq=9", "")
}

// A stream of a fork's events ends with the fork.
func TestStreamOfAForkEndsWithIt(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	g.fork("")
	s := g.on(t)
	s.server = &httptest.Server{URL: g.server.URL + "/v1/forks/1"}
	stream := s.stream("?since=0")
	stream.want("run", "", "")
	g.ok("DELETE", "/v1/forks/1", "")
	for more := true; more; {
		_, more = stream.next()
	}
}

// The state of a moment can be loaded, and begins as a fork of that moment does.
func TestPastFixture(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	g.wait("leader=unique")
	g.ok("POST", "/v1/nodes/leader/request", `{"op": "put_topic", "topic": "dog"}`)
	seq := g.ok("GET", "/v1/cluster", "").text("seq")
	present := g.send("GET", "/v1/fixture", "").body
	g.ok("POST", "/v1/nodes/leader/crash", "")
	g.ok("POST", "/v1/clock/advance", `{"ms": 1000}`)
	past := g.send("GET", "/v1/fixture?seq="+seq, "")
	assert.Equal(t, past.status, 200)
	assert.Equal(t, past.body, present)
	file := filepath.Join(t.TempDir(), "past.toml")
	assert.NilError(t, os.WriteFile(file, []byte(past.body), 0o600))
	_, err := fixture.Parse(file, []byte(past.body))
	assert.NilError(t, err)
	g.fork(`{"seq": ` + seq + `}`)
	assert.Equal(t, g.send("GET", "/v1/forks/1/fixture", "").body, past.body)
}
