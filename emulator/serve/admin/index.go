package admin

import (
	"bytes"
	"fmt"
	"slices"
	"text/tabwriter"
)

// getIndex explains the routes, their queries and the problems, from their tables.
func getIndex(c *call) (any, error) {
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
