package admin

import (
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/host"
)

func TestFixtureSteps(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	g.wait("leader=unique")
	g.ok("POST", "/v1/nodes/1/crash", "")
	g.ok("POST", "/v1/partition", `{"oneway": [[0, 2]]}`)
	g.ok("DELETE", "/v1/partition", "")

	t.Run("True", func(t *testing.T) {
		g := g.on(t)
		a := g.send("GET", "/v1/fixture?steps=true", "")
		assert.Equal(t, a.status, 200, a.body)
		f, err := fixture.Parse("steps.toml", []byte(a.body))
		assert.NilError(t, err, a.body)
		assert.Equal(t, len(f.Scenario.Steps), 3)
		base, err := fixture.Named("fresh_3")
		assert.NilError(t, err)
		assert.DeepEqual(t, f.Nodes, base.Nodes)
		assert.Assert(t, strings.Contains(a.body, "\ncrash = 1\n"), a.body)
	})
	t.Run("False", func(t *testing.T) {
		g := g.on(t)
		assert.Equal(t, g.send("GET", "/v1/fixture?steps=false", "").body, g.send("GET", "/v1/fixture", "").body)
	})
	t.Run("Maybe", func(t *testing.T) {
		g := g.on(t)
		g.refused(400, "bad-request", `"maybe", want true or false`, "GET", "/v1/fixture?steps=maybe", "")
	})
	t.Run("Forgotten", func(t *testing.T) {
		g := g.on(t)
		g.ok("POST", "/v1/clock/advance", `{"ms": 600000}`)
		g.refused(409, "wrong-state", "started with -trace FILE", "GET", "/v1/fixture?steps=true", "")
	})
}
