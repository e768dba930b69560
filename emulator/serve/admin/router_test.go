package admin

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/apidoc"
	"rrmq.example/emulator/emulator/serve/host"
)

func TestUnknownRoutes(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	for _, c := range []struct{ name, path, want string }{
		{"Segment", "/v1/node/3/crash", "did you mean \"/v1/nodes/3/crash\"?"},
		{"Verb", "/v1/nodes/leader/crsh", "did you mean \"/v1/nodes/leader/crash\"?"},
		{"TrailingSlash", "/v1/nodes/", "did you mean \"/v1/nodes\"?"},
		{"NoVersion", "/faults", "did you mean \"/v1/faults\"?"},
		{"Verbs", "/v1/nodes/0/isolated", "did you mean \"/v1/nodes/0/isolate\"?"},
		{"VerbFar", "/v1/nodes/0/kill", "want bug, crash, heal, isolate, pause, request, restart, resume, skew or timeout at its end"},
		{"VerbThatWouldHarm", "/v1/nodes/0/reset", "want bug, crash"},
		{"Noun", "/v1/partitoin", "did you mean \"/v1/partition\"?"},
		{"Clock", "/v1/clock/puase", "did you mean \"/v1/clock/pause\"?"},
		{"Plural", "/v1/fault", "did you mean \"/v1/faults\"?"},
		{"Two", "/v1/fixtuer", "did you mean \"/v1/fixture\"?"},
		{"Root", "/v2", `there is no "/v2", GET / lists all routes`},
		{"Far", "/nonsense/of/all/kinds", `there is no "/nonsense/of/all/kinds", GET / lists all routes`},
		{"BadEscape", "/v1/faults/%25zz/x", "there is no"},
		{"EmptyName", "/v1/fixtures//", "GET / lists all routes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g.on(t).refused(404, "no-such-route", c.want, "GET", c.path, "")
		})
	}
}

func TestOtherMethodsAreRefused(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	t.Run("Wrong", func(t *testing.T) {
		g := g.on(t)
		for _, c := range []struct{ method, path, allow string }{
			{"GET", "/v1/nodes/0/crash", "OPTIONS, POST"},
			{"POST", "/v1/faults", "DELETE, GET, HEAD, OPTIONS, PUT"},
			{"DELETE", "/v1/cluster", "GET, HEAD, OPTIONS"},
			{"HEAD", "/v1/heal", "OPTIONS, POST"},
		} {
			a := g.send(c.method, c.path, "")
			assert.Equal(t, a.status, 405, a.body)
			assert.Equal(t, a.header.Get("Allow"), c.allow)
		}
		g.refused(405, "wrong-method", `"PATCH" is not for /v1/heal, which has OPTIONS, POST`, "PATCH", "/v1/heal", "")
	})
	t.Run("Options", func(t *testing.T) {
		a := g.on(t).send("OPTIONS", "/v1/fixture", "")
		assert.Equal(t, a.status, 204)
		assert.Equal(t, a.header.Get("Allow"), "GET, HEAD, OPTIONS, PUT")
	})
	t.Run("Head", func(t *testing.T) {
		a := g.on(t).send("HEAD", "/v1/cluster", "")
		assert.Equal(t, a.status, 200)
		assert.Equal(t, a.body, "")
		assert.Assert(t, a.header.Get("Content-Length") != "0")
	})
}

func TestForeignOrigin(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	for _, c := range []struct{ name, header, value string }{
		{"Origin", "Origin", "http://evil.example"},
		{"OriginNull", "Origin", "null"},
		{"Site", "Sec-Fetch-Site", "cross-site"},
		{"Host", "Host", "evil.example"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := g.on(t)
			for _, to := range table() {
				path := strings.NewReplacer("{id}", "0", "{name}", "fresh_3", "{fork}", "1").Replace(to.path)
				if to.open {
					assert.Equal(t, g.send(to.method, path, "", c.header, c.value).status, 200)
					continue
				}
				g.refused(403, "foreign-origin", "request from a foreign origin", to.method, path, "", c.header, c.value)
			}
			g.refused(403, "foreign-origin", "", "GET", "/nothing", "", c.header, c.value)
			g.refused(403, "foreign-origin", "", "PATCH", "/v1/cluster", "", c.header, c.value)
		})
	}
	t.Run("Own", func(t *testing.T) {
		a := g.on(t).send("GET", "/v1/cluster", "", "Origin", g.server.URL, "Sec-Fetch-Site", "same-origin")
		assert.Equal(t, a.status, 200)
	})
	t.Run("Allowed", func(t *testing.T) {
		g := g.on(t)
		g.server.Config.Handler = Handler(g.host, Options{AllowedHosts: []string{"lab.example"}})
		assert.Equal(t, g.send("GET", "/v1/cluster", "", "Host", "lab.example:8500").status, 200)
	})
}

// The table says of each route what its handler does: its example body is taken,
// and its answer has the keys of the answer's type.
func TestRoutesAnswerTheirExamples(t *testing.T) {
	g := start(t, "figure_7_f", host.Virtual)
	g.ok("POST", "/v1/nodes/leader/crash", "") // so that a timeout can be
	g.ok("POST", "/v1/nodes/0/restart", "")
	g.ok("PUT", "/v1/faults/fresh_3", `{"delay_ms": 1}`)
	for _, to := range table() {
		t.Run(to.method+to.path, func(t *testing.T) {
			g := g.on(t)
			path := strings.NewReplacer("{id}", "0", "{name}", "fresh_3", "{fork}", "1").Replace(to.path)
			body := ""
			if to.body != nil {
				body = to.body.example
			}
			switch path {
			case "/v1/wait":
				path += "?term=1"
			case "/v1/nodes/0/restart":
				g.ok("POST", "/v1/nodes/0/crash", "")
			case "/v1/nodes/0/pause", "/v1/nodes/0/timeout":
				g.ok("POST", "/v1/nodes/0/heal", "")
			case "/v1/faults/fresh_3":
				g.ok("PUT", path, `{"delay_ms": 1}`)
			}
			a := g.send(to.method, path, body)
			status := http.StatusOK
			if to.creates {
				status = http.StatusCreated
			}
			assert.Equal(t, a.status, status, a.body)
			if want, ok := to.answer.(plain); ok {
				assert.Equal(t, a.header.Get("Content-Type"), want.contentType)
				return
			}
			assert.Equal(t, a.header.Get("Content-Type"), jsonType)
			if _, flat := to.answer.(api.FaultAnswer); flat {
				return // it writes itself
			}
			got := g.object(a)
			answer := to.answer
			if several, ok := answer.(apidoc.OneOfThese); ok {
				answer = several[0] // that of one node
			}
			for _, key := range keysOf(reflect.TypeOf(answer)) {
				if key, optional := strings.CutSuffix(key, ",omitempty"); !optional {
					_, ok := got[key]
					assert.Assert(t, ok, "the answer has no %q: %s", key, a.body)
				}
			}
		})
	}
}

// keysOf lists the keys of a struct in JSON, in order.
func keysOf(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous {
			keys = append(keys, keysOf(f.Type)...)
		} else {
			keys = append(keys, f.Tag.Get("json"))
		}
	}
	return keys
}

// The index is also at the root of the routes.
func TestIndexIsAtV1(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	page := g.send("GET", "/", "")
	for _, path := range []string{"/v1", "/v1/"} {
		a := g.send("GET", path, "")
		assert.Equal(t, a.status, http.StatusOK)
		assert.Equal(t, a.body, page.body)
	}
}

// Every route is on the index page, and so is every kind of problem.
func TestIndexListsRoutesAndProblems(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	page := g.send("GET", "/", "").body
	rows := strings.Split(page, "\n")
	for _, to := range table() {
		assert.Assert(t, slices.ContainsFunc(rows, func(row string) bool {
			return slices.Equal(strings.Fields(row)[:min(2, len(strings.Fields(row)))], []string{to.method, to.path}) && strings.HasSuffix(row, to.doc)
		}), "%s %s is not in\n%s", to.method, to.path, page)
	}
	for _, k := range kinds {
		assert.Assert(t, strings.Contains(page, fmt.Sprintf("%s ", k.slug)))
	}
	seen := map[string]bool{}
	for _, to := range table() {
		assert.Assert(t, !seen[to.method+to.path], "%s %s is there twice", to.method, to.path)
		seen[to.method+to.path] = true
	}
}

// A body that does not come in time ends its connection, and changes nothing.
func TestBodyTooSlow(t *testing.T) {
	g := start(t, "fresh_1", host.Virtual)
	r := httptest.NewRequest("POST", "http://localhost/v1/nodes/0/crash", iotest.ErrReader(os.ErrDeadlineExceeded))
	w := httptest.NewRecorder()
	g.server.Config.Handler.ServeHTTP(w, r)
	assert.Equal(t, w.Code, http.StatusRequestTimeout)
	assert.Equal(t, w.Header().Get("Connection"), "close")
	assert.Assert(t, strings.Contains(w.Body.String(), `"type":"/#too-slow"`), w.Body.String())
	g.ok("GET", "/v1/nodes/0", "").is(t, "up", "true")
}
