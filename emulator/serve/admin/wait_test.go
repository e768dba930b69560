package admin

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/serve/host"
)

func TestWaitReal(t *testing.T) {
	g := start(t, "fresh_3", host.Real)
	t.Run("OK", func(t *testing.T) {
		g := g.on(t)
		a := g.wait("leader=unique&term=1&term=0:1")
		a.is(t, "conditions.0.condition", "leader=unique", "conditions.0.holds", "true",
			"conditions.1.condition", "term=1", "conditions.2.condition", "term=0:1")
		assert.Assert(t, a.text("leader") != "null")
		a.number(t, "seq")
	})
	t.Run("All", func(t *testing.T) {
		g := g.on(t)
		g.wait("role=leader:Leader&log=all:empty&topics=all:empty&up=all&count=Init:3&term=%3E0&voted_for=follower:leader&since=0")
	})
	t.Run("Since", func(t *testing.T) {
		g := g.on(t)
		a := g.ok("POST", "/v1/nodes/leader/crash", "")
		g.wait("event=BecomeLeader&leader=unique&since=" + a.text("seq"))
		g.wait("event=BecomeLeader&since=0")
		g.ok("POST", "/v1/heal", "")
	})
	t.Run("Untrue", func(t *testing.T) {
		g := g.on(t)
		p := g.refused(504, "still-untrue", "still untrue after 20 ms: term=1000: node 0 is in term ",
			"GET", "/v1/wait?leader=unique&term=1000&timeout_ms=20", "")
		p.is(t, "conditions.1.condition", "term=1000", "conditions.1.holds", "false")
		p.number(t, "seq")
	})
	t.Run("NoTime", func(t *testing.T) {
		g := g.on(t)
		g.wait("leader=unique")
		g.ok("GET", "/v1/wait?timeout_ms=0&term=1", "")
		g.refused(504, "still-untrue", "still untrue after 0 ms: term=9999", "GET", "/v1/wait?timeout_ms=0&term=9999", "")
	})
	t.Run("ClientGoes", func(t *testing.T) {
		g := g.on(t)
		ctx, cancel := context.WithCancel(context.Background())
		r, err := http.NewRequestWithContext(ctx, "GET", g.server.URL+"/v1/wait?term=1000&timeout_ms=60000", nil)
		assert.NilError(t, err)
		cancel()
		_, err = g.client.Do(r)
		assert.ErrorIs(t, err, context.Canceled)
	})
	t.Run("Paused", func(t *testing.T) {
		g := g.on(t)
		g.ok("POST", "/v1/clock/pause", "")
		g.refused(504, "still-untrue", "(the clock is paused)", "GET", "/v1/wait?timeout_ms=10&term=1000", "")
	})
	t.Run("Closed", func(t *testing.T) {
		g := g.on(t)
		answered := make(chan reply, 1)
		go func() { answered <- g.send("GET", "/v1/wait?term=1000&timeout_ms=60000", "") }()
		// A wait that ends because the host is closed and one that finds it
		// closed are answered alike.
		assert.NilError(t, g.host.Close())
		a := <-answered
		assert.Equal(t, a.status, 503, a.body)
	})
}

func TestWaitVirtual(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	t.Run("OK", func(t *testing.T) {
		g := g.on(t)
		a := g.wait("leader=unique")
		assert.Assert(t, a.text("time_ms") != "0")
		assert.Equal(t, a.text("time_ms"), a.text("waited_ms"))
	})
	t.Run("UntrueMovesTheClock", func(t *testing.T) {
		g := g.on(t)
		before := time.Now()
		p := g.refused(504, "still-untrue", "still untrue after 60000 ms: term=1000", "GET", "/v1/wait?timeout_ms=60000&term=1000", "")
		assert.Assert(t, p.number(t, "time_ms") >= 60000)
		assert.Assert(t, time.Since(before) < deadline)
	})
	t.Run("NotTogether", func(t *testing.T) {
		g := g.on(t)
		since := g.ok("POST", "/v1/nodes/leader/crash", "").text("seq")
		g.wait("leader=unique&event=BecomeLeader&since=" + since)
		g.ok("POST", "/v1/heal", "")
	})
	t.Run("Paused", func(t *testing.T) {
		g := g.on(t)
		g.ok("POST", "/v1/clock/pause", "")
		g.refused(504, "still-untrue", "(the clock is paused)", "GET", "/v1/wait?timeout_ms=5&term=1000", "")
		g.ok("POST", "/v1/clock/run", "")
	})
}

func TestWaitErrors(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	for _, c := range []struct {
		name                string
		status              int
		slug, query, detail string
	}{
		{"Nothing", 400, "bad-request", "", "no condition is given, want one such as leader=unique"},
		{"UnknownKey", 400, "bad-request", "leder=unique", `the query's "leder" is not known here, did you mean "leader"?`},
		{"BadValue", 400, "bad-condition", "leader=best", `want leader=unique, majority, none, a node's id or not:NODES, such as leader=unique`},
		{"NoSuchNode", 400, "bad-condition", "role=3:Leader", `node 3 does not exist, the cluster has nodes 0 to 2`},
		{"NoSuchName", 400, "bad-condition", "role=old:Leader", `no node is called "old"; want role=NODES:ROLE`},
		{"NoRequests", 400, "bad-condition", "answer=dog:ok", `only a scenario has requests with names`},
		{"NoSuchEvent", 400, "bad-condition", "event=Elected", `there is no event "Elected"`},
		{"Timeout", 400, "bad-request", "leader=unique&timeout_ms=60001", `want milliseconds from 0 to 60000`},
		{"TimeoutNoNumber", 400, "bad-request", "leader=unique&timeout_ms=1s", `is "1s"`},
		{"Since", 400, "bad-request", "leader=unique&since=-1", `want a whole number from 0 on`},
		{"SinceFuture", 422, "invalid", "leader=unique&since=99999", `since is 99999, and the newest record of the trace is 6`},
		{"TimeoutTwice", 400, "bad-request", "leader=unique&timeout_ms=1&timeout_ms=2", `is given 2 times`},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := g.on(t)
			g.refused(c.status, c.slug, c.detail, "GET", "/v1/wait?"+c.query, "")
		})
	}
	t.Run("ExplainsItself", func(t *testing.T) {
		g := g.on(t)
		page := g.send("GET", "/", "").body
		assert.Assert(t, strings.Contains(page, "unique, majority, none, a node's id or not:NODES"), page)
	})
}

// last stands for the newest change, and without one for the beginning of the cluster.
func TestSinceLast(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	g.wait("event=Init&count=Init:3&since=last")
	g.wait("leader=unique")
	crash := g.ok("POST", "/v1/nodes/leader/crash", "").number(t, "seq")
	g.wait("event=BecomeLeader&since=last")
	events := g.ok("GET", "/v1/events?since=last&limit=1", "")
	assert.Equal(t, events.number(t, "events.0.seq"), crash+1)
	g.refused(504, "still-untrue", "; since=", "GET", "/v1/wait?event=Init&since=last&timeout_ms=0", "")
	g.refused(400, "bad-request", "or last", "GET", "/v1/wait?event=Init&since=late", "")
	g.ok("PUT", "/v1/fixture?name=fresh_5", "")
	g.wait("count=Init:5&since=last")
}
