package admin

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/serve/host"
)

// withoutDescriptors runs f while this process can open nothing more.
func withoutDescriptors(t *testing.T, f func()) {
	t.Helper()
	var before syscall.Rlimit
	assert.NilError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &before))
	none := before
	none.Cur = 3
	assert.NilError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &none))
	defer func() { assert.NilError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &before)) }()
	f()
}

// A change for which there is no descriptor changes nothing.
func TestChangesWithoutDescriptors(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	g.ok("POST", "/v1/nodes/1/crash", "")
	g.ok("POST", "/v1/nodes/2/crash", "")
	g.ok("POST", "/v1/nodes/0/pause", "")
	g.ok("PUT", "/v1/faults/slow", `{"delay_ms": 5}`)
	g.ok("POST", "/v1/partition", `{"isolate": 0}`)
	api := g.server.Config.Handler
	send := func(method, path, body string) reply {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), method, "http://localhost"+path, strings.NewReader(body))
		api.ServeHTTP(w, r)
		return reply{w.Code, w.Header(), w.Body.String()}
	}
	before := send("GET", "/v1/cluster", "").body
	for _, c := range []struct{ path, method, body string }{
		{"/v1/nodes/1/restart", "POST", ""},
		{"/v1/nodes/1/heal", "POST", ""},
		{"/v1/heal", "POST", ""},
		{"/v1/fixture?name=fresh_3", "PUT", ""},
		{"/v1/fixture?name=fresh_5", "PUT", ""},
	} {
		t.Run(strings.ReplaceAll(c.path[4:], "/", " "), func(t *testing.T) {
			var a reply
			withoutDescriptors(t, func() { a = send(c.method, c.path, c.body) })
			assert.Equal(t, a.status, http.StatusServiceUnavailable, a.body)
			assert.Assert(t, strings.Contains(a.body, `"type":"/#no-port"`), a.body)
			assert.Equal(t, send("GET", "/v1/cluster", "").body, before)
			assert.Assert(t, g.on(t).refuses(1) && g.on(t).refuses(2) && !g.on(t).refuses(0))
		})
	}
	g.ok("POST", "/v1/heal", "")
	assert.Assert(t, !g.refuses(1) && !g.refuses(2))
}
