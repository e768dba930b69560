package admin

import (
	"net/http"

	"rrmq.example/emulator/emulator/check/excerpt"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/serve/page"
)

// newestParam asks for the present state instead of the oldest one.
var newestParam = param{name: "newest", doc: "the present state"}

// pageRoutes are the files of the page, beside the page itself, and the state with which it
// begins. No list of routes has them.
func pageRoutes() []*route {
	routes := []*route{{method: http.MethodGet, path: "/page/start", query: []param{newestParam}, serve: getStart}}
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

// A startAnswer is the whole state with which the page begins when the trace in memory does
// not go back to the beginning. The records after it lead to the present.
type startAnswer struct {
	RunID string         `json:"run_id"`
	Since uint64         `json:"since"`
	Start *excerpt.State `json:"start"`
}

func getStart(c *call) (any, error) {
	if err := c.enter(c.freezing, waitForFreezing); err != nil {
		return nil, err
	}
	begin := c.host.Oldest
	if c.query.Has(newestParam.name) {
		begin = c.host.Now
	}
	m := begin()
	whole, err := m.Whole()
	return startAnswer{m.Run, m.Seq, whole}, err
}
