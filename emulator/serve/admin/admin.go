package admin

import (
	"net/http"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/serve/host"
)

// Options say what the API needs to know beyond the host.
type Options struct {
	// Version is what GET /version says of the program.
	Version string
	// AllowedHosts are further names for which the API answers; see package
	// mqapi/origin.
	AllowedHosts []string
	// DroppedLogs tells the number of log lines that were dropped; nil: none is.
	DroppedLogs func() uint64
}

// A handler is the API over one host.
type handler struct {
	host    *host.Host
	options Options
	routes  []*route
	mux     *http.ServeMux // of routes
	// listing and checking are for what is asked of the whole history.
	listing, checking gate
	// freezing is for fixtures that are written, and loading for long ones that are read.
	freezing, loading gate
	explaining        gate  // each copies the trace
	feed              *feed // of the streams
	// rewinding is for moments of the past.
	rewinding gate
	forks     sync.Map // by id, the handlers of forks that have been asked
	prefix    string   // the path below which the routes are; "" unless it is a fork's
	// heartbeat is how long a stream of events is silent at most.
	heartbeat time.Duration
}

// Handler serves the API over a host. It may be used until long after the host
// is closed. Requests that wait end when their context does: a server that is to
// be closed ends it.
//
// The first request lays out the routes: many a cluster never gets one, and its
// start is quicker without them.
func Handler(h *host.Host, o Options) http.Handler {
	made := sync.OnceValue(func() *handler { return newHandler(h, o) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { made().ServeHTTP(w, r) })
}

func newHandler(h *host.Host, o Options) *handler {
	if o.DroppedLogs == nil {
		o.DroppedLogs = func() uint64 { return 0 }
	}
	a := &handler{
		host: h, options: o, routes: table(), heartbeat: 15 * time.Second,
		listing: newGate(1), checking: newGate(1), freezing: newGate(4), loading: newGate(1), explaining: newGate(2), rewinding: newGate(1), feed: newFeed(h),
	}
	a.mux = newMux(a)
	return a
}
