package admin

import (
	"encoding/json"
	"net/http"
	"strings"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/apidoc"
	"rrmq.example/emulator/emulator/text/bounds"
)

// describe describes the routes of this API, as the table has them.
func (a *handler) describe() []apidoc.Route {
	routes := make([]apidoc.Route, len(a.routes))
	for i, to := range a.routes {
		routes[i] = to.describe()
	}
	return routes
}

// describe describes a route.
func (to *route) describe() apidoc.Route {
	r := apidoc.Route{Method: to.method, Path: to.path, Doc: to.doc, Answers: to.answers()}
	segments := strings.Split(to.path, "/")
	for _, s := range segments {
		if isParam(s) {
			p := pathParams[segments[2]]
			if _, several := to.answer.(apidoc.OneOfThese); segments[2] == "nodes" && !several {
				p = oneNodeParam
			}
			p.Name, p.In = strings.Trim(s, "{}"), "path"
			r.Params = append(r.Params, p)
		}
	}
	query := to.query
	if to.isJSON() {
		query = append(query[:len(query):len(query)], pretty)
	}
	for _, p := range query {
		r.Params = append(r.Params, p.describe("query"))
	}
	for _, p := range to.headers {
		r.Params = append(r.Params, p.describe("header"))
	}
	if to.body != nil {
		r.MustBody = to.body.must
		r.Body = []apidoc.Content{{Type: jsonType, Of: to.body.of, Example: json.RawMessage(to.body.example)}}
		if to.body.toml != "" {
			r.Body = append(r.Body, apidoc.Content{
				Type: bare(tomlType), Of: apidoc.Text("a fixture"), Example: to.body.toml,
			})
		}
	}
	return r
}

// pathParams say what a parameter is, by the noun before it.
var pathParams = map[string]apidoc.Param{
	"nodes": {
		Doc: "a node's id; leader, the node that leads the highest term; follower or candidate, the lowest id that is one; " +
			"several of these with commas; or all",
		Schema: &apidoc.Schema{Type: "string", Pattern: selectorPattern},
	},
	"faults":   {Doc: "a fault's name", Schema: apidoc.TextTo("", bounds.Fault.Max)},
	"fixtures": {Doc: "the name of an embedded fixture"},
	"forks":    {Doc: "a fork's number", Schema: &apidoc.Schema{Type: "integer"}},
}

// oneNodeParam is the parameter of a route that takes one node only.
var oneNodeParam = apidoc.Param{
	Doc:    "a node's id; leader, the node that leads the highest term; follower or candidate, the lowest id that is one",
	Schema: &apidoc.Schema{Type: "string", Pattern: "^([0-9]+|leader|follower|candidate)$"},
}

// selectorPattern is what names nodes in a path.
const selectorPattern = `^(all|([0-9]+|leader|follower|candidate)(,([0-9]+|leader|follower|candidate))*)$`

// isJSON reports whether this package writes the route's answer as JSON, so that
// ?pretty indents it.
func (to *route) isJSON() bool {
	_, ok := to.answer.(plain)
	return !ok
}

func (p param) describe(in string) apidoc.Param {
	d := apidoc.Param{Name: p.name, In: in, Doc: p.doc, Many: p.many}
	if p.whole {
		d.Schema = between(p.low, p.high)
	}
	if p.decimals {
		low, high := float64(p.low), float64(p.high)
		d.Schema = &apidoc.Schema{Type: "number", Minimum: &low, Maximum: &high}
	}
	if p.last {
		d.Schema = apidoc.OneOf("", d.Schema, apidoc.Const(lastWord, ""))
	}
	return d
}

// between is the schema of a whole number. It omits bounds that a float64 cannot
// represent.
func between(low, high int64) *apidoc.Schema {
	const most = 1 << 53
	s := &apidoc.Schema{Type: "integer"}
	if l := float64(low); l > -most {
		s.Minimum = &l
	}
	if h := float64(high); h < most {
		s.Maximum = &h
	}
	return s
}

// bare is a content type without its parameters.
func bare(contentType string) string {
	t, _, _ := strings.Cut(contentType, ";")
	return t
}

// answers are what the route may answer: its success, and its problems by their
// status.
func (to *route) answers() []apidoc.Answer {
	ok := apidoc.Answer{Status: http.StatusOK, Doc: "success"}
	if to.creates {
		ok.Status = http.StatusCreated
	}
	if t, isText := to.answer.(plain); isText {
		of := apidoc.Text("")
		if t.contentType == jsonType {
			of = apidoc.Object("")
		}
		ok.Contents = []apidoc.Content{{Type: bare(t.contentType), Of: of}}
	} else {
		ok.Contents = []apidoc.Content{{Type: jsonType, Of: to.answer}}
	}
	ok.Contents = append(ok.Contents, to.forms...)
	if to.streams {
		ok.Contents = append(ok.Contents, apidoc.Content{Type: streamType, Of: apidoc.Text("Server-Sent Events: run once, " +
			"then a message for each record with its seq as id, and missed where records are no longer held; end before a stream ends whose client reads too slowly")})
	}
	list := []apidoc.Answer{ok}
	for i := 0; i < len(kinds); i++ {
		var these []kind // of one status; they follow each other
		for status := kinds[i].status; i < len(kinds) && kinds[i].status == status; i++ {
			if to.mayFail(kinds[i].slug) {
				these = append(these, kinds[i])
			}
		}
		i--
		if len(these) > 0 {
			list = append(list, problemAnswer(these...))
		}
	}
	return append(list, problemAnswer(internal))
}

// mayFail reports whether the route may have a kind of problem.
func (to *route) mayFail(slug string) bool {
	switch slug {
	case "foreign-origin":
		return !to.open
	case "bad-request":
		return true
	case "too-slow", "too-long", "invalid":
		if to.method != http.MethodGet { // whose bodies are not read
			return true
		}
	}
	for _, s := range to.fails {
		if s == slug {
			return true
		}
	}
	return false
}

// problemAnswer is an answer with a problem of one of some kinds of one status.
func problemAnswer(these ...kind) apidoc.Answer {
	a := apidoc.Answer{Status: these[0].status}
	for i, k := range these {
		if i > 0 {
			a.Name += "Or"
			a.Doc += ", or "
		}
		for _, word := range strings.Split(k.slug, "-") {
			a.Name += strings.ToUpper(word[:1]) + word[1:]
		}
		a.Doc += k.title + " (" + k.slug + ")"
	}
	a.Contents = []apidoc.Content{{Type: api.ProblemType, Of: api.Problem{}}}
	return a
}
