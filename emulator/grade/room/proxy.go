package room

import (
	"context"
	"errors"
	"net"
	"strconv"
	"sync"
)

// Proxies stand between nodes that take their peers' addresses from config.json: each
// node's own file names them instead of the peers.
type proxies struct {
	options Options
	real    []Address
	held    []reservation
	named   [][]Address // what node i's config.json says
	doors   []*door
	watch   *watch
}

// A door is a listener of the grader behind which a peer seems to be.
type door struct {
	net.Listener
	from, to int
	internal bool
}

func newProxies(o Options) (*proxies, error) {
	p := &proxies{options: o, named: make([][]Address, o.Nodes)}
	var err error
	if p.real, p.held, err = reserveAll(o.Nodes, o.Internal); err != nil {
		return nil, err
	}
	for i := range o.Nodes {
		p.named[i] = make([]Address, o.Nodes)
		for j := range o.Nodes {
			if i == j {
				p.named[i][j] = p.real[i]
				continue
			}
			p.named[i][j], err = p.open(i, j)
			if err != nil {
				return nil, errors.Join(err, p.close())
			}
		}
	}
	p.watch = newWatch(p.real)
	for _, d := range p.doors {
		go d.serve(o.Connected)
	}
	return p, nil
}

// open opens the doors of node to for node from.
func (p *proxies) open(from, to int) (Address, error) {
	var a Address
	for _, internal := range []bool{false, true}[:1+btoi(p.options.Internal)] {
		l, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			return a, err
		}
		p.doors = append(p.doors, &door{Listener: l, from: from, to: to, internal: internal})
		port := l.Addr().(*net.TCPAddr).Port
		if internal {
			a.Internal = port
		} else {
			a.Port = port
		}
	}
	return a, nil
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// serve hands out connections until the door is closed.
func (d *door) serve(connected func(from, to int, internal bool, c net.Conn)) {
	for {
		c, err := d.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			connected(d.from, d.to, d.internal, c)
		}
	}
}

func (p *proxies) addresses(i int) []Address { return p.named[i] }

func (p *proxies) start(_ int, c Command) (*Process, error) { return startPlain(c, p.options.Limits) }

func (p *proxies) dial(ctx context.Context, i int, internal bool) (net.Conn, error) {
	return p.watch.dial(ctx, p.real[i].port(internal))
}

func (a Address) port(internal bool) int {
	if internal {
		return a.Internal
	}
	return a.Port
}

func (p *proxies) bypassed() string { return p.watch.bypassed() }

func (p *proxies) close() error {
	var errs []error
	for _, d := range p.doors {
		errs = append(errs, d.Close())
	}
	return errors.Join(errors.Join(errs...), releaseAll(p.held))
}

// A watch looks for connections that passed by the proxies.
type watch struct {
	mu   sync.Mutex
	real []Address
}

func newWatch(real []Address) *watch { return &watch{real: real} }

func (w *watch) dial(ctx context.Context, port int) (net.Conn, error) {
	return dialPort(ctx, port)
}

func (w *watch) bypassed() string { return "" }

// dialPort connects to a port of this machine, where the program may have bound IPv4,
// IPv6 or both.
func dialPort(ctx context.Context, port int) (net.Conn, error) {
	d := net.Dialer{Timeout: dialPatience}
	c, err := d.DialContext(ctx, "tcp4", "127.0.0.1:"+strconv.Itoa(port))
	if err == nil || ctx.Err() != nil {
		return c, err
	}
	if c, again := d.DialContext(ctx, "tcp6", "[::1]:"+strconv.Itoa(port)); again == nil {
		return c, nil
	}
	return nil, err
}
