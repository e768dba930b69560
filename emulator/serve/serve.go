// Package serve runs a cluster on real ports, with its admin API: the wiring of host and
// admin that the program, suites in Go and lab share.
//
// The contract:
//
//  1. When Start returns without an error, every port listens, and Ready says where.
//     After an error none does.
//  2. The cluster runs until Close, which ends every request and goroutine, frees the
//     ports and completes the trace.
//  3. Logging holds nothing up: lines that the logger does not take in time are dropped
//     and counted.
//  4. Addresses are loopback addresses unless Options.AllowRemote is set.
package serve

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"rrmq.example/emulator/emulator/script/config"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/admin"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/serve/logs"
	"rrmq.example/emulator/emulator/sim/world"
)

// DefaultAdmin is where the admin API listens.
const DefaultAdmin = "127.0.0.1:8500"

// Options say what to run, and where.
type Options struct {
	// Fixture is the state in which the cluster starts.
	Fixture *fixture.Fixture
	// Addresses of nodes 0, 1, …; port 0 is any free one. Nil: 127.0.0.1, from the
	// fixture's base port on.
	Addresses []config.Address
	// Admin is the address of the admin API, host:port; "": DefaultAdmin.
	Admin string
	// AllowRemote allows addresses that other machines can reach.
	AllowRemote bool
	// Clock is what moves time.
	Clock host.ClockMode
	// Trace gets the trace, as JSON Lines; nil: nobody does.
	Trace io.Writer
	// OpenTrace, if not nil, opens what gets the trace. It is called once all ports are bound.
	// The server does not close it.
	OpenTrace func() (io.Writer, error)
	// Monitors see every event, in each cluster that is loaded.
	Monitors []world.Monitor
	// Prepare, if not nil, returns what is hosted instead of a fixture, the first one
	// and each that is loaded later. It has as many nodes. Prepare must not change its
	// argument.
	Prepare func(*fixture.Fixture) *fixture.Fixture
	// Logger gets internal errors and, at a cluster's end, the invariants that its nodes
	// have violated; nil: nothing is logged.
	Logger *slog.Logger
	// Version is the program's version in the admin API.
	Version string
}

// A Server is a running cluster with its admin API.
type Server struct {
	// Host watches and changes the cluster.
	Host *host.Host

	admin    *http.Server
	adminURL string
	served   chan struct{} // closed when the admin API has ended
	cancel   context.CancelFunc
	logger   *slog.Logger
	logs     *logs.Queue // behind logger; nil: nothing is logged
}

// logPatience bounds the time for the last log lines.
const logPatience = 500 * time.Millisecond

// Ready says where everything listens. The program prints it as one line of JSON.
type Ready struct {
	Event   string   `json:"event"` // "ready"
	Admin   string   `json:"admin"`
	Nodes   []string `json:"nodes"`
	Seed    uint64   `json:"seed"`
	Fixture string   `json:"fixture"`
}

// Start runs a cluster.
func Start(o Options) (*Server, error) {
	addrs, err := nodeAddrs(&o)
	if err != nil {
		return nil, err
	}
	listener, err := listenAdmin(&o)
	if err != nil {
		return nil, err
	}
	s := &Server{adminURL: "http://" + listener.Addr().String(), served: make(chan struct{})}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	} else {
		s.logs = logs.New(o.Logger.Handler())
		o.Logger = s.logs.Logger()
	}
	var allowed []string
	if o.AllowRemote {
		allowed = hostsOf(&o)
	}
	h, err := host.Start(o.Fixture, host.Options{
		Addrs: addrs, Clock: o.Clock, Trace: o.Trace, OpenTrace: o.OpenTrace, Logger: o.Logger, AllowedHosts: allowed,
		Monitors: o.Monitors, Prepare: o.Prepare, Admin: "http://" + listener.Addr().String(),
	})
	if err != nil {
		s.closeLogs()
		return nil, errors.Join(err, listener.Close())
	}
	s.Host = h
	s.logger = o.Logger
	handler := admin.Handler(h, admin.Options{Version: o.Version, AllowedHosts: allowed, DroppedLogs: s.DroppedLogs})
	s.admin = host.NewHTTPServer(handler, o.Logger)
	// Requests that wait at the admin API end with the server.
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.admin.BaseContext = func(net.Listener) context.Context { return ctx }
	go func() {
		defer close(s.served)
		if err := s.admin.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			o.Logger.Error("the admin API has stopped", "err", err)
		}
	}()
	return s, nil
}

// AdminURL is the base URL of the admin API.
func (s *Server) AdminURL() string { return s.adminURL }

// Ready says where everything listens.
func (s *Server) Ready() Ready {
	f := s.Host.Fixture()
	return Ready{
		Event: "ready", Admin: s.adminURL, Nodes: s.Host.URLs()[:len(f.Nodes)],
		Seed: f.Seed, Fixture: f.Name,
	}
}

// Logger logs without waiting, to the logger of the options.
func (s *Server) Logger() *slog.Logger { return s.logger }

// DroppedLogs is the number of log lines that were not written, because the logger did not
// take them in time or failed.
func (s *Server) DroppedLogs() uint64 {
	if s.logs == nil {
		return 0
	}
	return s.logs.Dropped()
}

func (s *Server) closeLogs() {
	if s.logs != nil {
		s.logs.Close(logPatience)
	}
}

// Close ends the cluster. It returns what went wrong at the end, such as a trace that
// could not be written.
func (s *Server) Close() error {
	s.cancel()
	_ = s.admin.Close() // its only error would be that the listener is closed already
	<-s.served
	err := s.Host.Close()
	s.closeLogs()
	return err
}
