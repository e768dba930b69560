package admin

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/mqapi/origin"
)

// An endpoint is a route as the mux holds it.
type endpoint struct {
	*handler
	*route
}

// ServeHTTP implements [http.Handler].
func (e endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{handler: e.handler, w: w, r: r}
	defer c.end()
	if answer, err := c.serve(e.route); err != nil {
		c.fail(err)
	} else {
		c.answer(answer)
	}
}

// newMux holds the handler's routes.
func newMux(a *handler) *http.ServeMux {
	mux := http.NewServeMux()
	for _, to := range a.routes {
		path := to.path
		if path == "/" {
			path = "/{$}" // else it would be every path
		}
		mux.Handle(to.method+" "+path, endpoint{a, to})
		if to.oldPath != "" {
			mux.Handle(to.method+" "+to.oldPath, endpoint{a, to})
		}
	}
	return mux
}

// ServeHTTP implements [http.Handler].
func (a *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if a.at(r, r.Method) != nil {
		a.mux.ServeHTTP(w, r)
		return
	}
	c := &call{handler: a, w: w, r: r}
	if err := a.elsewhere(c); err != nil {
		c.fail(err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// at returns the route of a request's path with a method; nil when there is none.
func (a *handler) at(r *http.Request, method string) *route {
	q := *r
	q.Method = method
	h, _ := a.mux.Handler(&q)
	if e, ok := h.(endpoint); ok { // else it redirects or refuses in words of its own
		return e.route
	}
	return nil
}

// elsewhere answers OPTIONS, and any other request that no route takes with an
// error that says which path or method would be right.
func (a *handler) elsewhere(c *call) error {
	r := c.r
	if err := origin.Check(r, a.options.AllowedHosts...); err != nil {
		return err
	}
	var allow []string
	for _, method := range []string{http.MethodDelete, http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut} {
		if a.at(r, method) != nil {
			allow = append(allow, method)
		}
	}
	if allow == nil {
		return a.unknown(r.URL.EscapedPath())
	}
	allow = append(allow, http.MethodOptions)
	slices.Sort(allow)
	list := strings.Join(allow, ", ")
	c.w.Header().Set("Allow", list)
	if r.Method == http.MethodOptions {
		return nil
	}
	return &failure{err: errMethod, detail: fmt.Sprintf("%q is not for %s, which has %s", r.Method, r.URL.Path, list)}
}

// unknown says which path may have been meant.
func (a *handler) unknown(path string) error {
	written := strings.Split(path, "/")
	var paths []string
	for _, to := range a.routes {
		segments := strings.Split(to.path, "/")
		for i := range segments {
			if isParam(segments[i]) && i < len(written) && written[i] != "" {
				segments[i] = written[i] // whatever it is, it may be right
			}
		}
		if p := strings.Join(segments, "/"); !slices.Contains(paths, p) {
			paths = append(paths, p)
		}
	}
	detail := fmt.Sprintf("there is no %.100q, ", path)
	if near := text.Nearest(path, paths, 1); len(near) > 0 {
		detail += "did you mean " + near[0] + "? "
	}
	return &failure{err: errRoute, detail: detail + "GET / lists all routes"}
}

// isParam reports whether a segment of a route's path is a parameter: {name}.
func isParam(segment string) bool { return strings.HasPrefix(segment, "{") }
