package verify_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator"
	"rrmq.example/emulator/emulator/check/verify"
	"rrmq.example/emulator/emulator/sim/fault"
)

// The judge accepts a cluster behind real ports: many clients at once, while leaders
// crash, links are cut and rules come and go.
func TestRealClustersAreAccepted(t *testing.T) {
	for _, fixture := range []string{"fresh_5", "slow_storage", "figure_7", "lossy_network"} {
		t.Run(fixture, func(t *testing.T) {
			t.Parallel()
			var trace bytes.Buffer
			m := &verify.Monitor{}
			t.Run("Cluster", func(t *testing.T) {
				disturb(t, emulator.Start(t, fixture, emulator.Trace(&trace), func(o *emulator.Options) { o.Monitors = append(o.Monitors, m) }))
			})
			assert.NilError(t, m.Err())
			runs := 0
			assert.NilError(t, verify.File(context.Background(), &trace, func(r verify.Run) {
				runs++
				// The second cluster runs for as long as it takes to load and look at it.
				assert.Check(t, r.Verdict() == verify.Accepted && (r.Records > 100 || runs == 2), "%+v: %v %s", r, r.Finding, r.Why())
			}))
			assert.Equal(t, runs, 2)
		})
	}
}

// disturb sends requests to all nodes of a cluster while it breaks and heals the
// cluster, and then loads another one.
func disturb(t *testing.T, c *emulator.Cluster) {
	c = c.Within(20 * time.Second)
	ctx, stop := context.WithCancel(t.Context())
	var clients sync.WaitGroup
	for k, n := range c.Nodes() {
		clients.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				topic := fmt.Sprint("t", (k+i)%3)
				call(ctx, "PUT", n.URL+"/topic", fmt.Sprintf(`{"topic": %q}`, topic))
				call(ctx, "PUT", n.URL+"/message", fmt.Sprintf(`{"topic": %q, "message": "%d-%d \"é\""}`, topic, k, i))
				call(ctx, "GET", n.URL+"/topic", "")
				call(ctx, "GET", n.URL+"/message/"+topic, "")
			}
		})
	}
	c.Wait("leader=unique")
	first := c.Leader().ID
	c.Fault(fault.Rule{Name: "noise", DelayMax: 2 * time.Millisecond, Duplicate: 1, Probability: 0.3})
	c.Crash(first)
	c.Since(c.Seq()).Wait("event=BecomeLeader")
	c.Restart(first)
	c.Wait("leader=unique")
	second := c.Leader().ID
	c.Isolate(second)
	c.Since(c.Seq()).Wait("event=BecomeLeader")
	c.Heal()
	c.Wait("leader=unique")
	c.Pause(c.Leader().ID)
	c.Since(c.Seq()).Wait("event=BecomeLeader")
	c.Heal()
	c.Wait("leader=unique", "logs_equal=all")
	c.Load("fresh_3")
	c.Wait("leader=unique")
	c.Since(c.Seq()).Wait("event=Response")
	stop()
	clients.Wait()
}

// call sends a request and accepts any answer, or none within a second.
func call(ctx context.Context, method, url, body string) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err == nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
}
