package mqapi

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"rrmq.example/emulator/emulator/sim/machine"
)

// A failure is an answer that is no success: its status and, in words, why.
type failure struct {
	status int
	reason string
	allow  string // the methods that a 405 names
}

func (f *failure) Error() string { return f.reason }

// Errors of a request that do not depend on its content.
var (
	errTooLong     = &failure{status: http.StatusRequestEntityTooLarge, reason: fmt.Sprintf("the body is longer than %d bytes", MaxBody)}
	errTooSlow     = &failure{status: http.StatusRequestTimeout, reason: "the body did not come in time"}
	errUnknownPath = &failure{status: http.StatusNotFound, reason: "unknown path; there are /topic, /message, /message/{topic}, /status, /force-view-state-machine and /rpc/{sender}"}
	errBadTopic    = &failure{status: http.StatusBadRequest, reason: "the topic in the path is not UTF-8"}
)

func badRequest(format string, args ...any) error {
	return &failure{status: http.StatusBadRequest, reason: fmt.Sprintf(format, args...)}
}

// statuses gives the status for each error of a Node.
var statuses = []struct {
	err    error
	status int
}{
	{machine.ErrNotLeader, http.StatusMisdirectedRequest},
	{machine.ErrLeadershipLost, http.StatusServiceUnavailable},
	{machine.ErrBusy, http.StatusServiceUnavailable},
}

// failureOf gives the answer for any error.
func failureOf(err error) *failure {
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	for _, s := range statuses {
		if errors.Is(err, s.err) {
			return &failure{status: s.status, reason: err.Error()}
		}
	}
	return &failure{status: http.StatusInternalServerError, reason: err.Error()}
}

// fail answers a request that failed. It is the only place that does.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	s.breakOff(r, err)
	f := failureOf(err)
	h := w.Header()
	h[HeaderError] = []string{printable(f.reason)}
	if f.allow != "" {
		h["Allow"] = []string{f.allow}
	}
	if errors.Is(err, machine.ErrBusy) {
		h[headerRetry] = retryAfter
	}
	if errors.Is(err, errTooSlow) {
		h["Connection"] = []string{"close"} // the rest of the body may still come
	}
	body := failureBody
	switch {
	case errors.Is(err, errUnknownPath) && isForeign(r.URL.Path):
		body = s.guide(r.URL.Path)
	case isRPC(r.URL.Path):
		body = append(appendText([]byte(`{"error": `), f.reason), "}\n"...)
	}
	write(w, f.status, body)
}

// breakOff closes the connection without an answer when there is nobody left
// to give one, or to be given one. A mere return would send an empty 200 if
// the client were still there.
func (s *server) breakOff(r *http.Request, err error) {
	ctx := r.Context()
	if errors.Is(err, errTooSlow) {
		// The context ended with the reading. A node that is not paused still answers.
		if _, err := s.node.Status(ctx); err != nil {
			panic(http.ErrAbortHandler)
		}
		return
	}
	if _, ours := errors.AsType[*failure](err); ours && ctx.Err() == nil {
		// The node was not asked so far. It may be paused, or crash meanwhile.
		_, err = s.node.Status(ctx)
	}
	if errors.Is(err, machine.ErrNodeDown) || ctx.Err() != nil {
		panic(http.ErrAbortHandler)
	}
}

// maxReason is the longest HeaderError, in bytes.
const maxReason = 300

// printable makes a header value of any text.
func printable(reason string) string {
	safe := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, reason)
	return safe[:min(len(safe), maxReason)]
}
