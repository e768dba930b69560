package admin

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/fault"
)

// asks sends a client's request to a node.
func (g *rig) asks(method, url, body string) {
	g.t.Helper()
	r, err := http.NewRequestWithContext(g.t.Context(), method, url, strings.NewReader(body))
	assert.NilError(g.t, err)
	response, err := g.client.Do(r)
	assert.NilError(g.t, err)
	assert.NilError(g.t, response.Body.Close())
}

func TestClientHistory(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	g.ok("GET", "/v1/history", "").is(t, "requests", "0", "held", "0", "history", "[]",
		"faults", "[]", "faults_missed", "false")
	g.ok("GET", "/v1/history/check", "").is(t, "state", "held", "requests", "0", "verdicts.0.name", "linearizable")
	g.wait("leader=unique")
	var leader int
	g.host.Observe(func(o host.View) { leader = int(o.Leader()) })
	url := g.host.URLs()[leader]
	g.asks("PUT", url+"/topic", `{"topic": "dog"}`)
	g.asks("PUT", url+"/message", `{"topic": "dog", "message": "wuff"}`)
	g.asks("GET", url+"/message/dog", "")
	g.asks("GET", url+"/message/dog", "")

	g.ok("GET", "/v1/history", "").is(t, "requests", "4", "held", "4",
		"history.0.op", "put_topic", "history.0.ok", "true", "history.1.message", "wuff",
		"history.2.popped", "wuff", "history.3.ok", "false", "history.3.outcome", "done", "history.4", "nothing at history.4")
	g.ok("GET", "/v1/history?limit=1", "").is(t, "history.0.op", "get_message", "history.0.ok", "false")
	g.ok("GET", "/v1/history?limit=1&since=1", "").is(t, "history.0.op", "put_topic", "history.1", "nothing at history.1")
	g.ok("GET", "/v1/history?topic=cat", "").is(t, "history", "[]", "requests", "4")
	g.ok("GET", "/v1/history/check", "").is(t, "state", "held", "done", "4")

	old := leader

	// Now it pops without the log, at two nodes after one another.
	_, err := g.host.Change(func(o host.View) (fault.Change, error) {
		return fault.Change{Kind: fault.Plant, Node: o.Leader(), Bug: "read_local"}, nil
	})
	assert.NilError(t, err)
	g.asks("PUT", url+"/message", `{"topic": "dog", "message": "grr"}`)
	g.asks("GET", url+"/message/dog", "")
	g.ok("POST", "/v1/nodes/leader/crash", "")
	g.wait("leader=unique&term=2")
	g.host.Observe(func(o host.View) { leader = int(o.Leader()) })
	url = g.host.URLs()[leader]
	g.asks("PUT", url+"/message", `{"topic": "dog", "message": "wow"}`)
	g.asks("GET", url+"/message/dog", "")
	g.ok("GET", "/v1/history/check", "").is(t, "state", "violated", "verdicts.2.name", "delivered_twice",
		"verdicts.2.state", "violated", "verdicts.2.message", "grr", "verdicts.2.topic", "dog")
	a := g.ok("GET", "/v1/history?limit=1", "")
	a.is(t, "faults.0.words", fmt.Sprintf("node %d got the bug read_local", old), "faults.1.words", fmt.Sprintf("node %d was crashed", old))
	crash := g.ok("GET", "/v1/events?event=Nemesis&since="+a.text("faults.0.seq"), "")
	a.is(t, "faults.1.seq", crash.text("events.0.seq"))
	assert.Equal(t, a.number(t, "faults.1.time_ms"), crash.number(t, "events.0.time_ns")/1e6)
	g.ok("GET", "/v1/history?since="+a.text("faults.0.seq"), "").is(t, "faults.0.seq", a.text("faults.1.seq"), "faults.1", "nothing at faults.1")
	page := g.send("GET", "/v1/history/picture", "").body
	assert.Assert(t, strings.Contains(page, "grr") && strings.Contains(page, "read_local"))
}

// However many ask at once, there is one copy of the history and one search.
func TestOneCheckAtATime(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	a := newHandler(g.host, Options{})
	g.server.Config.Handler = a
	assert.NilError(t, a.checking.enter(t.Context(), deadline))
	for _, path := range []string{"/v1/history/check", "/v1/history/picture"} {
		g.refused(503, "busy", "others took the last 1 ms", "GET", path+"?timeout_ms=1", "")
	}
	g.ok("GET", "/v1/history", "").is(t, "requests", "0")
	waits := make(chan reply, 1)
	go func() { waits <- g.send("GET", "/v1/history/check?timeout_ms=60000", "") }()
	a.checking.leave()
	assert.Equal(t, (<-waits).status, 200)
	g.ok("GET", "/v1/history/check?timeout_ms=1", "").is(t, "state", "held")

	assert.NilError(t, a.listing.enter(t.Context(), deadline))
	defer a.listing.leave()
	gone, leave := context.WithCancel(t.Context())
	leave()
	assert.ErrorIs(t, a.listing.enter(gone, deadline), host.ErrClosed)
	g.ok("GET", "/v1/history/check", "").is(t, "state", "held")
}
