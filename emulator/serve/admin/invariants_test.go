package admin

import (
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// Healthy nodes hold every invariant, nodes with a bug violate some, and another cluster
// begins with all of them held.
func TestInvariantsShowViolations(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	g.ok("GET", "/v1/wait?leader=unique", "")
	a := g.ok("GET", "/v1/invariants", "")
	a.is(t, "held", "true", "invariants.0.name", "election_safety", "invariants.0.status", "held", "invariants.0.violation", "null",
		"invariants.10.name", "applied_once_in_order", "invariants.11", "nothing at invariants.11")
	const counter = `emulator_invariant_violations_total{invariant="stored_before_acknowledged",status=`
	metrics := g.send("GET", "/metrics", "").body
	assert.Assert(t, strings.Contains(metrics, counter+`"held"} 0`), metrics)

	leader := g.ok("GET", "/v1/cluster", "").text("leader")
	g.ok("POST", "/v1/partition", `{"isolate": "leader"}`)
	g.ok("POST", "/v1/nodes/"+leader+"/bug", `{"bug": "commit_without_majority"}`)
	g.host.Observe(func(o host.View) {
		w := o.(interface {
			Do(raft.NodeID, *machine.Command, func(machine.Reply)) uint64
			RunUntil(time.Duration)
		})
		w.Do(o.Leader(), queue.PutTopic.New("dog"), nil)
		w.RunUntil(o.Now() + time.Millisecond)
	})
	a = g.ok("GET", "/v1/invariants", "")
	a.is(t, "held", "false", "invariants.9.name", "stored_before_acknowledged", "invariants.9.status", "violated",
		"invariants.9.excuse", "", "invariants.9.violation.node", leader, "invariants.9.violation.index", "1",
		"invariants.9.violation.there", "1 of 3 nodes have it on stable storage",
		"invariants.9.violation.bugs.0.bug", "commit_without_majority", "invariants.9.violation.bugs.0.node", leader)
	metrics = g.send("GET", "/metrics", "").body
	assert.Assert(t, strings.Contains(metrics, counter+`"violated"} `), metrics)

	g.ok("PUT", "/v1/fixture?name=fresh_3", "")
	g.ok("GET", "/v1/invariants", "").is(t, "held", "true")
}
