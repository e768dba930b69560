package admin

import (
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/serve/host"
)

// Two runs of one seed are two runs: a seq of the one is no place in the other.
func TestRunIsReplaced(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	old := g.ok("GET", "/v1/cluster", "").text("run_id")
	g.ok("POST", "/v1/nodes/2/timeout", "")
	g.ok("GET", "/v1/events?since=2&run="+old, "").is(t, "reset", "false", "run_id", old, "events.0.seq", "3")
	g.ok("GET", "/v1/history?since=2&run="+old, "").is(t, "reset", "false", "run_id", old)
	g.ok("GET", "/v1/wait?event=Timeout&since=2&run="+old, "")
	run := g.ok("PUT", "/v1/fixture?name=fresh_3", "").text("run_id")
	assert.Assert(t, run != old)
	g.ok("POST", "/v1/nodes/1/timeout", "")
	g.ok("POST", "/v1/nodes/0/crash", "")

	t.Run("Events", func(t *testing.T) {
		g.on(t).ok("GET", "/v1/events?since=2&run="+old, "").is(t, "reset", "true", "run_id", run, "events.0.seq", "1")
		g.on(t).ok("GET", "/v1/events?since=99999&run="+old, "").is(t, "reset", "true", "events.0.seq", "1")
		g.on(t).ok("GET", "/v1/events?since=-1&run="+old, "").is(t, "reset", "true", "events.0.seq", "1")
	})
	t.Run("History", func(t *testing.T) {
		g.on(t).ok("GET", "/v1/history?since=99999&run="+old, "").is(t, "reset", "true", "run_id", run,
			"faults.0.words", "the election timer of node 1 was made to run out", "faults.1.words", "node 0 was crashed")
	})
	t.Run("Wait", func(t *testing.T) {
		g.on(t).refused(409, "replaced", "the cluster was replaced: run "+old+" is over, and run "+run, "GET", "/v1/wait?event=Timeout&since=2&run="+old, "")
	})
	for name, id := range map[string]string{"Stream": old + ":2", "StreamOfALongerRun": old + ":99999"} {
		t.Run(name, func(t *testing.T) {
			s := g.on(t).stream("", "Last-Event-ID", id)
			s.want("reset", "", `{"before":"`+old+`","run_id":"`+run+`"}`)
			s.want("run", run+":0", `"since":0}`)
			s.want("", run+":1", `{"seq":1,`)
		})
	}
	t.Run("StreamByQuery", func(t *testing.T) {
		s := g.on(t).stream("?since=2&run=" + old)
		s.want("reset", "", `{"before":"`+old+`","run_id":"`+run+`"}`)
	})
	t.Run("StreamOfNoRun", func(t *testing.T) {
		s := g.on(t).stream("", "Last-Event-ID", "99999")
		s.want("reset", "", `{"before":"","run_id":"`+run+`"}`)
		s.want("run", run+":0", `"since":0}`)
	})
	for _, id := range []string{":1", run + ":", run, run + ":-1"} {
		t.Run("BadID "+id, func(t *testing.T) {
			g.on(t).refused(400, "bad-request", "Last-Event-ID is ", "GET", "/v1/events", "", "Accept", streamType, "Last-Event-ID", id)
		})
	}
}

// A wait does not go on in another run.
func TestWaitEndsWhenTheClusterIsReplaced(t *testing.T) {
	g := start(t, "fresh_3", host.Real)
	status := make(chan int)
	go func() { status <- g.send("GET", "/v1/wait?term=1000&timeout_ms=60000", "").status }()
	for {
		g.ok("PUT", "/v1/fixture?name=fresh_3", "")
		select {
		case got := <-status:
			assert.Equal(t, got, 409)
			return
		default:
		}
	}
}
