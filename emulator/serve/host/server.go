package host

import (
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Bounds on what a client can make a node hold. There is no bound on the time
// that an answer takes: without a majority there is none until the client gives up.
const (
	headerTimeout  = 10 * time.Second
	idleTimeout    = 5 * time.Minute
	maxHeaderBytes = 64 << 10
)

// A server is a node's HTTP side: a door, and while it is open somebody behind it.
type server struct {
	door    *door
	handler http.Handler
	logger  *slog.Logger

	// Guarded by Host.changes.

	http *http.Server // nil: the door is shut
	done sync.WaitGroup
}

// open lets clients in. It does nothing when they are.
func (s *server) open() error {
	if s.http != nil {
		return nil
	}
	l, err := s.door.open()
	if err != nil {
		return err
	}
	srv := NewHTTPServer(s.handler, s.logger)
	s.http = srv
	s.done.Go(func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.logger.Error("a node has stopped listening", "addr", s.door.addr, "err", err)
		}
	})
	return nil
}

// shut refuses new clients and cuts off those that are there. It does nothing
// when the door is shut.
func (s *server) shut() error {
	if s.http == nil {
		return nil
	}
	s.http.Close() // its only error would be that the listener is closed already
	s.done.Wait()
	s.http = nil
	return s.door.shut()
}

// NewHTTPServer is an HTTP server with the bounds that all of the emulator's have.
func NewHTTPServer(handler http.Handler, logger *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
}
