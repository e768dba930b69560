package admin

import (
	"bytes"
	"fmt"
	"text/tabwriter"
)

// getIndex explains the routes and the problems, from their tables.
func getIndex(c *call) (any, error) {
	var b bytes.Buffer
	b.WriteString("The emulator's admin API. Any JSON comes in lines with ?pretty.\n\n")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, to := range c.routes {
		fmt.Fprintf(w, "%s\t%s\t%s\n", to.method, to.path, to.doc)
		if to.body != nil {
			fmt.Fprintf(w, "\t\t  body: %s\n", to.body.example)
		}
		for _, p := range to.query {
			fmt.Fprintf(w, "\t\t  ?%s= %s\n", p.name, p.doc)
		}
	}

	w.Flush()
	b.WriteString("\nWhat is refused is answered with a problem (RFC 9457). Its type is /# and then:\n\n")
	for _, k := range append(append([]kind{}, kinds...), internal) {
		fmt.Fprintf(w, "%s\t%d\t%s\n", k.slug, k.status, k.title)
	}
	w.Flush()
	return text{plainType, b.Bytes()}, nil
}
