package apidoc

import (
	"strconv"
	"strings"
)

// A document is an OpenAPI document, as far as it is needed here.
type document struct {
	OpenAPI    string             `json:"openapi"`
	Info       info               `json:"info"`
	Servers    []Server           `json:"servers,omitempty"`
	Security   []struct{}         `json:"security"` // none
	Tags       []tag              `json:"tags,omitempty"`
	Paths      Ordered[*pathItem] `json:"paths"`
	Components components         `json:"components"`
}

type info struct {
	Title   string  `json:"title"`
	Doc     string  `json:"description,omitempty"`
	License license `json:"license"`
	Version string  `json:"version"`
}

type license struct {
	Name       string `json:"name"`
	Identifier string `json:"identifier"`
}

type tag struct {
	Name string `json:"name"`
	Doc  string `json:"description,omitempty"`
}

type pathItem struct {
	Servers []Server
	Params  []parameter
	Methods Ordered[*operation]
}

// MarshalJSON implements json.Marshaler.
func (p *pathItem) MarshalJSON() ([]byte, error) {
	var o Ordered[any]
	if p.Servers != nil {
		o.Put("servers", p.Servers)
	}
	if p.Params != nil {
		o.Put("parameters", p.Params)
	}
	for _, m := range p.Methods {
		o.Put(m.Key, m.Value)
	}
	return o.MarshalJSON()
}

type components struct {
	Schemas   Ordered[*Schema]   `json:"schemas"`
	Responses Ordered[*response] `json:"responses,omitempty"`
	Headers   Ordered[*header]   `json:"headers,omitempty"`
}

// OpenAPI describes an API in an OpenAPI 3.1 document.
func OpenAPI(a *API) ([]byte, error) {
	d := &document{
		OpenAPI: "3.1.0",
		Info:    info{a.Title, a.Doc, license{"Apache License 2.0", "Apache-2.0"}, a.Version},
		Servers: a.Servers, Security: []struct{}{},
	}
	w := &writer{schemas: a.Schemas, parts: &d.Components}
	for _, part := range a.Parts {
		d.Tags = append(d.Tags, tag{part.Name, part.Doc})
		for i := range part.Routes {
			w.add(d, &part, &part.Routes[i])
		}
	}
	d.Components.Schemas = a.Schemas.Named()
	return Write(d)
}

// A writer makes the parts of a document.
type writer struct {
	schemas *Schemas
	parts   *components
}

// add adds a route.
func (w *writer) add(d *document, part *Part, r *Route) {
	item, ok := d.Paths.Get(r.Path)
	if !ok {
		item = &pathItem{Servers: part.Servers, Params: w.params(r.Params, true)}
		d.Paths.Put(r.Path, item)
	}
	op := &operation{
		ID: r.ID(), Tags: []string{part.Name}, Summary: r.Doc,
		Params: w.params(r.Params, false),
	}
	if r.Body != nil {
		use := strict
		if part.Lax {
			use = lax
		}
		op.Body = &requestBody{Must: r.MustBody, Content: w.contents(r.Body, use)}
	}
	for i := range r.Answers {
		a := &r.Answers[i]
		op.Responses.Put(strconv.Itoa(a.Status), w.answer(a))
	}
	item.Methods.Put(strings.ToLower(r.Method), op)
}
