package apidoc

type operation struct {
	ID        string             `json:"operationId"`
	Tags      []string           `json:"tags"`
	Summary   string             `json:"summary"`
	Params    []parameter        `json:"parameters,omitempty"`
	Body      *requestBody       `json:"requestBody,omitempty"`
	Responses Ordered[*response] `json:"responses"`
}

type parameter struct {
	Name     string  `json:"name"`
	In       string  `json:"in"`
	Doc      string  `json:"description,omitempty"`
	Required bool    `json:"required,omitempty"`
	Schema   *Schema `json:"schema"`
}

type requestBody struct {
	Must    bool                `json:"required,omitempty"`
	Content Ordered[*mediaType] `json:"content"`
}

type mediaType struct {
	Schema  *Schema `json:"schema"`
	Example any     `json:"example,omitempty"`
}

type response struct {
	Ref     string              `json:"$ref,omitempty"`
	Doc     string              `json:"description,omitempty"`
	Headers Ordered[*header]    `json:"headers,omitempty"`
	Content Ordered[*mediaType] `json:"content,omitempty"`
}

type header struct {
	Ref    string  `json:"$ref,omitempty"`
	Doc    string  `json:"description,omitempty"`
	Schema *Schema `json:"schema,omitempty"`
}

// params are the parameters of a path, which all its methods share, or those
// of one method.
func (w *writer) params(list []Param, ofPath bool) []parameter {
	var params []parameter
	for _, p := range list {
		if (p.In == "path") != ofPath {
			continue
		}
		s := p.Schema
		if s == nil {
			s = Text("")
		}
		if p.Many { // a key once more for each value, as is usual
			s = List(s, "")
		}
		params = append(params, parameter{p.Name, p.In, p.Doc, ofPath, s})
	}
	return params
}

func (w *writer) contents(list []Content, use use) Ordered[*mediaType] {
	var contents Ordered[*mediaType]
	for _, c := range list {
		contents.Put(c.Type, &mediaType{w.schemas.of(c.Of, use), c.Example})
	}
	return contents
}

// answer is an answer, or a reference to it if it has a name.
func (w *writer) answer(a *Answer) *response {
	r := &response{Doc: a.Doc, Content: w.contents(a.Contents, answer)}
	for _, h := range a.Headers {
		r.Headers.Put(h.Name, w.header(h))
	}
	if a.Name == "" {
		return r
	}
	w.parts.Responses.Put(a.Name, r)
	return &response{Ref: "#/components/responses/" + a.Name}
}

// header is a reference to a header: it means the same everywhere.
func (w *writer) header(h Header) *header {
	s := h.Schema
	if s == nil {
		s = Text("")
	}
	w.parts.Headers.Put(h.Name, &header{Doc: h.Doc, Schema: s})
	return &header{Ref: "#/components/headers/" + h.Name}
}
