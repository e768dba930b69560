package postman

import (
	"net/http"
	"strings"

	"rrmq.example/emulator/emulator/serve/apidoc"
)

// An option adds to a request.
type option func(*draft)

// A draft is a request that is being put together.
type draft struct {
	item
	tests []string // lines of its script
}

// ask adds a request that shows a route: key is that of the route, and url is
// the path and query at the admin API, or begins with the variable of another
// base URL.
func (t *tour) ask(name, key, url string, status int, options ...option) {
	route := t.routes[key]
	if route == nil {
		t.wrong(name, "there is no route %s", key)
		return
	}
	if path := pathOf(url); !matches(route.Path, path) {
		t.wrong(name, "%s is not a path of %s", path, key)
	}
	var answer *apidoc.Answer
	for i := range route.Answers {
		if route.Answers[i].Status == status {
			answer = &route.Answers[i]
		}
	}
	if answer == nil {
		t.wrong(name, "%s has no status %d", key, status)
		return
	}
	t.add(name, route.Method, url, route.Doc, t.expect(answer, acceptedIn(options)), options)
}

// acceptedIn is the type that a request with these options accepts; "": any.
func acceptedIn(options []option) string {
	var d draft
	for _, o := range options {
		o(&d)
	}
	for _, h := range d.Request.Headers {
		if h.Key == "Accept" {
			return h.Value
		}
	}
	return ""
}

// stray adds a request that shows no route of the tables.
func (t *tour) stray(name, method, url string, status int, options ...option) {
	t.add(name, method, url, "", []string{statusTest(status)}, options)
}

func (t *tour) add(name, method, url, doc string, expect []string, options []option) {
	d := &draft{item: item{Name: name, Request: request{Method: method, Headers: []header{}, Doc: doc}}, tests: expect}
	if strings.HasPrefix(url, "/") {
		url = "{{admin}}" + url
	}
	d.Request.URL = url
	for _, o := range options {
		o(d)
	}
	d.Events = []event{{"test", script{"text/javascript", d.tests}}}
	f := t.folders[len(t.folders)-1]
	f.Items = append(f.Items, d.item)
}

// send gives the request a body of JSON.
func send(raw string) option { return sendAs("application/json", "json", raw) }

// sendTOML gives it one of TOML.
func sendTOML(raw string) option { return sendAs("application/toml", "text", raw) }

func sendAs(contentType, language, raw string) option {
	return func(d *draft) {
		d.Request.Headers = append(d.Request.Headers, header{"Content-Type", contentType})
		d.Request.Body = &body{Mode: "raw", Raw: raw}
		d.Request.Body.Options.Raw.Language = language
	}
}

// with gives the request a header.
func with(key, value string) option {
	return func(d *draft) { d.Request.Headers = append(d.Request.Headers, header{key, value}) }
}

// pathOf is the path of a URL, which starts with a variable: {{leader_url}}/queue?x=1.
func pathOf(url string) string {
	if rest, ok := strings.CutPrefix(url, "{{"); ok {
		_, url, _ = strings.Cut(rest, "}}")
	}
	path, _, _ := strings.Cut(url, "?")
	return path
}

// matches reports whether a path is one of a route's.
func matches(template, path string) bool {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if !strings.HasPrefix(want[i], "{") && want[i] != got[i] || got[i] == "" && want[i] != "" {
			return false
		}
	}
	return true
}

// statusTest tests the status.
func statusTest(status int) string {
	return test(http.StatusText(status), "pm.response.to.have.status("+number(status)+")")
}
