package admin

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
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
		if to.path == "/" {
			mux.Handle(to.method+" /v1", endpoint{a, to})
			mux.Handle(to.method+" /v1/{$}", endpoint{a, to})
		}
		if to.oldPath != "" {
			mux.Handle(to.method+" "+to.oldPath, endpoint{a, to})
		}
	}
	for _, to := range pageRoutes() {
		mux.Handle(to.method+" "+to.path, endpoint{a, to})
	}
	return mux
}

// ServeHTTP implements [http.Handler].
func (a *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if name, ok := belowFork(r.URL.Path); ok && a.prefix == "" {
		a.serveFork(w, r, name)
		return
	}
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
	if err := a.checkOrigin(r); err != nil {
		return err
	}
	allow := a.methods(r)
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

// methods lists the methods that a request's path has.
func (a *handler) methods(r *http.Request) []string {
	var list []string
	for _, method := range []string{http.MethodDelete, http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut} {
		if a.at(r, method) != nil {
			list = append(list, method)
		}
	}
	return list
}

// checkOrigin refuses the requests of foreign web pages.
func (a *handler) checkOrigin(r *http.Request) error {
	return origin.Check(r, a.options.AllowedHosts...)
}

// unknown says which path may have been meant.
func (a *handler) unknown(path string) error {
	written := strings.Split(strings.TrimSuffix(path, "/"), "/")
	if len(written) < 2 || written[1] != "v1" {
		written = slices.Insert(written, 1, "v1")
	}
	var paths, beside []string
	least := maxEdits + 1
	for _, to := range a.routes {
		segments := strings.Split(to.path, "/")
		edits := editsOf(written, segments)
		meant := strings.Join(segments, "/")
		switch {
		case edits < least:
			paths, least = []string{meant}, edits
		case edits == least && edits <= maxEdits && !slices.Contains(paths, meant):
			paths = append(paths, meant)
		}
		if last := len(segments) - 1; last == len(written)-1 && editsOf(written[:last], segments[:last]) == 0 && !isParam(segments[last]) {
			beside = append(beside, segments[last])
		}
	}
	detail := fmt.Sprintf("there is no %.100q, ", path)
	switch {
	case len(paths) > 0:
		list := make([]string, len(paths))
		for i, p := range paths {
			list[i] = strconv.Quote(p)
		}
		detail += "did you mean " + text.Or(list) + "? "
	case len(beside) > 0 && len(written) > 3: // what can be done to something
		slices.Sort(beside)
		detail += "want " + text.Or(slices.Compact(beside)) + " at its end; "
	}
	return &failure{err: errRoute, detail: detail + "GET / lists all routes"}
}

// maxEdits is how many mistypings make a path another one.
const maxEdits = 2

// editsOf returns how many edits lead from the segments of a path to those of a route, more
// than maxEdits if it is not near. It fills in the route's parameters. An action, the last
// of several segments, is off by one edit at most, so that a suggestion does no harm.
func editsOf(written, segments []string) int {
	if len(written) != len(segments) {
		return maxEdits + 1
	}
	edits := 0
	for i, s := range segments {
		w := written[i]
		switch {
		case isParam(s) && w != "":
			segments[i] = w // whatever it is, it may be right
		case s == w:
		case i > 2 && !text.IsTypo(w, s), text.Nearest(w, []string{s}, 1) == nil:
			return maxEdits + 1
		default:
			edits += text.Distance(w, s)
		}
	}
	return edits
}

// isParam reports whether a segment of a route's path is a parameter: {name}.
func isParam(segment string) bool { return strings.HasPrefix(segment, "{") }
