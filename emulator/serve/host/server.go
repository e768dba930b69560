package host

import (
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/text/bounds"
)

// Bounds on what a client can make a node hold; bodyLimits has those of a body. There
// is no bound on the time that an answer takes: without a majority there is none until
// the client gives up.
const (
	headerTimeout = 10 * time.Second
	idleTimeout   = 5 * time.Minute
)

// A server is a node's HTTP side: a port, and an HTTP server while the port is open. It
// first listens, which may fail, and then serves.
type server struct {
	port    *port
	handler http.Handler
	logger  *slog.Logger

	// Guarded by Host.changes.

	listener net.Listener // nil: the port is shut
	http     *http.Server // nil: it serves no client yet
	done     sync.WaitGroup
}

// listens reports whether the port listens.
func (s *server) listens() bool { return s.listener != nil }

// listen makes the port listen: clients can connect, and wait until they are served.
func (s *server) listen() (err error) {
	if !s.listens() {
		s.listener, err = s.port.open()
	}
	return err
}

// serve serves the clients of a port that listens.
func (s *server) serve() {
	if s.http != nil || !s.listens() {
		return
	}
	srv, l := NewHTTPServer(s.handler, s.logger), s.listener
	s.http = srv
	s.done.Go(func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.logger.Error("a node has stopped listening", "addr", s.port.addr, "err", err)
		}
	})
}

// shut refuses new clients and disconnects those that are there. It does nothing
// when the port is shut.
func (s *server) shut() error {
	if !s.listens() {
		return nil
	}
	if s.http != nil {
		_ = s.http.Close() // its only error would be that the listener is closed already
		s.done.Wait()
	}
	_ = s.listener.Close()
	s.listener, s.http = nil, nil
	return s.port.shut()
}

// NewHTTPServer is an HTTP server with the bounds that all of the emulator's have.
func NewHTTPServer(handler http.Handler, logger *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           limitBodies(handler, defaultBodyLimits),
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    bounds.Header,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
}
