package admin

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/host"
)

// documented are the statuses that a body may lead to.
var documented = map[int]bool{200: true, 201: true, 400: true, 404: true, 409: true, 413: true, 422: true, 504: true}

// maxFuzzNodes keeps a fuzzed fixture from taking all ports.
const maxFuzzNodes = 50

// FuzzAdminBody sends any body to any route that takes one.
func FuzzAdminBody(f *testing.F) {
	var routes []*route
	for _, to := range table() {
		if to.method != http.MethodGet {
			routes = append(routes, to)
		}
	}
	for i, to := range routes {
		f.Add(uint8(i), []byte(nil))
		f.Add(uint8(i), []byte("{}"))
		f.Add(uint8(i), []byte(`{"a": [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}`))
		if to.body == nil {
			continue
		}
		example := to.body.example
		f.Add(uint8(i), []byte(example))
		f.Add(uint8(i), []byte(example+example))
		f.Add(uint8(i), []byte(strings.ReplaceAll(example, ":", ": -")))
	}
	for i, to := range routes {
		if to.path == "/v1/fixture" {
			f.Add(uint8(i), []byte("format = 1\nseed = 3\n[cluster]\nnodes = 2\n[[node]]\nid = 1\nlog_terms = \"1*3\"\nterm = 3\n"))
		}
	}
	start, err := fixture.Named("fresh_3")
	assert.NilError(f, err)
	h, err := host.Start(start, host.Options{Clock: host.Virtual})
	assert.NilError(f, err)
	f.Cleanup(func() { h.Close() })
	handler := Handler(h, Options{})
	f.Fuzz(func(t *testing.T, which uint8, body []byte) {
		to := routes[int(which)%len(routes)]
		if parsed, err := fixture.Parse("", body); err == nil && len(parsed.Nodes) > maxFuzzNodes {
			t.Skip("a large cluster")
		}
		var far struct{ MS, Events float64 }
		if json.Unmarshal(body, &far) == nil && max(far.MS, far.Events) > 1000 {
			t.Skip("a long way")
		}
		_, err := h.Run(0) // the time stands still
		assert.NilError(t, err)
		before := cluster(t, handler)
		path := strings.NewReplacer("{id}", "1", "{name}", "x", "{fork}", "1").Replace(to.path)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(to.method, "http://localhost"+path, bytes.NewReader(body)))
		assert.Assert(t, documented[w.Code], "%s %s: %d %s", to.method, path, w.Code, w.Body)
		if w.Code == http.StatusOK || w.Code == http.StatusCreated {
			return
		}
		var p api.Problem
		dec := json.NewDecoder(w.Body)
		dec.DisallowUnknownFields()
		assert.NilError(t, dec.Decode(&p))
		assert.Equal(t, p.Status, w.Code)
		assert.Assert(t, p.Type != "" && p.Title != "" && p.Detail != "" && p.Instance == path, "%+v", p)
		assert.Equal(t, cluster(t, handler), before, "a refused request has changed something")
	})
}

// cluster is how the cluster stands.
func cluster(t *testing.T, handler http.Handler) string {
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost/v1/cluster", nil))
	assert.Equal(t, w.Code, http.StatusOK)
	return w.Body.String()
}
