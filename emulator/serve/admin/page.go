package admin

import (
	"net/http"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/page"
)

// pageRoutes are the files of the page, beside the page itself. No list of routes has them.
func pageRoutes() []*route {
	var routes []*route
	for _, name := range page.Names() {
		if name == page.Index {
			continue
		}
		routes = append(routes, &route{
			method: http.MethodGet, path: "/page/" + name,
			serve: func(c *call) (any, error) { return c.file(name), nil },
		})
	}
	return routes
}

// file answers with a file of the page.
func (c *call) file(name string) any {
	return stream(func() { page.Serve(c.w, c.r, name) })
}

// getSource tells the page where its records come from: from the cluster that runs here.
func getSource(*call) (any, error) {
	return api.SourceAnswer{Kind: api.LiveSource}, nil
}
