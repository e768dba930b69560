package admin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/golden"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/serve/apidoc"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/mqapi"
)

// described is the document as the emulator serves it with its default ports.
func described(t testing.TB) []byte {
	t.Helper()
	a := newHandler(nil, Options{Version: "v0.0.0-test"})
	data, err := apidoc.OpenAPI(a.document("http://127.0.0.1:8500", []string{"http://127.0.0.1:8567", "http://127.0.0.1:8568"}))
	assert.NilError(t, err)
	return data
}

func openAPI(t testing.TB) object {
	t.Helper()
	var o object
	assert.NilError(t, json.Unmarshal(described(t), &o))
	return o
}

// member steps into an object.
func member(v any, path ...string) any {
	for _, key := range path {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

// It covers the whole document except the conditions, which the next test compares.
func TestOpenAPIGolden(t *testing.T) {
	a := newHandler(nil, Options{Version: "v0.0.0-test"})
	for _, to := range a.routes {
		to.query = slices.DeleteFunc(slices.Clone(to.query), func(p param) bool { return p.many })
	}
	data, err := apidoc.OpenAPI(a.document("http://127.0.0.1:8500", []string{"http://127.0.0.1:8567", "http://127.0.0.1:8568"}))
	assert.NilError(t, err)
	golden.Assert(t, string(data), "openapi.json")
	assert.DeepEqual(t, described(t), described(t))
}

// Everything that can be waited for is a parameter.
func TestOpenAPIWait(t *testing.T) {
	params, _ := member(map[string]any(openAPI(t)), "paths", "/v1/wait", "get", "parameters").([]any)
	for i, k := range condition.Keys() {
		assert.Equal(t, member(params[i], "name"), k.Name)
		assert.Equal(t, member(params[i], "schema", "type"), "array")
		doc, _ := member(params[i], "description").(string)
		assert.Assert(t, strings.Contains(doc, k.Want) && strings.Contains(doc, k.Example), doc)
	}
	assert.Equal(t, len(params), len(condition.Keys())+4) // since, run, timeout_ms, pretty
}

// walk visits all values.
func walk(v any, visit func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		visit(v)
		for _, inner := range v {
			walk(inner, visit)
		}
	case []any:
		for _, inner := range v {
			walk(inner, visit)
		}
	}
}

func TestOpenAPIReferences(t *testing.T) {
	doc := map[string]any(openAPI(t))
	used := map[string]bool{}
	walk(doc, func(m map[string]any) {
		ref, ok := m["$ref"].(string)
		if !ok {
			return
		}
		path, ok := strings.CutPrefix(ref, "#/")
		assert.Assert(t, ok, ref)
		assert.Assert(t, member(doc, strings.Split(path, "/")...) != nil, "%s leads nowhere", ref)
		used[ref] = true
	})
	components, _ := member(doc, "components").(map[string]any)
	for kind, of := range components {
		of, _ := of.(map[string]any)
		for name := range of {
			assert.Assert(t, used["#/components/"+kind+"/"+name], "nobody uses %s %s", kind, name)
		}
	}
}

var pathParam = regexp.MustCompile(`\{(\w+)\}`)

func TestOpenAPIOperations(t *testing.T) {
	doc := openAPI(t)
	paths, _ := member(map[string]any(doc), "paths").(map[string]any)
	ids, operations := map[string]bool{}, 0
	for path, item := range paths {
		item, _ := item.(map[string]any)
		declared := []string{}
		params, _ := item["parameters"].([]any)
		for _, p := range params {
			assert.Equal(t, member(p, "in"), "path")
			assert.Equal(t, member(p, "required"), true)
			assert.Assert(t, member(p, "description") != nil, path)
			declared = append(declared, fmt.Sprint(member(p, "name")))
		}
		named := []string{}
		for _, found := range pathParam.FindAllStringSubmatch(path, -1) {
			named = append(named, found[1])
		}
		assert.DeepEqual(t, declared, named)
		for method, op := range item {
			if method == "parameters" || method == "servers" {
				continue
			}
			operations++
			id := fmt.Sprint(member(op, "operationId"))
			assert.Assert(t, !ids[id], "%s is there twice", id)
			ids[id] = true
			assert.Assert(t, member(op, "summary") != "", id)
			responses, _ := member(op, "responses").(map[string]any)
			assert.Assert(t, len(responses) > 1, id)
		}
	}
	assert.Equal(t, operations, len(table())+len(mqapi.Routes()))
}

// Each route of both tables is there, with all its statuses.
func TestOpenAPIRoutes(t *testing.T) {
	doc := map[string]any(openAPI(t))
	has := func(method, path string, statuses []int) {
		responses, _ := member(doc, "paths", path, strings.ToLower(method), "responses").(map[string]any)
		assert.Equal(t, len(responses), len(statuses), "%s %s", method, path)
		for _, s := range statuses {
			assert.Assert(t, responses[fmt.Sprint(s)] != nil, "%s %s: %d", method, path, s)
		}
	}
	for _, r := range mqapi.Routes() {
		var statuses []int
		for _, a := range r.Answers {
			statuses = append(statuses, a.Status)
		}
		assert.Assert(t, slices.IsSorted(statuses), "%s %s: %v", r.Method, r.Path, statuses)
		has(r.Method, r.Path, statuses)
		servers, _ := member(doc, "paths", r.Path, "servers").([]any)
		assert.Equal(t, len(servers), 2)
	}
	for _, to := range table() {
		statuses := map[int]bool{200: !to.creates, 201: to.creates, internal.status: true}
		for _, k := range kinds {
			if to.mayFail(k.slug) {
				statuses[k.status] = true
			}
		}
		var list []int
		for s, has := range statuses {
			if has {
				list = append(list, s)
			}
		}
		has(to.method, to.path, list)
		for _, slug := range to.fails {
			assert.Assert(t, slices.ContainsFunc(kinds, func(k kind) bool { return k.slug == slug }), slug)
		}
	}
}

func TestGetOpenAPI(t *testing.T) {
	g := start(t, "fresh_3", host.Virtual)
	doc := g.ok("GET", "/openapi.json", "")
	doc.is(t, "openapi", "3.1.0", "servers.0.url", g.server.URL, "info.version", "v0.0.0-test")
	servers, _ := member(map[string]any(doc), "paths", "/topic", "servers").([]any)
	assert.Equal(t, len(servers), 3)
	for i, url := range g.host.URLs() {
		assert.Equal(t, member(servers[i], "url"), url)
	}
	g.ok("PUT", "/v1/fixture?name=fresh_1", "")
	doc = g.ok("GET", "/openapi.json", "")
	servers, _ = member(map[string]any(doc), "paths", "/topic", "servers").([]any)
	assert.Equal(t, len(servers), 1)
	assert.Equal(t, g.send(http.MethodHead, "/openapi.json", "").status, 200)
}
