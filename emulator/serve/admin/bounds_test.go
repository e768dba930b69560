package admin

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/text/bounds"
)

// A bound is a value at the end of a range, and one beyond it.
type bound struct{ within, beyond any }

// boundsOf lists the bounds that a schema in the OpenAPI document has.
func boundsOf(doc, schema object) []bound {
	if ref, ok := schema["$ref"].(string); ok {
		schemas := doc["components"].(map[string]any)["schemas"].(map[string]any)
		return boundsOf(doc, schemas[strings.TrimPrefix(ref, "#/components/schemas/")].(map[string]any))
	}
	var list []bound
	if several, ok := schema["oneOf"].([]any); ok {
		for _, one := range several {
			list = append(list, boundsOf(doc, one.(map[string]any))...)
		}
		return list
	}
	if n, ok := schema["maxLength"].(json.Number); ok {
		most, _ := n.Int64()
		list = append(list, bound{strings.Repeat("x", int(most)), strings.Repeat("x", int(most)+1)})
	}
	number := func(key string) (float64, bool) {
		n, ok := schema[key].(json.Number)
		if !ok {
			return 0, false
		}
		f, _ := n.Float64()
		return f, true
	}
	pair := schema["minItems"] == json.Number("2")
	if pair {
		schema = schema["items"].(map[string]any)
	}
	step := 1.0
	if schema["type"] == "number" {
		step = 1e-4
	}
	add := func(within, beyond float64, of func(float64) any) {
		list = append(list, bound{of(within), of(beyond)})
	}
	same := func(f float64) any { return json.Number(strconv.FormatFloat(f, 'f', -1, 64)) }
	low, high := same, same
	if pair {
		low = func(f float64) any { return []any{same(f), same(1)} }
		high = func(f float64) any { return []any{same(1), same(f)} }
	}
	if n, ok := number("minimum"); ok {
		add(n, n-step, low)
	}
	if n, ok := number("exclusiveMinimum"); ok {
		add(n+step, n, low)
	}
	if n, ok := number("maximum"); ok {
		add(n, n+step, high)
	}
	return list
}

// A probe is a request with one bounded value.
type probe struct {
	name, method string
	path, body   func(value any) string
	bound        bound
}

// probes lists a probe for each bound that the document gives a request.
func probes(doc object) []probe {
	var list []probe
	paths := doc["paths"].(map[string]any)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		if !strings.HasPrefix(path, "/v1/") {
			continue
		}
		of := paths[path].(map[string]any)
		params := func(v any) []any { list, _ := v.([]any); return list }
		for _, method := range []string{"get", "put", "post", "delete"} {
			op, ok := of[method].(map[string]any)
			if !ok {
				continue
			}
			for _, p := range slices.Concat(params(of["parameters"]), params(op["parameters"])) {
				if p := object(p.(map[string]any)); p["in"] != "header" {
					list = append(list, paramProbes(doc, method, path, exampleOf(op), p)...)
				}
			}
			if example := exampleOf(op); example != nil {
				list = append(list, bodyProbes(doc, method, path, op)...)
			}
		}
	}
	return list
}

func contentOf(op object) object {
	body, _ := op["requestBody"].(map[string]any)
	content, _ := body["content"].(map[string]any)
	of, _ := content[jsonType].(map[string]any)
	return of
}

func exampleOf(op object) any { return contentOf(op)["example"] }

func jsonOf(v any) string {
	if v == nil {
		return ""
	}
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(data)
}

var fixedPath = strings.NewReplacer("/nodes/{id}", "/nodes/0", "/faults/{name}", "/faults/x", "/fixtures/{name}", "/fixtures/fresh_1")

func paramProbes(doc object, method, path string, example any, p object) []probe {
	name := p.text("name")
	var list []probe
	for _, b := range boundsOf(doc, p["schema"].(map[string]any)) {
		list = append(list, probe{
			strings.ToUpper(method) + path + "?" + name, strings.ToUpper(method),
			func(value any) string {
				v := fmt.Sprint(value)
				if p["in"] == "path" {
					return strings.ReplaceAll(path, "{"+name+"}", v)
				}
				query := url.Values{name: {v}}
				if path == "/v1/wait" {
					query.Set("leader", "0")
				}
				return fixedPath.Replace(path) + "?" + query.Encode()
			},
			func(any) string { return jsonOf(example) }, b,
		})
	}
	return list
}

func bodyProbes(doc object, method, path string, op object) []probe {
	schema := contentOf(op)["schema"].(map[string]any)
	if ref, ok := schema["$ref"].(string); ok {
		schema = doc["components"].(map[string]any)["schemas"].(map[string]any)[strings.TrimPrefix(ref, "#/components/schemas/")].(map[string]any)
	}
	var list []probe
	properties, _ := schema["properties"].(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(properties)) {
		if key == "name" {
			continue // the name in the path
		}
		for _, b := range boundsOf(doc, properties[key].(map[string]any)) {
			list = append(list, probe{
				strings.ToUpper(method) + path + " " + key, strings.ToUpper(method),
				func(any) string { return fixedPath.Replace(path) },
				func(value any) string {
					body := map[string]any{}
					isEffect := slices.ContainsFunc(fault.Effects(), func(e fault.Effect) bool { return e.Name == key })
					switch {
					case !strings.Contains(path, "/faults"):
						body = maps.Clone(exampleOf(op).(map[string]any))
					case !isEffect:
						body["reorder"] = true
					}
					body[key] = value
					return jsonOf(body)
				}, b,
			})
		}
	}
	return list
}

// The API checks the ranges that the document has: it takes a value at the end of a range,
// and refuses the next one beyond it.
func TestBoundsInTheDocumentAreThoseOfTheAPI(t *testing.T) {
	live, still := start(t, "fresh_1", host.Virtual), start(t, "fresh_1", host.Virtual)
	live.wait("leader=0")
	still.ok("POST", "/v1/nodes/0/crash", "")  // so that a day passes in a moment
	begun := start(t, "fresh_3", host.Virtual) // stays at its beginning
	all := probes(live.ok("GET", "/openapi.json", ""))
	for _, path := range []string{"/topic", "/message"} { // the tests of the nodes' API send such topics
		op := object(live.ok("GET", "/openapi.json", "")["paths"].(map[string]any)[path].(map[string]any)["put"].(map[string]any))
		schema := contentOf(op)["schema"].(map[string]any)
		name := strings.TrimPrefix(schema["$ref"].(string), "#/components/schemas/")
		topic := live.ok("GET", "/openapi.json", "").text("components.schemas." + name + ".properties.topic.maxLength")
		assert.Equal(t, topic, fmt.Sprint(bounds.Topic.Max))
	}
	seen := map[string]bool{}
	for _, p := range all {
		seen[p.name] = true
		t.Run(p.name, func(t *testing.T) {
			g := live.on(t)
			switch {
			case strings.Contains(p.name, "/clock/"):
				g = still.on(t)
			case p.method != http.MethodGet:
				g = begun.on(t)
				g.ok("POST", "/v1/heal", "")
			}
			if p.method == http.MethodDelete {
				g.ok("PUT", p.path(p.bound.within), `{"drop": true}`)
			}
			a := g.send(p.method, p.path(p.bound.within), p.body(p.bound.within))
			// The state may forbid what is within its bounds.
			ok := a.status == http.StatusOK || a.status == http.StatusCreated || a.status == http.StatusConflict || strings.HasPrefix(p.name, "GET/v1/faults/{name}") && a.status == http.StatusNotFound
			assert.Assert(t, ok, "%s: %s", p.body(p.bound.within), a.body)
			a = g.send(p.method, p.path(p.bound.beyond), p.body(p.bound.beyond))
			refused := a.status == http.StatusBadRequest || a.status == http.StatusUnprocessableEntity ||
				p.method != http.MethodPut && strings.Contains(p.name, "{name}") && a.status == http.StatusNotFound
			assert.Assert(t, refused, "%d %s: %s", a.status, p.body(p.bound.beyond), a.body)
		})
	}
	for _, name := range []string{
		"POST/v1/clock/run speed", "POST/v1/clock/step events", "POST/v1/clock/advance ms", "POST/v1/nodes/{id}/skew factor",
		"POST/v1/nodes/{id}/request timeout_ms",
		"PUT/v1/faults/{name} probability", "PUT/v1/faults/{name} delay_ms", "PUT/v1/faults/{name} until_ms",
		"PUT/v1/faults/{name}?name", "GET/v1/wait?timeout_ms", "GET/v1/events?limit",
	} {
		assert.Assert(t, seen[name], "%s has no bounds in the document", name)
	}
}
