package admin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"text/tabwriter"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/apidoc"
	"rrmq.example/emulator/emulator/serve/page"
)

// indexForms are the forms of the index beside the text.
var indexForms = []apidoc.Content{
	{Type: jsonType, Of: api.RoutesAnswer{}},
	{Type: bare(htmlType), Of: apidoc.Text("the page that shows the cluster, at / only")},
}

// getIndex answers with the page, which browsers ask for, or lists the routes: as JSON to
// those who want it, and as text to everybody else, such as curl.
func getIndex(c *call) (any, error) {
	c.w.Header().Add("Vary", "Accept")
	forms := []string{bare(plainType), jsonType}
	if c.r.URL.Path == "/" {
		forms = append(forms, bare(htmlType))
	}
	switch page.Choose(c.r.Header.Values("Accept"), forms...) {
	case jsonType:
		return listRoutes(c.routes), nil
	case bare(htmlType):
		return c.file(page.Index), nil
	}
	return c.explain()
}

// listRoutes lists the routes for programs.
func listRoutes(routes []*route) api.RoutesAnswer {
	a := api.RoutesAnswer{Routes: make([]api.RouteInfo, len(routes))}
	for i, to := range routes {
		info := api.RouteInfo{Method: to.method, Path: to.path, Doc: to.doc}
		for _, p := range to.query {
			info.Query = append(info.Query, api.QueryInfo{Name: p.name, Doc: p.doc})
		}
		if to.body != nil {
			info.Body = json.RawMessage(to.body.example)
		}
		a.Routes[i] = info
	}
	return a
}

// explain explains the routes, their queries and the problems, from their tables.
func (c *call) explain() (any, error) {
	var b bytes.Buffer
	b.WriteString("The emulator's admin API. Add ?pretty to indent JSON.\n\n")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, to := range c.routes {
		fmt.Fprintf(w, "%s\t%s\t%s\n", to.method, to.path, to.doc)
		if to.body != nil {
			fmt.Fprintf(w, "\t\t  %s\n", to.body.example)
		}
	}
	w.Flush()
	b.WriteString("\nIn the query:\n\n")
	for _, q := range queries(c.routes) {
		fmt.Fprintf(w, "%s\t%s\t%s\n", q.path, q.name, q.doc)
	}
	w.Flush()
	b.WriteString("\nErrors are problems (RFC 9457). The type is /# followed by one of these:\n\n")
	for _, k := range append(slices.Clone(kinds), internal) {
		fmt.Fprintf(w, "%s\t%d\t%s\n", k.slug, k.status, k.title)
	}
	w.Flush()
	return plain{plainType, b.Bytes()}, nil
}

// A query is a parameter and the first path that takes it.
type query struct {
	path string
	param
}

// queries lists what can stand in a query, each parameter of one meaning once.
func queries(routes []*route) []query {
	var list []query
	for _, to := range routes {
		for _, p := range to.query {
			if !slices.ContainsFunc(list, func(q query) bool { return q.param == p }) {
				list = append(list, query{to.path, p})
			}
		}
	}
	return list
}
