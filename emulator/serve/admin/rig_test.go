package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/host"
)

// deadline is how long a test waits for what must come.
const deadline = 20 * time.Second

// A rig is a cluster with its admin API, on real ports.
type rig struct {
	t      testing.TB
	host   *host.Host
	server *httptest.Server
	client *http.Client
}

func start(t testing.TB, name string, clock host.ClockMode) *rig {
	t.Helper()
	f, err := fixture.Named(name)
	assert.NilError(t, err)
	h, err := host.Start(f, host.Options{Clock: clock})
	assert.NilError(t, err)
	server := httptest.NewServer(Handler(h, Options{Version: "v0.0.0-test"}))
	g := &rig{t, h, server, &http.Client{Transport: &http.Transport{}}}
	t.Cleanup(g.close)
	return g
}

// on is the rig for a subtest.
func (g *rig) on(t testing.TB) *rig { return &rig{t, g.host, g.server, g.client} }

// close may be called again.
func (g *rig) close() {
	g.client.CloseIdleConnections()
	g.server.CloseClientConnections()
	g.server.Close()
	assert.NilError(g.t, g.host.Close())
}

// A reply is an answer, read to its end.
type reply struct {
	status int
	header http.Header
	body   string
}

// send sends a request; header holds names and values in turn. The answer must
// be one that the OpenAPI document has.
func (g *rig) send(method, path, body string, header ...string) reply {
	g.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, g.server.URL+path, strings.NewReader(body))
	assert.NilError(g.t, err)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	response, err := g.client.Do(r)
	assert.NilError(g.t, err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	assert.NilError(g.t, err)
	a := reply{response.StatusCode, response.Header, string(content)}
	conforms(g.t, method, path, a)
	return a
}

// ok sends a request that must succeed, and gives the answer's JSON.
func (g *rig) ok(method, path, body string) object {
	g.t.Helper()
	a := g.send(method, path, body)
	assert.Equal(g.t, a.status, http.StatusOK, "%s %s %s: %s", method, path, body, a.body)
	assert.Equal(g.t, a.header.Get("Content-Type"), jsonType)
	return g.object(a)
}

func (g *rig) object(a reply) object {
	g.t.Helper()
	var o object
	dec := json.NewDecoder(strings.NewReader(a.body))
	dec.UseNumber()
	assert.NilError(g.t, dec.Decode(&o), a.body)
	return o
}

// refused sends a request that must be refused in this way.
func (g *rig) refused(status int, slug, detail, method, path, body string, header ...string) object {
	g.t.Helper()
	a := g.send(method, path, body, header...)
	assert.Equal(g.t, a.status, status, a.body)
	assert.Equal(g.t, a.header.Get("Content-Type"), api.ProblemType)
	p := g.object(a)
	assert.Equal(g.t, p.text("type"), "/#"+slug)
	assert.Equal(g.t, p.text("status"), fmt.Sprint(status))
	assert.Assert(g.t, strings.Contains(p.text("detail"), detail), "%q is not in %q", detail, p.text("detail"))
	assert.Assert(g.t, p.text("title") != "")
	return p
}

// wait waits for conditions and gives the answer.
func (g *rig) wait(query string) object {
	g.t.Helper()
	return g.ok("GET", fmt.Sprintf("/v1/wait?timeout_ms=%d&%s", deadline.Milliseconds(), query), "")
}

// An object is JSON whose numbers are kept as they are.
type object map[string]any

// text writes the value at a path, such as "nodes.0.role", as JSON has it, but a
// string without quotes.
func (o object) text(path string) string {
	var v any = map[string]any(o)
	for _, key := range strings.Split(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[key]
		case []any:
			var i int
			if _, err := fmt.Sscan(key, &i); err != nil || i >= len(at) {
				return "nothing at " + path
			}
			v = at[i]
		default:
			return "nothing at " + path
		}
	}
	if s, ok := v.(string); ok {
		return s
	}
	data, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// is compares what stands at paths: path, value, path, value, …
func (o object) is(t testing.TB, pairs ...string) {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		assert.Equal(t, o.text(pairs[i]), pairs[i+1], "%s in %v", pairs[i], o)
	}
}

func (o object) number(t testing.TB, path string) uint64 {
	t.Helper()
	var n uint64
	_, err := fmt.Sscan(o.text(path), &n)
	assert.NilError(t, err, "%s in %v", path, o)
	return n
}

var nodeURL = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

var runID = regexp.MustCompile(`"run_id": "[0-9a-f-]{36}"`)

// shown is an answer for a golden file: in lines, without ports and the run's id.
func (g *rig) shown(path string) string {
	g.t.Helper()
	a := g.send("GET", path+"?pretty", "")
	assert.Equal(g.t, a.status, http.StatusOK, a.body)
	return runID.ReplaceAllString(nodeURL.ReplaceAllString(a.body, "http://NODE"), `"run_id": "RUN"`)
}
