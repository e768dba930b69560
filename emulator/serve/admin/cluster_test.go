package admin

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/golden"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/host"
)

func TestGetClusterShowsTheWholeState(t *testing.T) {
	g := start(t, "figure_7", host.Virtual)
	golden.Assert(t, g.shown("/v1/cluster"), "cluster_before.json")
	g.ok("POST", "/v1/partition", `{"isolate": 1}`)
	g.ok("PUT", "/v1/faults/slow", `{"delay_ms": [5, 20]}`)
	g.ok("POST", "/v1/nodes/2/crash", "")
	g.ok("POST", "/v1/nodes/3/pause", "")
	g.ok("POST", "/v1/clock/advance", `{"ms": 1000}`)
	golden.Assert(t, g.shown("/v1/cluster"), "cluster_broken.json")
}

func TestFixture(t *testing.T) {
	g := start(t, "fresh_3", host.Real)
	urls := g.host.URLs()

	t.Run("More", func(t *testing.T) {
		g := g.on(t)
		a := g.ok("PUT", "/v1/fixture", `{"name": "fresh_13"}`)
		a.is(t, "fixture.name", "fresh_13", "nodes.12.id", "12", "nodes.0.url", urls[0], "nodes.2.url", urls[2], "seq", "0")
		assert.Assert(t, !g.refuses(12))
		g.wait("leader=unique&since=0&event=BecomeLeader")
	})
	t.Run("Fewer", func(t *testing.T) {
		g := g.on(t)
		g.ok("PUT", "/v1/fixture?name=fresh_1.toml", "").is(t, "fixture.name", "fresh_1", "nodes.0.url", urls[0], "nodes.1", "nothing at nodes.1")
		assert.Assert(t, g.refuses(1) && g.refuses(12) && !g.refuses(0))
		g.wait("leader=0")
	})
	t.Run("TOML", func(t *testing.T) {
		g := g.on(t)
		for _, contentType := range []string{"", "application/toml", "text/plain", "application/x-www-form-urlencoded"} {
			a := g.send("PUT", "/v1/fixture", "format = 1\nseed = 42\n[cluster]\nnodes = 2\n", "Content-Type", contentType)
			assert.Equal(t, a.status, 200, a.body)
			g.object(a).is(t, "fixture.name", "fixture", "seed", "42", "nodes.1.id", "1")
		}
	})
	t.Run("Frozen", func(t *testing.T) {
		g := g.on(t)
		g.ok("PUT", "/v1/fixture", `{"name": "missing_and_extra_entries"}`)
		g.wait("committed=6&logs_equal=all")
		g.ok("POST", "/v1/clock/pause", "")
		g.ok("POST", "/v1/nodes/1/crash", "")
		g.ok("POST", "/v1/partition", `{"isolate": 0}`)
		a := g.send("GET", "/v1/fixture", "")
		assert.Equal(t, a.header.Get("Content-Type"), tomlType)
		_, err := fixture.Parse("frozen.toml", []byte(a.body))
		assert.NilError(t, err, a.body)
		before := g.ok("GET", "/v1/nodes/0", "")
		loaded := g.send("PUT", "/v1/fixture", a.body)
		assert.Equal(t, loaded.status, 200, loaded.body)
		g.object(loaded).is(t, "nodes.1.up", "false", "partition.groups", "[[0],[1]]", "fixture.name", "missing_and_extra_entries", "clock.paused", "false")
		after := g.ok("GET", "/v1/nodes/0", "")
		for _, key := range []string{"role", "term", "voted_for", "log", "commit_index", "next_index", "match_index", "queue"} {
			assert.Equal(t, after.text(key), before.text(key), key)
		}
	})
	t.Run("List", func(t *testing.T) {
		g := g.on(t)
		g.ok("GET", "/v1/fixtures", "").is(t, "fixtures.0.name", fixture.List()[0].Name)
	})
	t.Run("File", func(t *testing.T) {
		g := g.on(t)
		a := g.send("GET", "/v1/fixtures/fresh_3", "")
		assert.Equal(t, a.status, 200)
		assert.Equal(t, a.header.Get("Content-Type"), tomlType)
		assert.Assert(t, strings.Contains(a.body, "format = 1"))
		assert.Equal(t, g.send("GET", "/v1/fixtures/fresh_3.toml", "").body, a.body)
	})
}

func TestFixtureErrors(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	for _, c := range []struct {
		name         string
		status       int
		slug         string
		method, path string
		body, detail string
	}{
		{"Nothing", 400, "bad-request", "PUT", "/v1/fixture", "", "there is no fixture: want TOML as the body"},
		{"Both", 422, "invalid", "PUT", "/v1/fixture?name=fresh_1", `{"name": "fresh_1"}`, "want one of the two"},
		{"Unknown", 404, "no-such-fixture", "PUT", "/v1/fixture?name=fresh_2", "", `there is no fixture "fresh_2", did you mean "fresh_1", "fresh_3" or `},
		{"UnknownInBody", 404, "no-such-fixture", "PUT", "/v1/fixture", `{"name": "zzz"}`, `there is no fixture "zzz", GET /v1/fixtures lists all`},
		{"NoPaths", 404, "no-such-fixture", "PUT", "/v1/fixture", `{"name": "../fixtures/fresh_1.toml"}`, `there is no fixture`},
		{"NoName", 422, "invalid", "PUT", "/v1/fixture", `{}`, "name is missing"},
		{"NotTOML", 422, "invalid", "PUT", "/v1/fixture", "format = ", "not TOML"},
		{"File", 404, "no-such-fixture", "GET", "/v1/fixtures/figure_9", "", `did you mean "figure_`},
		{"FilePath", 404, "no-such-fixture", "GET", "/v1/fixtures/..%2Fgo.mod", "", "there is no fixture"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := g.on(t)
			before := g.ok("GET", "/v1/cluster", "")
			g.refused(c.status, c.slug, c.detail, c.method, c.path, c.body)
			assert.DeepEqual(t, g.ok("GET", "/v1/cluster", ""), before)
		})
	}
	t.Run("JSONType", func(t *testing.T) {
		g := g.on(t)
		g.refused(400, "bad-request", "is not JSON", "PUT", "/v1/fixture", "format = 1", "Content-Type", "application/json; charset=utf-8")
	})
	t.Run("AllProblems", func(t *testing.T) {
		g := g.on(t)
		p := g.refused(422, "invalid", "; and 1 more, see errors", "PUT", "/v1/fixture", "format = 1\nsead = 7\n[cluster]\nnodes = 0\n")
		p.is(t, "errors.0.file", "fixture.toml", "errors.0.line", "2", "errors.0.key", "sead", "errors.1.key", "cluster.nodes")
	})
}

// A port that is taken keeps the old cluster going.
func TestFixtureNoPort(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NilError(t, err)
	defer taken.Close()
	any := netip.MustParseAddrPort("127.0.0.1:0")
	f, err := fixture.Named("fresh_1")
	assert.NilError(t, err)
	h, err := host.Start(f, host.Options{
		Clock: host.Virtual, Addrs: []netip.AddrPort{any, any, taken.Addr().(*net.TCPAddr).AddrPort()},
	})
	assert.NilError(t, err)
	g := &rig{t, h, httptest.NewServer(Handler(h, Options{})), &http.Client{Transport: &http.Transport{}}}
	defer g.close()
	before := g.ok("GET", "/v1/cluster", "")
	g.refused(503, "no-port", "node 2 cannot have its port", "PUT", "/v1/fixture?name=fresh_3", "")
	assert.DeepEqual(t, g.ok("GET", "/v1/cluster", ""), before)
	assert.Assert(t, !g.refuses(0))
}

func TestClockRunsPausesAndSteps(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	t.Run("Get", func(t *testing.T) {
		g := g.on(t)
		g.ok("GET", "/v1/clock", "").is(t, "mode", "virtual", "paused", "false", "speed", "0", "time_ms", "0", "steps", "0", "seq", "6")
	})
	t.Run("Step", func(t *testing.T) {
		g := g.on(t)
		g.ok("POST", "/v1/clock/step", "").is(t, "paused", "true", "steps", "1", "seq", "6")
		g.ok("POST", "/v1/clock/step", `{"events": 3}`).is(t, "steps", "4")
	})
	t.Run("Advance", func(t *testing.T) {
		g := g.on(t)
		before := g.ok("GET", "/v1/clock", "")
		g.ok("POST", "/v1/clock/advance", `{"ms": 0}`).is(t, "time_ms", before.text("time_ms"))
		a := g.ok("POST", "/v1/clock/advance", `{"ms": 2000.5}`)
		assert.Assert(t, a.number(t, "time_ms") >= 2000)
	})
	t.Run("Run", func(t *testing.T) {
		g := g.on(t)
		g.ok("POST", "/v1/clock/run", "").is(t, "paused", "false", "speed", "0")
		g.ok("POST", "/v1/clock/run", `{"speed": 1000}`).is(t, "speed", "1000")
		g.refused(409, "wrong-state", "it is moving by itself; pause it first", "POST", "/v1/clock/advance", `{"ms": 1}`)
		g.wait("committed=0&event=AppendEntries")
		g.ok("POST", "/v1/clock/pause", "").is(t, "paused", "true", "speed", "1000")
	})
	for _, c := range []struct{ name, path, body, detail string }{
		{"SpeedBack", "/v1/clock/run", `{"speed": -1}`, "speed is -1, want a number from 0 to 1000"},
		{"NoSpeed", "/v1/clock/run", `{"speed": -1.5}`, "speed is -1.5, want a number from 0 to 1000"},
		{"TooFast", "/v1/clock/run", `{"speed": 1001}`, "speed is 1001"},
		{"SpeedType", "/v1/clock/run", `{"speed": "fast"}`, `speed is "fast", want a number from 0 to 1000`},
		{"NoEvents", "/v1/clock/step", `{"events": 0}`, "events is 0, want a whole number from 1 to 1000000"},
		{"HalfEvent", "/v1/clock/step", `{"events": 0.5}`, "events is 0.5, want a whole number"},
		{"Back", "/v1/clock/advance", `{"ms": -1}`, "ms is -1"},
		{"TooFar", "/v1/clock/advance", `{"ms": 86400001}`, "ms is 86400001, want a number of milliseconds from 0 to 86400000"},
		{"NoMS", "/v1/clock/advance", `{}`, "ms is missing"},
		{"Unknown", "/v1/clock/pause", `{"ms": 1}`, "ms is an unknown key, want none"},
	} {
		t.Run(c.name, func(t *testing.T) { g.on(t).refused(422, "invalid", c.detail, "POST", c.path, c.body) })
	}
}
