package admin

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/poll"

	"rrmq.example/emulator/emulator/serve/host"
)

// A list of faults takes the place of another one at one moment, also while others change them.
func TestPutFaultsIsAtomic(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	lists := []string{
		`{"faults": [{"name": "a", "drop": true}, {"name": "b", "drop": true}]}`,
		`{"faults": [{"name": "c", "drop": true}, {"name": "d", "drop": true}, {"name": "e", "drop": true}]}`,
		"",
	}
	var wg sync.WaitGroup
	for _, list := range lists {
		wg.Go(func() {
			for range 50 {
				method := "PUT"
				if list == "" {
					method = "DELETE"
				}
				assert.Check(t, g.send(method, "/v1/faults", list).status == http.StatusOK)
			}
		})
	}
	over := make(chan struct{})
	go func() {
		wg.Wait()
		close(over)
	}()
	for ended := false; !ended; {
		select {
		case <-over:
			ended = true
		default:
		}
		var names []string
		g.host.Observe(func(o host.View) {
			for _, r := range o.Rules() {
				names = append(names, r.Name)
			}
		})
		got := strings.Join(names, "")
		assert.Assert(t, slices.Contains([]string{"ab", "cde", ""}, got), got)
	}
}

// A list with a fault that is refused leaves all as it is, and one that is set is one change:
// its records follow each other, and the answer has the first one's seq.
func TestPutFaultsIsOneChange(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	g.ok("PUT", "/v1/faults", `{"faults": [{"name": "a", "drop": true}, {"name": "b", "drop": true}]}`).is(t, "seq", "7", "faults.1.name", "b")
	g.ok("PUT", "/v1/faults", `{"faults": [{"name": "c", "drop": true}]}`).is(t, "seq", "9", "faults.0.name", "c", "faults.1", "nothing at faults.1")
	g.ok("DELETE", "/v1/faults", "").is(t, "seq", "12", "faults", "[]")
	g.ok("DELETE", "/v1/faults", "").is(t, "seq", "12", "faults", "[]")
	g.ok("GET", "/v1/events?since=6", "").is(t,
		"events.0.change.op", "set_fault", "events.1.change.op", "set_fault",
		"events.2.change.op", "delete_fault", "events.3.change.op", "delete_fault", "events.4.change.op", "set_fault",
		"events.5.change.op", "delete_fault", "events.6", "nothing at events.6")
}

// Advancing the clock ends when the client goes.
func TestAdvanceEndsWithItsClient(t *testing.T) {
	g := start(t, "fresh_5", host.Virtual)
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "POST", g.server.URL+"/v1/clock/advance", strings.NewReader(`{"ms": 86400000}`))
	assert.NilError(t, err)
	ended := make(chan error)
	go func() {
		_, err := g.client.Do(r)
		ended <- err
	}()
	wait := func(what string, f func() bool) {
		poll.WaitOn(t, func(poll.LogT) poll.Result {
			if f() {
				return poll.Success()
			}
			return poll.Continue("%s", what)
		}, poll.WithTimeout(deadline))
	}
	wait("the clock does not move", func() bool { return g.host.Clock().Now > 0 })
	cancel()
	assert.ErrorIs(t, <-ended, context.Canceled)
	now := g.host.Clock().Now
	wait("the clock moves", func() bool {
		before := now
		now = g.host.Clock().Now
		return now == before
	})
	assert.Assert(t, now < host.MaxAdvance, now)
}
