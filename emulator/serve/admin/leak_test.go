package admin

import (
	"runtime"
	"testing"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/poll"

	"rrmq.example/emulator/emulator/serve/host"
)

// Nothing goes on when all is closed, whatever was asked for before.
func TestNoLeak(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 3 {
		g := start(t, "fresh_3", host.Real)
		s := g.stream("?since=0")
		s.want("run", "", "")
		gone := g.stream("")
		gone.want("run", "", "")
		gone.cancel()
		g.wait("leader=unique")
		g.ok("PUT", "/v1/fixture?name=fresh_5", "")
		g.ok("POST", "/v1/nodes/1/pause", "")
		waits := make(chan reply, 1)
		go func() { waits <- g.send("GET", "/v1/wait?term=99999&timeout_ms=60000", "") }()
		assert.NilError(t, g.host.Close())
		assert.Equal(t, (<-waits).status, 503)
		g.close()
		s.cancel()
	}
	poll.WaitOn(t, func(poll.LogT) poll.Result {
		if n := runtime.NumGoroutine() - 1; n > before { // this is one itself
			return poll.Continue("%d goroutines, %d before", n, before)
		}
		return poll.Success()
	}, poll.WithTimeout(deadline))
}
