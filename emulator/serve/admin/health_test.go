package admin

import (
	"regexp"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/assert/cmp"

	"rrmq.example/emulator/emulator/serve/host"
)

func TestHealth(t *testing.T) {
	g := start(t, "fresh_3", host.Real)
	t.Run("Live", func(t *testing.T) {
		a := g.on(t).send("GET", "/livez", "")
		assert.Equal(t, a.body, "ok\n")
	})
	t.Run("Ready", func(t *testing.T) {
		a := g.on(t).send("GET", "/readyz", "")
		assert.Equal(t, a.status, 200)
		assert.Equal(t, a.body, "ok\n")
	})
	t.Run("Version", func(t *testing.T) {
		g.on(t).ok("GET", "/version", "").is(t, "name", "emulator", "version", "v0.0.0-test")
	})
	t.Run("Closed", func(t *testing.T) {
		g := g.on(t)
		assert.NilError(t, g.host.Close())
		g.refused(503, "closed", "has been closed", "GET", "/readyz", "")
		g.refused(503, "closed", "has been closed", "POST", "/v1/nodes/0/crash", "")
		g.refused(503, "closed", "has been closed", "PUT", "/v1/fixture?name=fresh_1", "")
		assert.Equal(t, g.send("GET", "/livez", "").status, 200)
		assert.Equal(t, g.send("GET", "/v1/cluster", "").status, 200)
	})
}

// metricLine is a line of Prometheus' text format.
var metricLine = regexp.MustCompile(`^(# HELP [a-z_]+ .+|# TYPE [a-z_]+ (counter|gauge)|[a-z_]+(\{[a-z_]+="([^"\\\n]|\\["\\n])*"(,[a-z_]+="([^"\\\n]|\\["\\n])*")*\})? [0-9.e+-]+)$`)

func TestMetrics(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	g.ok("POST", "/v1/nodes/1/timeout", "")
	g.ok("POST", "/v1/nodes/0/crash", "")
	g.ok("PUT", "/v1/faults/a%5C%22b", `{"drop": true}`)
	a := g.send("GET", "/metrics", "")
	assert.Equal(t, a.header.Get("Content-Type"), "text/plain; version=0.0.4; charset=utf-8")
	assert.Assert(t, strings.HasSuffix(a.body, "\n"))
	family := ""
	for _, line := range strings.Split(strings.TrimSuffix(a.body, "\n"), "\n") {
		assert.Assert(t, cmp.Regexp(metricLine, line))
		if name, ok := strings.CutPrefix(line, "# TYPE "); ok {
			family, _, _ = strings.Cut(name, " ")
		} else if !strings.HasPrefix(line, "#") {
			assert.Assert(t, strings.HasPrefix(line, family), "%s in the family %s", line, family)
		}
	}
	for _, want := range []string{
		`emulator_trace_records_total{event="Init"} 3`,
		`emulator_trace_records_total{event="BecomeLeader"} 1`,
		`emulator_trace_records_total{event="Nemesis"} 3`,
		`emulator_node_up{node="0"} 0`,
		`emulator_node_term{node="1"} 1`,
		`emulator_node_role{node="1",role="Leader"} 1`,
		`emulator_fault_acted_total{fault="a\\\"b"} 0`,
		`emulator_time_seconds 0`,
	} {
		assert.Assert(t, strings.Contains(a.body, want+"\n"), "%s is not in %s", want, a.body)
	}
}

// Counters count more than the trace holds.
func TestMetricsBeyondTheTrace(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	for g.ok("GET", "/v1/events?limit=1", "").text("first") == "1" {
		g.ok("POST", "/v1/clock/advance", `{"ms": 60000}`)
	}
	assert.Assert(t, strings.Contains(g.send("GET", "/metrics", "").body, `emulator_trace_records_total{event="Init"} 3`))
}
