package room

import (
	"context"
	"errors"
	"net"

	"rrmq.example/emulator/emulator/grade/room/process"
)

// Proxies stand between nodes that take their peers' addresses from config.json: each
// node's own file names them instead of the peers.
type proxies struct {
	options Options
	real    []Address
	held    []reservation
	web     *web
	watch   *watch
}

func newProxies(o Options) (backend, error) {
	real, held, err := reserveAll(o.Nodes, o.Internal)
	if err != nil {
		return nil, err
	}
	w, err := openWeb(o.Nodes, o.Internal)
	if err != nil {
		return nil, errors.Join(err, releaseAll(held))
	}
	for i, a := range real {
		w.ports[i][i] = a
	}
	return &proxies{options: o, real: real, held: held, web: w, watch: newWatch(w, real)}, nil
}

func (p *proxies) addresses(i int) []Address { return p.web.ports[i] }

func (p *proxies) start(i int, c Command) (*Process, error) {
	o := p.options
	o.Connected = p.watch.connected(o.Connected)
	p.web.serve(o)
	started, err := process.Start(c, process.Options{Limits: p.options.Limits})
	if err != nil {
		return nil, err
	}
	p.watch.started(i, started)
	return started, nil
}

func (p *proxies) dial(ctx context.Context, i int, internal bool) (net.Conn, error) {
	return p.watch.dial(ctx, p.real[i].port(internal))
}

func (p *proxies) gates() *gates { return p.web.gates }

func (p *proxies) bypassed() string { return p.watch.bypassed() }

func (p *proxies) failure() error { return p.web.gates.failure() }

func (p *proxies) close() error {
	p.watch.close()
	return errors.Join(p.web.close(), releaseAll(p.held))
}

// port returns the port that is asked for.
func (a Address) port(internal bool) int {
	if internal {
		return a.Internal
	}
	return a.Port
}
