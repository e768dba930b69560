package admin

import (
	"net/http"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/serve/host"
)

// browser is what Chromium sends when somebody types an address.
const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"

// A browser gets the page, a program that wants JSON the routes, and everybody else the text.
func TestIndexIsWhatAcceptWants(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	for _, c := range []struct{ path, accept, want string }{
		{"/", browser, htmlType},
		{"/", "text/html", htmlType},
		{"/", "application/json", jsonType},
		{"/", "application/json, text/plain, */*", jsonType},
		{"/", "*/*", plainType},
		{"/", "", plainType},
		{"/", "image/png", plainType},
		{"/", "text/html;q=0, */*", plainType},
		{"/v1", browser, plainType},
		{"/v1", "application/json", jsonType},
	} {
		a := g.send("GET", c.path, "", "Accept", c.accept)
		assert.Equal(t, a.status, http.StatusOK, c.path)
		assert.Equal(t, a.header.Get("Content-Type"), c.want, "%s for %q", c.path, c.accept)
		assert.Assert(t, strings.Contains(strings.Join(a.header.Values("Vary"), ","), "Accept"))
		head := g.send("HEAD", c.path, "", "Accept", c.accept)
		assert.Equal(t, head.header.Get("Content-Type"), c.want)
		assert.Equal(t, head.body, "")
	}
}

// The list of routes for programs has every route, with its query and body.
func TestIndexAsJSON(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	list := g.object(g.send("GET", "/", "", "Accept", "application/json"))
	routes, _ := list["routes"].([]any)
	assert.Equal(t, len(routes), len(table()))
	for i, to := range table() {
		assert.Equal(t, member(routes[i], "method"), to.method)
		assert.Equal(t, member(routes[i], "path"), to.path)
		assert.Equal(t, member(routes[i], "doc"), to.doc)
		query, _ := member(routes[i], "query").([]any)
		assert.Equal(t, len(query), len(to.query))
		assert.Equal(t, member(routes[i], "body") != nil, to.body != nil)
	}
}

// The page's own requests pass, with all that a browser says of them.
func TestPageIsServedToItself(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	typed := g.send("GET", "/", "", "Accept", browser, "Sec-Fetch-Site", "none", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document")
	assert.Equal(t, typed.status, http.StatusOK)
	assert.Assert(t, strings.Contains(typed.header.Get("Content-Security-Policy"), "default-src 'none'"))
	assert.Assert(t, strings.Contains(typed.body, `src="page/main.js"`) || strings.Contains(typed.body, `src="/page/main.js"`), typed.body)
	own := []string{"Sec-Fetch-Site", "same-origin", "Origin", g.server.URL}
	for _, path := range []string{"/page/main.js", "/page/source.json", "/v1/cluster"} {
		assert.Equal(t, g.send("GET", path, "", own...).status, http.StatusOK, path)
	}
	assert.Equal(t, g.send("POST", "/v1/clock/step", "", own...).status, http.StatusOK)
	g.ok("GET", "/page/source.json", "").is(t, "kind", "live")
}

// A page that is opened late gets a whole state, from which on the trace has all records.
func TestPageBeginsWithAWholeState(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	for first := 1.0; first == 1; {
		g.ok("POST", "/v1/clock/advance", `{"ms": 60000}`)
		first, _ = member(g.object(g.send("GET", "/v1/events?limit=1", "")), "first").(float64)
	}
	first, _ := member(g.object(g.send("GET", "/v1/events?limit=1", "")), "first").(float64)
	oldest := g.object(g.send("GET", "/page/start", ""))
	since, _ := oldest["since"].(float64)
	assert.Assert(t, since >= first && since < first+3*8192, "since %v, first %v", since, first)
	nodes, _ := member(oldest["start"], "nodes").([]any)
	assert.Equal(t, len(nodes), 3)
	newest := g.object(g.send("GET", "/page/start?newest", ""))
	cluster := g.object(g.send("GET", "/v1/cluster", ""))
	assert.Equal(t, newest["since"], cluster["seq"])
	assert.Equal(t, newest["run_id"], cluster["run_id"])
}

// A foreign page gets neither the page nor its files.
func TestPageIsRefusedToForeignOrigins(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	for _, foreign := range [][]string{
		{"Origin", "http://evil.example"},
		{"Origin", "null"},
		{"Sec-Fetch-Site", "cross-site"},
		{"Sec-Fetch-Site", "same-site"}, // another port of this machine
		{"Host", "evil.example"},
	} {
		for _, path := range []string{"/", "/page/main.js", "/page/source.json", "/page/nothing.js"} {
			g.refused(403, "foreign-origin", "", "GET", path, "", append(foreign, "Accept", browser)...)
		}
	}
}

func TestPageHasNoOtherFiles(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	for _, path := range []string{"/page", "/page/", "/page/nothing.js", "/page/index.html", "/page/view", "/page/..%2ffiles.go"} {
		g.refused(404, "no-such-route", "there is no", "GET", path, "")
	}
	a := g.send("POST", "/page/main.js", "")
	assert.Equal(t, a.status, http.StatusMethodNotAllowed)
	assert.Equal(t, a.header.Get("Allow"), "GET, HEAD, OPTIONS")
	assert.Equal(t, g.send("HEAD", "/page/main.js", "").body, "")
	assert.Equal(t, g.send("GET", "/page/main.js", "", "If-None-Match", g.send("GET", "/page/main.js", "").header.Get("Etag")).status, http.StatusNotModified)
}
