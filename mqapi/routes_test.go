package mqapi

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/mqapi/queue"
)

// somePath fills in what a path leaves open.
func somePath(path string) string {
	return strings.NewReplacer("{topic}", "dog", "{sender}", "2").Replace(path)
}

func find(method, path string) (RouteInfo, bool) {
	for _, r := range Routes() {
		if r.Method == method && r.Path == path {
			return r, true
		}
	}
	return RouteInfo{}, false
}

// The table is what the handler does: what is in it succeeds, what is not is
// refused.
func TestRoutesAgreeWithTheHandler(t *testing.T) {
	paths := []string{"/", "/rpc", "/message/", "/topics"}
	for _, r := range Routes() {
		if !slices.Contains(paths, r.Path) {
			paths = append(paths, r.Path)
		}
	}
	for _, path := range paths {
		for _, method := range []string{"GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE"} {
			t.Run(method+path, func(t *testing.T) {
				n := newFakeNode()
				n.seed(queue.PutTopic.New("dog"), queue.PutMessage.New("dog", "wuff"))
				r, ok := find(method, path)
				body := strings.Replace(r.Example, "dog", "cat", 1)
				if path == "/message" {
					body = r.Example
				}
				a := serve(t, n).ask(method, somePath(path), body)
				known := slices.ContainsFunc(Routes(), func(r RouteInfo) bool { return r.Path == path })
				get, _ := find("GET", path)
				switch {
				case !known:
					assert.Equal(t, a.status, http.StatusNotFound)
				case ok:
					assert.Equal(t, a.status, r.Answers[0].Status, a.body)
				case method == "HEAD" && get.Head:
					assert.Equal(t, a.status, http.StatusOK)
				case method == "OPTIONS":
					assert.Equal(t, a.status, http.StatusNoContent)
				default:
					assert.Equal(t, a.status, http.StatusMethodNotAllowed)
				}
			})
		}
	}
}

func TestRoutesAreWhole(t *testing.T) {
	names := map[string]bool{}
	for _, h := range Headers() {
		names[h.Name] = true
	}
	for _, r := range Routes() {
		t.Run(r.Method+r.Path, func(t *testing.T) {
			assert.Assert(t, r.Doc != "")
			assert.Equal(t, r.Param != "", strings.Contains(r.Path, "{"))
			assert.Equal(t, r.Example != "", r.Body != nil)
			last := 0
			for _, a := range r.Answers {
				assert.Assert(t, a.Status > last, "%d after %d", a.Status, last)
				assert.Assert(t, a.Doc != "" && len(a.Body) > 0, fmt.Sprint(a.Status))
				for _, h := range a.Headers {
					assert.Assert(t, names[h], h)
				}
				last = a.Status
			}
		})
	}
}
