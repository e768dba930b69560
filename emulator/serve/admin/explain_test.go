package admin

import (
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/serve/host"
)

func TestExplain(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)

	t.Run("NobodyLeads", func(t *testing.T) {
		g := g.on(t)
		for _, query := range []string{"", "?seq=now"} {
			a := g.ok("GET", "/v1/explain"+query, "")
			a.is(t, "event", "Now", "section", "§5.2")
			assert.Assert(t, strings.HasPrefix(a.text("text"), "Nobody leads"), a.text("text"))
		}
	})
	g.ok("POST", "/v1/nodes/2/timeout", "")
	g.ok("POST", "/v1/clock/advance", `{"ms": 500}`)

	t.Run("Leads", func(t *testing.T) {
		g := g.on(t)
		a := g.ok("GET", "/v1/explain?seq=now", "")
		a.is(t, "node", "2")
		assert.Assert(t, strings.HasPrefix(a.text("text"), "Node 2 leads term 1"), a.text("text"))
	})
	t.Run("Event", func(t *testing.T) {
		g := g.on(t)
		event := g.ok("GET", "/v1/events?event=Timeout&limit=1", "")
		a := g.ok("GET", "/v1/explain?seq="+event.text("events.0.seq"), "")
		a.is(t, "event", "Timeout", "node", "2", "run_id", event.text("run_id"), "steps.0.seq", event.text("events.0.cause"))
		assert.Assert(t, strings.Contains(a.text("text"), "somebody let its election timer run out"), a.text("text"))
	})
	t.Run("Word", func(t *testing.T) {
		g.on(t).refused(422, "invalid", `"seq" is "soon", want the seq of an event, or now`, "GET", "/v1/explain?seq=soon", "")
	})
	t.Run("Zero", func(t *testing.T) { g.on(t).refused(422, "invalid", "want the seq", "GET", "/v1/explain?seq=0", "") })
	t.Run("Ahead", func(t *testing.T) {
		g.on(t).refused(422, "invalid", "the run has not got that far", "GET", "/v1/explain?seq=99999", "")
	})
	t.Run("Gone", func(t *testing.T) {
		g := g.on(t)
		for g.ok("GET", "/v1/events?since=-1", "").text("first") == "1" {
			g.ok("POST", "/v1/clock/advance", `{"ms": 100000}`)
		}
		g.refused(410, "gone", "the oldest one kept is", "GET", "/v1/explain?seq=1", "")
		began := time.Now()
		a := g.ok("GET", "/v1/explain?seq="+g.ok("GET", "/v1/cluster", "").text("seq"), "")
		t.Logf("%v: %s", time.Since(began), a.text("text"))
	})
}
