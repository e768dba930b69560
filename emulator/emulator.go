// Package emulator is a whole Raft message-queue cluster in one process, on real
// ports, behind an admin API.
//
// # Suites in Go
//
// Start runs a cluster for as long as a test takes:
//
//	func TestFailover(t *testing.T) {
//		t.Parallel()
//		c := emulator.Start(t, "fresh_5", emulator.Virtual())
//		c.Wait("leader=unique")
//		old := c.Leader()
//		c.Crash(old.ID)
//		c.Wait("leader=unique", "event=BecomeLeader")
//		resp, err := http.Get(c.Leader().URL + "/status")
//		…
//	}
//
// The contract:
//
//  1. Each cluster has ports of its own, so tests may be parallel. When the test
//     ends, so do the cluster and all its goroutines.
//  2. The methods of Cluster and Node fail the test at once, by Fatalf, when
//     they can't do what they are asked for: they return no errors. So they are
//     called from the test's own goroutine; On is for subtests.
//  3. What a method did has happened, and what it led to at that time too, when
//     it returns. What takes time is waited for: nobody has to sleep.
//  4. With Virtual the cluster's time stands still unless Wait or Advance moves
//     it, and everything that happens follows from the fixture, the seed and what
//     the test does: the same test gives the same run again.
//  5. A test whose nodes violate what Raft promises (package invariant) fails at its
//     end, unless AllowViolations says otherwise.
//  6. A test that fails, for whatever reason, shows how the cluster stood and its
//     last events.
//
// # Safety
//
// The invariants are looked at after every event, and judged when the test ends.
// What clients were answered is judged when CheckHistory is called, which belongs
// behind the last request of a test:
//
//	c.Heal()
//	c.Wait("leader=unique", "queues_equal=all")
//	c.CheckHistory()
//
// Whether a test would notice a mistake is seen by planting one: Plant gives nodes a
// bug by its name. As nodes with bugs violate invariants, such a test has the option
// AllowViolations, if it is to pass:
//
//	c := emulator.Start(t, "fresh_3", emulator.Virtual(), emulator.AllowViolations())
//	c.Plant("commit_old_term")
//
// # The program
//
// New runs a cluster by itself, as the program does, and Replay repeats what a
// trace file has recorded. The package is the wiring of those below it:
//
//	raft ← mqapi ← emulator/world ← emulator/fixture ← emulator/host ← emulator/admin ← emulator
//
// Files: emulator.go and replay.go are for the program; start.go, cluster.go,
// wait.go, node.go, history.go and failure.go for suites.
package emulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"

	"rrmq.example/emulator/emulator/script/config"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/admin"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/world"
)

// ErrAddress: an address is no address, or one that other machines can reach
// where nobody said that this is wanted.
var ErrAddress = errors.New("bad address")

// DefaultAdmin is where the admin API listens.
const DefaultAdmin = "127.0.0.1:8500"

// Options say what to run, and where.
type Options struct {
	// Fixture is the state in which the cluster starts.
	Fixture *fixture.Fixture
	// Addresses of nodes 0, 1, …; port 0 means any free one. Nil: 127.0.0.1, from
	// the fixture's base port on.
	Addresses []config.Address
	// Admin is the address of the admin API, host:port; "" means DefaultAdmin.
	Admin string
	// AllowRemote lets addresses be used that other machines can reach.
	AllowRemote bool
	// Clock is what makes time move.
	Clock host.ClockMode
	// Trace, if not nil, is written what happens, as JSON Lines.
	Trace io.Writer
	// Monitors see all that happens, in each cluster that is loaded.
	Monitors []world.Monitor
	// Prepare, if not nil, gives what is hosted in the place of each fixture, the
	// first one and those that are loaded, with as many nodes. It leaves the one
	// that it gets as it is.
	Prepare func(*fixture.Fixture) *fixture.Fixture
	// Logger takes what goes wrong inside, and what nodes have violated of what Raft
	// promises when their cluster ends; nil: nothing is logged.
	Logger *slog.Logger
	// AllowViolations has Start's tests pass although they have; New does not look
	// at it.
	AllowViolations bool
	// Version is what the admin API says of the program.
	Version string
}

// An Emulator is a cluster that runs, with its admin API.
type Emulator struct {
	// Host is what the cluster is watched and changed by.
	Host *host.Host

	admin    *http.Server
	adminURL string
	served   chan struct{} // closed when the admin API has ended
	cancel   context.CancelFunc
}

// Ready is what the program says once every port listens.
type Ready struct {
	Event   string   `json:"event"` // "ready"
	Admin   string   `json:"admin"`
	Nodes   []string `json:"nodes"`
	Seed    uint64   `json:"seed"`
	Fixture string   `json:"fixture"`
}

// New runs a cluster. When it returns, every port listens; a port that can't
// be had is an error, and then none does.
func New(o Options) (*Emulator, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	addrs, err := nodeAddrs(&o)
	if err != nil {
		return nil, err
	}
	listener, err := listenAdmin(&o)
	if err != nil {
		return nil, err
	}
	var allowed []string
	if o.AllowRemote {
		allowed = hostsOf(&o)
	}
	h, err := host.Start(o.Fixture, host.Options{
		Addrs: addrs, Clock: o.Clock, Trace: o.Trace, Logger: o.Logger, AllowedHosts: allowed,
		Monitors: o.Monitors, Prepare: o.Prepare,
	})
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	e := &Emulator{
		Host:     h,
		adminURL: "http://" + listener.Addr().String(),
		served:   make(chan struct{}),
	}
	handler := admin.Handler(h, admin.Options{Version: o.Version, AllowedHosts: allowed})
	e.admin = host.NewHTTPServer(handler, o.Logger)
	// What the admin API waits for ends when the emulator does.
	ctx, cancel := context.WithCancel(context.Background())
	e.cancel = cancel
	e.admin.BaseContext = func(net.Listener) context.Context { return ctx }
	go func() {
		defer close(e.served)
		if err := e.admin.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			o.Logger.Error("the admin API has stopped", "err", err)
		}
	}()
	return e, nil
}

// nodeAddrs resolves where the nodes listen.
func nodeAddrs(o *Options) ([]netip.AddrPort, error) {
	addresses := o.Addresses
	if addresses == nil {
		for i := range o.Fixture.Nodes {
			a := config.Address{Host: "127.0.0.1"}
			if o.Fixture.BasePort > 0 {
				a.Port = o.Fixture.BasePort + i
			}
			addresses = append(addresses, a)
		}
	}
	if !o.AllowRemote {
		if err := config.CheckLoopback(addresses); err != nil {
			return nil, fmt.Errorf("%w: %w, or -allow-remote", ErrAddress, err)
		}
	}
	addrs := make([]netip.AddrPort, len(addresses))
	for i, a := range addresses {
		tcp, err := net.ResolveTCPAddr("tcp4", a.String())
		if err != nil {
			tcp, err = net.ResolveTCPAddr("tcp", a.String())
		}
		if err != nil {
			return nil, fmt.Errorf("node %d: %w", i, err)
		}
		ip := tcp.AddrPort().Addr().Unmap()
		addrs[i] = netip.AddrPortFrom(ip, tcp.AddrPort().Port())
	}
	return addrs, nil
}

func listenAdmin(o *Options) (net.Listener, error) {
	if o.Admin == "" {
		o.Admin = DefaultAdmin
	}
	tcp, err := net.ResolveTCPAddr("tcp", o.Admin)
	if err != nil {
		return nil, fmt.Errorf("%w: the admin API's %q: %w", ErrAddress, o.Admin, err)
	}
	if !o.AllowRemote && !tcp.IP.IsLoopback() {
		return nil, fmt.Errorf("%w: the admin API's %s is not a loopback address, want localhost, 127.0.0.0/8 or ::1, or -allow-remote", ErrAddress, o.Admin)
	}
	l, err := net.ListenTCP("tcp", tcp)
	if err != nil {
		return nil, fmt.Errorf("the admin API cannot have its port: %w", err)
	}
	return l, nil
}

// hostsOf lists the hosts by whose names requests may come.
func hostsOf(o *Options) []string {
	var hosts []string
	for _, a := range o.Addresses {
		hosts = append(hosts, a.Host)
	}
	if h, _, err := net.SplitHostPort(o.Admin); err == nil {
		hosts = append(hosts, h)
	}
	return hosts
}

// AdminURL is the base URL of the admin API.
func (e *Emulator) AdminURL() string { return e.adminURL }

// Ready says where everything is.
func (e *Emulator) Ready() Ready {
	f := e.Host.Fixture()
	return Ready{
		Event: "ready", Admin: e.adminURL, Nodes: e.Host.URLs()[:len(f.Nodes)],
		Seed: f.Seed, Fixture: f.Name,
	}
}

// Close ends it all: requests are cut off, ports are free again, the trace is
// written to its end. It returns what went wrong in that.
func (e *Emulator) Close() error {
	e.cancel()
	e.admin.Close() // its only error would be that the listener is closed already
	<-e.served
	return e.Host.Close()
}
