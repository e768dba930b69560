package admin

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/text"
)

// find gives the route of a request and the values of its parameters. An error
// says which path or method would be right.
func (a *handler) find(r *http.Request) (*route, map[string]string, error) {
	path := r.URL.EscapedPath()
	segments := strings.Split(path, "/")
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	var params map[string]string
	var allow []string
	for _, to := range a.routes {
		p, ok := to.match(segments)
		if !ok {
			continue
		}
		if to.method == method {
			return to, p, nil
		}
		params = p
		allow = append(allow, to.method)
	}
	if allow == nil {
		return nil, nil, a.unknown(path)
	}
	if slices.Contains(allow, http.MethodGet) {
		allow = append(allow, http.MethodHead)
	}
	allow = append(allow, http.MethodOptions)
	slices.Sort(allow)
	if method == http.MethodOptions {
		return optionsRoute(allow), params, nil
	}
	return nil, nil, &failure{
		err:    errMethod,
		detail: fmt.Sprintf("%q is not for %s, it has %s", r.Method, r.URL.Path, strings.Join(allow, ", ")),
		allow:  allow,
	}
}

// match tells whether a path, split, is one of the route's.
func (to *route) match(segments []string) (params map[string]string, ok bool) {
	if len(segments) != len(to.segments) {
		return nil, false
	}
	for i, want := range to.segments {
		name, isParam := parameter(want)
		if !isParam {
			if segments[i] != want {
				return nil, false
			}
			continue
		}
		value, err := url.PathUnescape(segments[i])
		if err != nil || value == "" {
			return nil, false
		}
		if params == nil {
			params = map[string]string{}
		}
		params[name] = value
	}
	return params, true
}

// parameter gives the name in {name}.
func parameter(segment string) (string, bool) {
	name, ok := strings.CutPrefix(segment, "{")
	return strings.TrimSuffix(name, "}"), ok
}

// unknown says which path may have been meant.
func (a *handler) unknown(path string) error {
	written := strings.Split(path, "/")
	var paths []string
	for _, to := range a.routes {
		segments := slices.Clone(to.segments)
		for i := range segments {
			if _, isParam := parameter(segments[i]); isParam && i < len(written) && written[i] != "" {
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

// optionsRoute answers what a path can do.
func optionsRoute(allow []string) *route {
	return &route{method: http.MethodOptions, serve: func(c *call) (any, error) {
		c.w.Header().Set("Allow", strings.Join(allow, ", "))
		return nothing{}, nil
	}}
}
