package admin

import (
	"encoding/json"
	"strings"

	"rrmq.example/emulator/emulator/serve/apidoc"
	"rrmq.example/emulator/mqapi"
)

// describeNodes describes the routes that every node has.
func describeNodes() []apidoc.Route {
	headers := map[string]apidoc.Header{}
	for _, h := range mqapi.Headers() {
		d := apidoc.Header{Name: h.Name, Doc: h.Doc}
		if h.Number {
			d.Schema = apidoc.Integer("", 0)
		}
		headers[h.Name] = d
	}
	var routes []apidoc.Route
	for _, info := range mqapi.Routes() {
		r := apidoc.Route{Method: info.Method, Path: info.Path, Doc: info.Doc}
		if _, rest, ok := strings.Cut(info.Path, "{"); ok {
			r.Params = []apidoc.Param{{Name: strings.TrimSuffix(rest, "}"), In: "path", Doc: info.Param}}
		}
		if info.Body != nil {
			r.MustBody = true
			r.Body = []apidoc.Content{{
				Type: jsonType, Of: apidoc.OneOfThese(info.Body), Example: json.RawMessage(info.Example),
			}}
		}
		for _, a := range info.Answers {
			d := apidoc.Answer{Status: a.Status, Doc: a.Doc}
			d.Contents = []apidoc.Content{{Type: jsonType, Of: apidoc.OneOfThese(a.Body)}}
			for _, name := range a.Headers {
				d.Headers = append(d.Headers, headers[name])
			}
			r.Answers = append(r.Answers, d)
		}
		routes = append(routes, r)
	}
	return routes
}
