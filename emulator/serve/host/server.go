package host

import (
	"errors"
	"log/slog"
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

// A server is a node's HTTP side: a port, and an HTTP server while the port is open.
type server struct {
	port    *port
	handler http.Handler
	logger  *slog.Logger

	// Guarded by Host.changes.

	http *http.Server // nil: the port is shut
	done sync.WaitGroup
}

// open opens the port to clients. It does nothing when it is open.
func (s *server) open() error {
	if s.http != nil {
		return nil
	}
	l, err := s.port.open()
	if err != nil {
		return err
	}
	srv := NewHTTPServer(s.handler, s.logger)
	s.http = srv
	s.done.Go(func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.logger.Error("a node has stopped listening", "addr", s.port.addr, "err", err)
		}
	})
	return nil
}

// shut refuses new clients and disconnects those that are there. It does nothing
// when the port is shut.
func (s *server) shut() error {
	if s.http == nil {
		return nil
	}
	_ = s.http.Close() // its only error would be that the listener is closed already
	s.done.Wait()
	s.http = nil
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
