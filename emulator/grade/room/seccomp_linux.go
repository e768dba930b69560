package room

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"rrmq.example/emulator/emulator/grade/room/process"
	"rrmq.example/emulator/emulator/grade/room/seccomp"
)

// Filters redirect connections of nodes that share the grader's network.
type filters struct {
	options Options
	config  []Address
	held    []reservation
	web     *web
	nodes   map[uint16]target // by their ports
	doors   []map[uint16]bool // by node: the ports that its connections are redirected to
	locals  map[netip.Addr]bool
	serving sync.WaitGroup

	mu     sync.Mutex
	strays map[string]bool // reported already
	failed error           // why connections are not redirected any more
}

func newFilters(_ context.Context, o Options) (backend, error) {
	config, held, err := reserveAll(o.Nodes, o.Internal)
	if err != nil {
		return nil, err
	}
	w, err := openWeb(o.Nodes, o.Internal)
	if err != nil {
		return nil, errors.Join(err, releaseAll(held))
	}
	f := &filters{
		options: o, config: config, held: held, web: w, locals: ownAddresses(),
		nodes: make(map[uint16]target), doors: make([]map[uint16]bool, o.Nodes), strays: make(map[string]bool),
	}
	for i, a := range config {
		f.nodes[uint16(a.Port)] = target{node: i}
		if o.Internal {
			f.nodes[uint16(a.Internal)] = target{node: i, internal: true}
		}
		f.doors[i] = make(map[uint16]bool)
	}
	for _, d := range w.doors {
		f.doors[d.from][uint16(d.Addr().(*net.TCPAddr).Port)] = true
	}
	return f, nil
}

// ownAddresses lists the machine's addresses.
func ownAddresses() map[netip.Addr]bool {
	own := make(map[netip.Addr]bool)
	all, err := net.InterfaceAddrs()
	if err != nil {
		return own
	}
	for _, a := range all {
		if ip, ok := a.(*net.IPNet); ok {
			if addr, ok := netip.AddrFromSlice(ip.IP); ok {
				own[addr.Unmap()] = true
			}
		}
	}
	return own
}

func (f *filters) addresses(int) []Address { return f.config }

func (f *filters) gates() *gates { return f.web.gates }

func (f *filters) start(i int, c Command) (*Process, error) {
	f.web.serve(f.options)
	stop, halt, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	served := false
	p, err := process.Start(c, process.Options{
		Limits: f.options.Limits, Seccomp: true,
		Ready: func(r process.Prepared) error {
			served = true
			return f.serve(i, c.Dir, r, stop)
		},
	})
	if !served {
		stop.Close()
	}
	if err != nil {
		halt.Close()
		return nil, err
	}
	go func() {
		<-p.Done()
		halt.Close()
	}()
	return p, nil
}

// serve answers the calls of node i until its end.
func (f *filters) serve(i int, dir string, r process.Prepared, stop *os.File) error {
	if len(r.Files) != 1 {
		stop.Close()
		return fmt.Errorf("%d seccomp listeners, not 1", len(r.Files))
	}
	if d, err := filepath.Abs(dir); err == nil {
		dir = d
	}
	n := &filtered{filters: f, node: i, dir: dir, keeper: r.Keeper}
	f.serving.Go(func() {
		defer stop.Close()
		defer r.Files[0].Close()
		if err := seccomp.Serve(r.Files[0], stop, r.UID, r.GID, n.decide); err != nil {
			f.fail(fmt.Errorf("node %d: %w", i, err))
		}
	})
	return nil
}

func (f *filters) dial(ctx context.Context, i int, internal bool) (net.Conn, error) {
	return dialPort(ctx, f.config[i].port(internal), nil)
}

func (f *filters) bypassed() string { return "" }

// fail notes that connections cannot be redirected any more.
func (f *filters) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failed = errors.Join(f.failed, err)
}

func (f *filters) failure() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return errors.Join(f.failed, f.web.gates.failure())
}

func (f *filters) close() error {
	f.serving.Wait()
	return errors.Join(f.web.close(), releaseAll(f.held))
}

// stray reports an address once.
func (f *filters) stray(from int, address string) {
	key := fmt.Sprint(from, " ", address)
	f.mu.Lock()
	known := f.strays[key] || len(f.strays) > maxStrays
	f.strays[key] = true
	f.mu.Unlock()
	if !known {
		f.options.Stray(from, address)
	}
}

// maxStrays bounds how many addresses are remembered.
const maxStrays = 1_000

// A filtered node is one under a filter.
type filtered struct {
	*filters
	node   int
	dir    string
	keeper int
}

// decide says what becomes of a call.
func (n *filtered) decide(c seccomp.Call) seccomp.Answer {
	if !c.To.IsValid() {
		return n.decideUnix(c.Path)
	}
	address, port := c.To.Addr().WithZone(""), c.To.Port()
	local := address.IsLoopback() || address.IsUnspecified() || n.locals[address]
	peer, known := n.nodes[port]
	switch {
	case !local:
		return n.refuse(c, unix.ENETUNREACH)
	case known && peer.node == n.node:
		return seccomp.Answer{}
	case n.doors[n.node][port]: // redirected before: programs keep what they looked up
		return seccomp.Answer{}
	case known && !c.Sends:
		return seccomp.Answer{Port: uint16(n.web.ports[n.node][peer.node].port(peer.internal))}
	case known && n.isDatagram(c):
		n.options.Datagrams(n.node, peer.node)
		return seccomp.Answer{Refuse: unix.ECONNREFUSED}
	case !known && !c.Sends && n.listensItself(port):
		return seccomp.Answer{}
	}
	return n.refuse(c, unix.ECONNREFUSED)
}

// dns is the port of name servers.
const dns = 53

// refuse refuses a call and reports it. UDP sockets are let go on to nobody: programs
// connect them to learn their own address, without sending anything.
func (n *filtered) refuse(c seccomp.Call, e unix.Errno) seccomp.Answer {
	datagrams := n.isDatagram(c)
	switch {
	case datagrams && c.To.Port() == dns:
		return seccomp.Answer{Refuse: e}
	case datagrams && !c.Sends:
		return seccomp.Answer{Port: uint16(n.held[0].nobody())}
	case datagrams:
		n.stray(n.node, "udp "+c.To.String())
	default:
		n.stray(n.node, c.To.String())
	}
	return seccomp.Answer{Refuse: e}
}

// isDatagram reports whether a call is about a UDP socket. Sockets show their protocol
// as an attribute of their file.
func (n *filtered) isDatagram(c seccomp.Call) bool {
	var name [32]byte
	size, err := unix.Getxattr(fmt.Sprintf("/proc/%d/fd/%d", c.Thread, c.FD), "system.sockprotoname", name[:])
	return err == nil && strings.HasPrefix(string(name[:size]), "UDP")
}

// listensItself reports whether one of the node's own processes listens at a port.
func (n *filtered) listensItself(port uint16) bool {
	all, err := connections()
	if err != nil {
		return false
	}
	var inodes []uint64
	for _, s := range all {
		if s.state == listening && s.local == port {
			inodes = append(inodes, s.inode)
		}
	}
	return holds(process.Below(n.keeper), inodes)
}

// Quiet lists sockets that the C library looks for by itself.
var quiet = []string{"/var/run/nscd/socket", "/run/nscd/socket", "/dev/log"}

// decideUnix lets a node talk to itself: to sockets in its folder or of its processes.
func (n *filtered) decideUnix(path string) seccomp.Answer {
	within, err := filepath.Rel(n.dir, path)
	if err == nil && filepath.IsAbs(path) && filepath.IsLocal(within) || path != "" && path[0] != 0 && !filepath.IsAbs(path) && filepath.IsLocal(path) {
		return seccomp.Answer{}
	}
	if holds(process.Below(n.keeper), inodesAt(path)) {
		return seccomp.Answer{}
	}
	for _, q := range quiet {
		if path == q {
			return seccomp.Answer{Refuse: unix.ENOENT}
		}
	}
	n.stray(n.node, "unix "+strings.ReplaceAll(path, "\x00", "@"))
	return seccomp.Answer{Refuse: unix.ECONNREFUSED}
}

// acceptPatience bounds the wait for a connection that a program was given on a busy machine.
const acceptPatience = 5 * time.Second

// trySeccomp puts a program under a filter and has one connection redirected.
func trySeccomp() error {
	got := make(chan error, 1)
	f, err := newFilters(context.Background(), Options{
		Nodes:     2,
		Connected: func(_, _ int, _ bool, c net.Conn) { c.Close(); got <- nil },
		Datagrams: func(int, int) {},
		Stray:     func(_ int, address string) { got <- fmt.Errorf("a connection to %s was refused", address) },
	})
	if err != nil {
		return err
	}
	c := Command{Args: []string{"/proc/self/exe"}, Dir: "/", Env: []string{process.Connecting(f.addresses(0)[1].Port)}}
	p, err := f.start(0, c)
	if err != nil {
		return errors.Join(fmt.Errorf("seccomp listeners are refused here: %w", err), f.close())
	}
	select {
	case err = <-got:
	case <-p.Done():
		err = fmt.Errorf("a connection under a seccomp filter was not redirected: %s %s", p.Exit(), strings.Join(p.Tail(), " "))
		if p.Exit() != "exit status 0" {
			break
		}
		// It was connected; the link takes the connection when the machine has time for it.
		select {
		case err = <-got:
		case <-time.After(acceptPatience):
		}
	}
	return errors.Join(err, p.Kill(), f.close())
}
