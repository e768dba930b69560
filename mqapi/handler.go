package mqapi

import (
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/google/uuid"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/origin"
	"rrmq.example/emulator/raft"
)

// Options say what a handler needs to know beyond its node.
type Options struct {
	// AllowedHosts are names and addresses, without a port, that Host may be besides
	// loopback; see [origin.Check].
	AllowedHosts []string
	// Admin is the base URL of the admin API, which the answer to an unknown path names;
	// "": there is none.
	Admin string
	// MaxRPC is the longest body at /rpc, in bytes; 0: MaxBody.
	MaxRPC int
	// TrustPeers takes requests at /rpc that no correct node sends, because it is the other
	// nodes that use it, and a planted bug has to work as it does in one process.
	TrustPeers bool
}

// Handler serves the HTTP API of one node, to everybody but pages of another origin;
// see [origin.Check].
//
// The handler panics with [http.ErrAbortHandler], which closes the connection
// and is logged nowhere, when the node is down or the client has gone.
func Handler(n Node, o Options) http.Handler { return &server{node: n, settings: o} }

type server struct {
	node     Node
	settings Options
	host     atomic.Pointer[string] // a Host that origin.Check accepted; most requests have the same
}

// An action answers a request, or returns why it can't; then nothing has been
// written but headers.
type action func(*server, http.ResponseWriter, *http.Request) error

// A route is what a path can do.
type route struct {
	allow          string // all its methods
	get, put, post action
	head           bool // GET takes nothing away, so HEAD is there as well
}

var (
	statusRoute  = route{allow: "GET, HEAD, OPTIONS", get: (*server).status, head: true}
	viewRoute    = route{allow: "GET, HEAD, OPTIONS", get: (*server).view, head: true}
	rpcRoute     = route{allow: "OPTIONS, POST", post: (*server).rpc}
	unknownRoute = route{}
)

const rpcPrefix = "/rpc/"

// routeOf finds the route of a decoded path. An empty topic or sender has no URL.
func routeOf(path string) *route {
	for i := range queueRoutes {
		to := &queueRoutes[i]
		if path == to.path && !to.rest || to.rest && len(path) > len(to.path) && strings.HasPrefix(path, to.path) {
			return &to.route
		}
	}
	switch {
	case path == "/status":
		return &statusRoute
	case path == "/force-view-state-machine":
		return &viewRoute
	case isRPC(path) && path != rpcPrefix:
		return &rpcRoute
	}
	return &unknownRoute
}

func isRPC(path string) bool { return strings.HasPrefix(path, rpcPrefix) }

// ServeHTTP implements [http.Handler].
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := s.serve(w, r); err != nil {
		s.fail(w, r, err)
	}
}

func (s *server) serve(w http.ResponseWriter, r *http.Request) error {
	if err := s.checkOrigin(r); err != nil {
		return err
	}
	to := routeOf(r.URL.Path)
	if to.allow == "" {
		return errUnknownPath
	}
	switch {
	case r.Method == http.MethodPut && to.put != nil:
		return to.put(s, w, r)
	case r.Method == http.MethodGet && to.get != nil,
		r.Method == http.MethodHead && to.head:
		if err := discardBody(r); err != nil {
			return err
		}
		return to.get(s, w, r)
	case r.Method == http.MethodPost && to.post != nil:
		return to.post(s, w, r)
	case r.Method == http.MethodOptions:
		return s.options(w, r, to)
	}
	reason := strconv.QuoteToASCII(r.Method) + " is not for this path; it has " + to.allow
	return &failure{status: http.StatusMethodNotAllowed, reason: reason, allow: to.allow}
}

// checkOrigin refuses pages of other origins.
func (s *server) checkOrigin(r *http.Request) error {
	known := s.host.Load()
	if known != nil && *known == r.Host && r.Header["Origin"] == nil && r.Header["Sec-Fetch-Site"] == nil {
		return nil
	}
	if err := origin.Check(r, s.settings.AllowedHosts...); err != nil {
		return &failure{status: http.StatusForbidden, reason: err.Error()}
	}
	if known == nil {
		host := strings.Clone(r.Host)
		s.host.Store(&host)
	}
	return nil
}

// do has a command carried out and answers with its outcome.
func (s *server) do(w http.ResponseWriter, r *http.Request, cmd *machine.Command) error {
	reply := s.node.Do(r.Context(), cmd)
	s.describe(w.Header(), &reply)
	switch {
	case reply.Err != nil:
		return reply.Err
	case !reply.Result.OK:
		return requestFor(cmd.Op).refused
	}
	switch cmd.Op.Gives {
	case machine.List:
		write(w, http.StatusOK, topicsBody(reply.Result.List))
	case machine.Text:
		write(w, http.StatusOK, messageBody(reply.Result.Text))
	default:
		write(w, http.StatusCreated, successBody)
	}
	return nil
}

// describe puts into headers what a reply says beside its result.
func (s *server) describe(h http.Header, reply *machine.Reply) {
	values := new([4]string) // one allocation for all
	if reply.Index > 0 {
		values[0] = strconv.FormatUint(uint64(reply.Index), 10)
		h[HeaderIndex] = values[0:1:1]
	}
	if reply.RequestID != uuid.Nil {
		values[1] = reply.RequestID.String()
		h[HeaderRequestID] = values[1:2:2]
	}
	if reply.Leader == raft.None {
		return
	}
	values[2] = strconv.Itoa(int(reply.Leader))
	h[HeaderLeader] = values[2:3:3]
	if reply.Err != nil {
		values[3] = s.node.URL(reply.Leader)
		h[HeaderLeaderURL] = values[3:4:4]
	}
}

func (s *server) status(w http.ResponseWriter, r *http.Request) error {
	status, err := s.node.Status(r.Context())
	if err != nil {
		return err
	}
	write(w, http.StatusOK, statusBody(status))
	return nil
}

func (s *server) view(w http.ResponseWriter, r *http.Request) error {
	view, err := s.node.View(r.Context())
	if err != nil {
		return err
	}
	write(w, http.StatusOK, viewBody(view))
	return nil
}

// options names a path's methods.
func (s *server) options(w http.ResponseWriter, r *http.Request, to *route) error {
	if _, err := s.node.Status(r.Context()); err != nil {
		return err
	}
	w.Header()["Allow"] = []string{to.allow}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
