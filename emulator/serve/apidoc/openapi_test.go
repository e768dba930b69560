package apidoc

import (
	"encoding/json"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

type place struct {
	Seq uint64 `json:"seq"`
}

type leaf struct {
	*place
	Name   string   `json:"name" doc:"what it is called"`
	Kind   *string  `json:"kind" enum:"a|b"`
	Above  *leaf    `json:"above"`
	Pairs  [][2]int `json:"pairs,omitempty"`
	Votes  []int    `json:"votes" null:"true"`
	Good   bool     `json:"good" enum:"true"`
	Raw    any      `json:"raw" schema:"Whatever"`
	hidden int
}

type leafBody struct {
	Must string `json:"must" want:"a word" must:"true"`
	May  string `json:"may"`
}

func written(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	assert.NilError(t, err)
	return string(data)
}

func TestSchemaOfAnswers(t *testing.T) {
	_ = leaf{hidden: 0}
	s := NewSchemas()
	assert.Equal(t, s.Of(leaf{}).Ref, "#/components/schemas/Leaf")
	assert.Equal(t, written(t, s.Named()), `{"Leaf":{"type":"object","properties":{`+
		`"seq":{"type":"integer","minimum":0},`+
		`"name":{"description":"what it is called","type":"string"},`+
		`"kind":{"type":["string","null"],"enum":["a","b",null]},`+
		`"above":{"oneOf":[{"$ref":"#/components/schemas/Leaf"},{"type":"null"}]},`+
		`"pairs":{"type":"array","items":{"type":"array","items":{"type":"integer"},"minItems":2,"maxItems":2}},`+
		`"votes":{"type":["array","null"],"items":{"type":"integer"}},`+
		`"good":{"type":"boolean","enum":[true]},`+
		`"raw":{"$ref":"#/components/schemas/Whatever"}},`+
		`"required":["name","kind","above","votes","good","raw"]}}`)
}

func TestSchemaOfBodies(t *testing.T) {
	for _, c := range []struct {
		name string
		use  use
		want string
	}{
		{"Strict", strict, `,"required":["must"],"additionalProperties":false}}`},
		{"Lax", lax, `,"required":["must"]}}`},
		{"Answer", answer, `,"required":["must","may"]}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := NewSchemas()
			s.of(leafBody{}, c.use)
			assert.Equal(t, written(t, s.Named()),
				`{"LeafBody":{"type":"object","properties":{"must":{"description":"a word","type":"string"},"may":{"type":"string"}}`+c.want)
		})
	}
}

func TestSetSchema(t *testing.T) {
	s := NewSchemas()
	s.Set(place{}, s.Name("Here", Integer("where", 1)))
	assert.Equal(t, written(t, s.Of([]place{})), `{"type":"array","items":{"$ref":"#/components/schemas/Here"}}`)
	assert.Equal(t, written(t, s.Of(OneOfThese{place{}, ""})), `{"oneOf":[{"$ref":"#/components/schemas/Here"},{"type":"string"}]}`)
	assert.Equal(t, written(t, s.Of(OneOfThese{1.5})), `{"type":"number"}`)
}

func TestRouteID(t *testing.T) {
	for want, r := range map[string]Route{
		"getIndex":           {Method: "GET", Path: "/"},
		"postNodesByIdCrash": {Method: "POST", Path: "/v1/nodes/{id}/crash"},
		"getOpenapiJson":     {Method: "GET", Path: "/openapi.json"},
		"getForceView":       {Method: "GET", Path: "/force-view"},
		"deleteFaultsByName": {Method: "DELETE", Path: "/v1/faults/{name}"},
	} {
		assert.Equal(t, r.ID(), want)
	}
}

func TestOpenAPI(t *testing.T) {
	shared := Answer{Status: 404, Doc: "not there", Name: "NotThere", Contents: []Content{{Type: "text/plain", Of: ""}}}
	api := &API{
		Title: "T", Version: "1", Schemas: NewSchemas(),
		Parts: []Part{{
			Name: "p", Servers: []Server{{URL: "http://localhost", Doc: "one"}},
			Routes: []Route{{
				Method: "GET", Path: "/a/{id}", Doc: "get it",
				Params:  []Param{{Name: "id", In: "path", Doc: "which"}, {Name: "q", In: "query", Many: true}},
				Answers: []Answer{{Status: 200, Doc: "here <it> is", Headers: []Header{{Name: "X-A"}}}, shared},
			}, {
				Method: "PUT", Path: "/a/{id}", Doc: "put it", MustBody: true,
				Body:    []Content{{Type: "application/json", Of: leafBody{}, Example: json.RawMessage(`{"must": "x"}`)}},
				Answers: []Answer{shared},
			}},
		}},
	}
	data, err := OpenAPI(api)
	assert.NilError(t, err)
	var doc struct {
		Paths, Components json.RawMessage
	}
	assert.NilError(t, json.Unmarshal(data, &doc))
	flat := func(raw json.RawMessage) string { return strings.Join(strings.Fields(string(raw)), "") }
	assert.Equal(t, flat(doc.Paths), strings.ReplaceAll(`{"/a/{id}":{"servers":[{"url":"http://localhost","description":"one"}],
		"parameters":[{"name":"id","in":"path","description":"which","required":true,"schema":{"type":"string"}}],
		"get":{"operationId":"getAById","tags":["p"],"summary":"getit",
		"parameters":[{"name":"q","in":"query","schema":{"type":"array","items":{"type":"string"}}}],
		"responses":{"200":{"description":"here<it>is","headers":{"X-A":{"$ref":"#/components/headers/X-A"}}},
		"404":{"$ref":"#/components/responses/NotThere"}}},
		"put":{"operationId":"putAById","tags":["p"],"summary":"putit",
		"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/LeafBody"},"example":{"must":"x"}}}},
		"responses":{"404":{"$ref":"#/components/responses/NotThere"}}}}}`, "\n\t\t", ""))
	assert.Equal(t, flat(doc.Components), strings.ReplaceAll(`{"schemas":{"LeafBody":{"type":"object",
		"properties":{"must":{"description":"aword","type":"string"},"may":{"type":"string"}},"required":["must"],"additionalProperties":false}},
		"responses":{"NotThere":{"description":"notthere","content":{"text/plain":{"schema":{"type":"string"}}}}},
		"headers":{"X-A":{"schema":{"type":"string"}}}}`, "\n\t\t", ""))
}
