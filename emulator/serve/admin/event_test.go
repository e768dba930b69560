package admin

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/host"
)

func TestEvents(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	g.ok("POST", "/v1/nodes/2/timeout", "")
	g.ok("POST", "/v1/clock/advance", `{"ms": 500}`)
	last := g.ok("GET", "/v1/cluster", "").text("seq")

	t.Run("All", func(t *testing.T) {
		g := g.on(t)
		g.ok("GET", "/v1/events", "").is(t, "first", "1", "last", last, "next", last, "missed", "false",
			"events.0.seq", "1", "events.0.event", "Init", "events.6.event", "Nemesis", "events.6.change.op", "timeout")
	})
	t.Run("Pages", func(t *testing.T) {
		g := g.on(t)
		g.ok("GET", "/v1/events?limit=2", "").is(t, "next", "2", "events.1.seq", "2", "events.2", "nothing at events.2")
		g.ok("GET", "/v1/events?limit=2&since=2", "").is(t, "next", "4", "events.0.seq", "3")
		g.ok("GET", "/v1/events?since="+last, "").is(t, "next", last, "events", "[]")
	})
	t.Run("Newest", func(t *testing.T) {
		g := g.on(t)
		a := g.ok("GET", "/v1/events?since=-2", "")
		a.is(t, "events.1.seq", last, "events.2", "nothing at events.2")
		g.ok("GET", "/v1/events?since=-999999", "").is(t, "events.0.seq", "1")
	})
	t.Run("Filter", func(t *testing.T) {
		g := g.on(t)
		g.ok("GET", "/v1/events?node=1&event=init,handlerequestvoterequest", "").is(t,
			"events.0.event", "Init", "events.0.node", "1", "events.1.event", "HandleRequestVoteRequest", "next", last)
	})
	for _, c := range []struct {
		name                string
		status              int
		slug, query, detail string
	}{
		{"Event", 400, "bad-condition", "event=Apply,Elected", `there is no event "Elected"`},
		{"Node", 400, "bad-request", "node=3", "want a whole number from 0 to 2"},
		{"Limit", 400, "bad-request", "limit=0", "want a whole number from 1 to 10000"},
		{"Since", 400, "bad-request", "since=x", `"since" is "x"`},
		{"SinceFuture", 422, "invalid", "since=99999", "since is 99999, and the newest record"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g.on(t).refused(c.status, c.slug, c.detail, "GET", "/v1/events?"+c.query, "")
		})
	}
}

// A trace keeps a bounded number of records.
func TestEventsReportMissedRecords(t *testing.T) {
	g := start(t, "fresh_5", host.Virtual)
	for g.ok("GET", "/v1/events?limit=1", "").text("first") == "1" {
		g.ok("POST", "/v1/clock/advance", `{"ms": 60000}`)
	}
	g.ok("GET", "/v1/events?limit=1&since=0", "").is(t, "missed", "true")
	g.ok("GET", "/v1/events?limit=1&since=-10", "").is(t, "missed", "false")
	p := g.refused(504, "still-untrue", "are no longer held", "GET", "/v1/wait?event=Init&since=0&timeout_ms=10", "")
	p.is(t, "conditions.0.holds", "false")
}

// A reader reads a stream of Server-Sent Events.
type reader struct {
	t      testing.TB
	lines  *bufio.Scanner
	cancel context.CancelFunc
	header http.Header
}

// An sse is one event of a stream.
type sse struct{ event, id, data string }

func (g *rig) stream(query string, header ...string) *reader {
	g.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	r, err := http.NewRequestWithContext(ctx, "GET", g.server.URL+"/v1/events"+query, nil)
	assert.NilError(g.t, err)
	r.Header.Set("Accept", streamType)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := g.client.Do(r)
	assert.NilError(g.t, err)
	assert.Equal(g.t, response.StatusCode, 200)
	s := &reader{g.t, bufio.NewScanner(response.Body), cancel, response.Header}
	g.t.Cleanup(func() {
		cancel()
		response.Body.Close()
	})
	return s
}

// next gives the next event; false when the stream has ended.
func (s *reader) next() (sse, bool) {
	var e sse
	for s.lines.Scan() {
		key, value, _ := strings.Cut(s.lines.Text(), ": ")
		switch key {
		case "event":
			e.event = value
		case "id":
			e.id = value
		case "data":
			e.data = value
		case "":
			if e != (sse{}) {
				return e, true
			}
		}
	}
	return e, false
}

// want reads an event and compares what is given of it.
func (s *reader) want(event, id, data string) {
	s.t.Helper()
	e, ok := s.next()
	assert.Assert(s.t, ok, "the stream has ended")
	assert.Equal(s.t, e.event, event, "%v", e)
	assert.Assert(s.t, id == "" || e.id == id, "%v", e)
	assert.Assert(s.t, strings.Contains(e.data, data), "%v", e)
}

func TestStream(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	t.Run("FromNow", func(t *testing.T) {
		g := g.on(t)
		s := g.stream("")
		assert.Equal(t, s.header.Get("Content-Type"), streamType)
		run := g.ok("GET", "/v1/cluster", "").text("run_id")
		s.want("run", run+":6", `"since":6}`)
		g.ok("POST", "/v1/nodes/2/timeout", "")
		s.want("", run+":7", `{"seq":7,`)
		s.want("", "", `"event":"Timeout"`)
	})
	t.Run("Since", func(t *testing.T) {
		s := g.on(t).stream("?since=1")
		s.want("run", "", `"since":1}`)
		s.want("", "", `{"seq":2,`)
	})
	t.Run("LastEventID", func(t *testing.T) {
		g := g.on(t)
		run := g.ok("GET", "/v1/cluster", "").text("run_id")
		s := g.stream("?since=0", "Last-Event-ID", run+":6")
		s.want("run", run+":6", `"since":6}`)
		s.want("", run+":7", `"event":"Nemesis"`)
	})
	t.Run("LastEventIDWithoutRun", func(t *testing.T) {
		s := g.on(t).stream("?since=0", "Last-Event-ID", "6")
		s.want("run", "", `"since":6}`)
		s.want("", "", `"event":"Nemesis"`)
	})
	t.Run("Filter", func(t *testing.T) {
		s := g.on(t).stream("?since=-100&event=Timeout,BecomeLeader&node=2")
		s.want("run", "", `"since":0}`)
		s.want("", "", `"event":"Timeout"`)
		s.want("", "", `"event":"BecomeLeader"`)
	})
	t.Run("BadID", func(t *testing.T) {
		g.on(t).refused(400, "bad-request", `Last-Event-ID is "x", want the id of an event`, "GET", "/v1/events", "", "Accept", streamType, "Last-Event-ID", "x")
	})
	t.Run("Head", func(t *testing.T) {
		a := g.on(t).send("HEAD", "/v1/events", "", "Accept", streamType)
		assert.Equal(t, a.status, 200)
	})
	t.Run("Replaced", func(t *testing.T) {
		g := g.on(t)
		s := g.stream("?event=Init&node=0")
		s.want("run", "", "")
		before := g.ok("GET", "/v1/cluster", "").text("run_id")
		run := g.ok("PUT", "/v1/fixture", `{"name": "fresh_3"}`).text("run_id")
		s.want("reset", "", `{"before":"`+before+`","run_id":"`+run+`"}`)
		s.want("run", run+":0", `"since":0}`)
		s.want("", run+":1", `"event":"Init"`)
	})
	t.Run("TooLate", func(t *testing.T) {
		// It has not read anything when it asks for what is long gone.
		g := g.on(t)
		for g.ok("GET", "/v1/events?limit=1", "").text("first") == "1" {
			g.ok("POST", "/v1/clock/advance", `{"ms": 60000}`)
		}
		a := g.ok("GET", "/v1/events?limit=1", "")
		first := a.text("run_id") + ":" + a.text("first")
		s := g.stream("?since=0")
		s.want("run", "", `"since":0}`)
		s.want("missed", "", `{"from":1,"to":`)
		s.want("", first, "")
	})
	t.Run("HostCloses", func(t *testing.T) {
		g := g.on(t)
		s := g.stream("")
		s.want("run", "", "")
		assert.NilError(t, g.host.Close())
		for ok := true; ok; {
			_, ok = s.next()
		}
	})
}

// A stream that has nothing to say shows that it lives.
func TestIdleStreamSendsHeartbeats(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	a := newHandler(g.host, Options{})
	a.heartbeat = time.Millisecond
	g.server.Config.Handler = a
	s := g.stream("")
	for s.lines.Scan() && s.lines.Text() != ": heartbeat" {
	}
	assert.Equal(t, s.lines.Text(), ": heartbeat")
}

// A reader that does not read delays no other reader. It gets the number of events that it
// missed before it began, and its stream ends when it misses some later. It may go on then.
func TestSlowReaderMissesEvents(t *testing.T) {
	f, err := fixture.Named("fresh_5")
	assert.NilError(t, err)
	h, err := host.Start(f, host.Options{Clock: host.Virtual})
	assert.NilError(t, err)
	defer h.Close()
	handler := Handler(h, Options{})
	pass := func(records uint64) {
		var first, until uint64
		h.Observe(func(o host.View) { until = o.Trace().First() + records })
		for first < until { // the world goes on
			_, err := h.Advance(t.Context(), time.Minute)
			assert.NilError(t, err)
			h.Observe(func(o host.View) { first = o.Trace().First() })
		}
	}
	s := openSlow(t, handler, "")
	assert.Assert(t, strings.Contains(s.next(), "event: run"))
	pass(1)
	missed := s.next()
	assert.Assert(t, strings.HasPrefix(missed, "event: missed\ndata: {\"from\":1,"), "%.200s", missed)
	part := s.next()
	assert.Assert(t, strings.HasPrefix(part, "id: "), "%.200s", part)
	pass(100_000)
	end := s.next()
	assert.Assert(t, strings.HasPrefix(end, "event: end\n") && strings.Contains(end, "reads too slowly"), "%.200s", end)
	assert.Equal(t, s.next(), "")

	ids := strings.Split(part, "id: ")
	last, _, _ := strings.Cut(ids[len(ids)-1], "\n")
	again := openSlow(t, handler, last)
	assert.Assert(t, strings.Contains(again.next(), "id: "+last+"\nevent: run"))
	assert.Assert(t, strings.HasPrefix(again.next(), "event: missed"))
	assert.Assert(t, strings.HasPrefix(again.next(), "id: "))
}

// A slowWriter tells what it is given, and takes it only when the test asks for more.
type slowWriter struct {
	*httptest.ResponseRecorder
	ctx   context.Context
	wrote chan string // closed at the end
	more  chan struct{}
	told  bool
}

func (w *slowWriter) Write(b []byte) (int, error) {
	select {
	case w.wrote <- string(b):
	case <-w.ctx.Done():
		return 0, w.ctx.Err()
	}
	select {
	case <-w.more:
		return len(b), nil
	case <-w.ctx.Done():
		return 0, w.ctx.Err()
	}
}

// next is what is written next; "" when the stream has ended.
func (w *slowWriter) next() string {
	if w.told {
		w.more <- struct{}{}
	}
	w.told = true
	return <-w.wrote
}

// openSlow opens a stream of all events, or of those after an id.
func openSlow(t *testing.T, h http.Handler, lastID string) *slowWriter {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	w := &slowWriter{httptest.NewRecorder(), ctx, make(chan string), make(chan struct{}), false}
	r := httptest.NewRequestWithContext(ctx, "GET", "http://localhost/v1/events?since=0", nil)
	r.Header.Set("Accept", streamType)
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer close(w.wrote)
		h.ServeHTTP(w, r)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return w
}
