package postman

import (
	"fmt"

	"rrmq.example/emulator/emulator/serve/apidoc"
)

// folders are those of the collection, in their order.
var folders = []func(*tour){
	start, queue, refusals, debug, look, watch, crash, pause, timers, bugs, partition, faults, clock, fixtures, forks, end,
}

// A tour is a collection that is being made.
type tour struct {
	schemas *apidoc.Schemas
	routes  map[string]*apidoc.Route // by their keys
	folders []*folder
	errs    []error
}

func newTour(api *apidoc.API) *tour {
	t := &tour{schemas: api.Schemas, routes: map[string]*apidoc.Route{}}
	for _, part := range api.Parts {
		for i := range part.Routes {
			r := &part.Routes[i]
			t.routes[r.Key()] = r
			for _, a := range r.Answers {
				for _, c := range a.Contents {
					t.schemas.Of(c.Of) // so that those within have names
				}
			}
		}
	}
	return t
}

// folder begins one.
func (t *tour) folder(name, doc string) {
	t.folders = append(t.folders, &folder{Name: name, Doc: doc})
}

func (t *tour) wrong(name, format string, args ...any) {
	t.errs = append(t.errs, fmt.Errorf("postman: %s: %s", name, fmt.Sprintf(format, args...)))
}
