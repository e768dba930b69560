package apidoc

import "strings"

// An API is what is to be described.
type API struct {
	Title, Version string
	Doc            string   // in Markdown
	Servers        []Server // where parts without servers of their own are found
	Parts          []Part
	Schemas        *Schemas // of the types that the parts name
}

// A Server is where requests are sent.
type Server struct {
	URL string `json:"url"`
	Doc string `json:"description,omitempty"`
	// Variables are the names in braces in URL.
	Variables map[string]Variable `json:"variables,omitempty"`
}

// A Variable is a part of a server's URL.
type Variable struct {
	Default string `json:"default"`
	Doc     string `json:"description,omitempty"`
}

// A Part is routes that belong together.
type Part struct {
	Name, Doc string
	Servers   []Server
	Routes    []Route
	// Lax: keys that a body should not have are ignored.
	Lax bool
}

// A Route is one kind of request: a method and a path.
type Route struct {
	Method string
	Path   string // a segment {name} is a parameter
	Doc    string // one line
	Params []Param
	Body   []Content // the forms that it may have; nil: no body
	// MustBody: it can't be left out.
	MustBody bool
	Answers  []Answer // by status, each once
}

// Key names the route, such as "GET /v1/cluster".
func (r *Route) Key() string { return r.Method + " " + r.Path }

// ID is a name for the route that can stand in a program, such as
// postNodesByIdCrash for POST /v1/nodes/{id}/crash.
func (r *Route) ID() string {
	words := strings.FieldsFunc(strings.TrimPrefix(r.Path, "/v1"), func(c rune) bool {
		return c == '/' || c == '-' || c == '.'
	})
	id := strings.ToLower(r.Method)
	for _, word := range words {
		if name, ok := strings.CutPrefix(word, "{"); ok {
			word = "by" + capital(strings.TrimSuffix(name, "}"))
		}
		id += capital(word)
	}
	if len(words) == 0 {
		id += "Index"
	}
	return id
}

func capital(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// A Param is a parameter of a route.
type Param struct {
	Name, In string // in the path, query or header
	Doc      string
	Schema   *Schema // nil: a string
	// Many: it may be given several times.
	Many bool
}

// A Content is one form that a body may have.
type Content struct {
	Type string // the content type
	// Of is a value of the Go type that it has in JSON, or OneOfThese, or a *Schema.
	Of any
	// Example is a value that can be written as JSON; nil: none.
	Example any
}

// An Answer is what a request may be answered with.
type Answer struct {
	Status int
	Doc    string
	// Name, if not "", is that of the answer among those that several routes have.
	Name     string
	Headers  []Header
	Contents []Content
}

// A Header is one of an answer.
type Header struct {
	Name, Doc string
	Schema    *Schema // nil: a string
}
