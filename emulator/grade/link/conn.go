package link

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"

	"rrmq.example/emulator/emulator/sim/fault"
)

// A conn is a connection that one node opened to another: two sockets and two pumps. Each
// pump carries one direction.
type conn struct {
	net      *Net
	from, to int
	internal bool
	refused  bool // opened while the link refused connections
	ghost    bool // carries the copy of a request; no rule acts on it
	out      *way // that of requests
	back     *way // that of answers
	ctx      context.Context
	cancel   context.CancelFunc

	client, target     end // client opened the connection
	toTarget, toClient valve
	requests, answers  pump

	raw   atomic.Bool // not HTTP, or not any more
	lost  atomic.Bool // a message was lost, and the connection ends for it
	reset atomic.Bool // the Net reset the connection
	asked asked

	mu    sync.Mutex
	alive int // pumps that have not ended
}

func newConn(n *Net, from, to int, internal bool, client net.Conn) *conn {
	c := &conn{net: n, from: from, to: to, internal: internal, out: n.way(from, to), back: n.way(to, from), alive: 1}
	c.ctx, c.cancel = context.WithCancel(n.ctx)
	c.client = end{gone: make(chan struct{}), c: client}
	c.target.gone = make(chan struct{})
	c.toTarget = valve{way: c.out, c: c, to: &c.target}
	c.toClient = valve{way: c.back, c: c, to: &c.client}
	c.requests = pump{c: c, src: &c.client, dst: &c.target, valve: &c.toTarget, kind: fault.RequestKind}
	c.answers = pump{c: c, src: &c.target, dst: &c.client, valve: &c.toClient, kind: fault.ResponseKind, ended: true}
	c.requests.other, c.answers.other = &c.answers, &c.requests
	c.requests.attach(client)
	return c
}

// run carries the direction of requests. The other one starts once the target is dialed.
func (c *conn) run() {
	defer c.net.wg.Done()
	fromDown, _ := c.net.isDown(c.from)
	toDown, _ := c.net.isDown(c.to)
	switch isCut := c.out.isCut(); {
	case fromDown, c.refused, isCut && c.net.styleNow() == Reset:
		c.resetBoth()
	case toDown && !isCut:
		c.wasReset()
		c.toClient.reset()
	}
	c.requests.stop(c.requests.carryRequests())
}

// resetBoth resets both ends at once, whatever is cut.
func (c *conn) resetBoth() {
	c.wasReset()
	c.client.abort()
	c.target.abort()
}

// wasReset counts a reset that is the work of the Net.
func (c *conn) wasReset() {
	if !c.reset.Swap(true) && c.net.ctx.Err() == nil {
		c.out.count.reset.Add(1)
	}
}

var errUnreached = errors.New("the target cannot be dialed")

// connect dials the target when the link lets it, and starts the answers.
func (c *conn) connect(p *place) error {
	if c.target.conn() != nil {
		return nil
	}
	if err := c.toTarget.ready(p, c.client.gone); err != nil {
		return err
	}
	down, life := c.net.isDown(c.to)
	if down {
		return errUnreached
	}
	socket, err := c.net.o.Dial(c.ctx, c.to, c.internal)
	if err != nil {
		if c.ctx.Err() != nil {
			return errGone
		}
		c.out.count.unreached.Add(1)
		return fmt.Errorf("%w: %w", errUnreached, err)
	}
	if !c.reached(socket, life) {
		abort(socket)
		return errUnreached
	}
	return nil
}

// reached starts the answers, unless the target has gone down since it was dialed.
func (c *conn) reached(socket net.Conn, life int) bool {
	n := c.net
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed || n.life[c.to] != life || !c.target.set(socket) {
		return false
	}
	c.answers.attach(socket)
	c.mu.Lock()
	c.alive++
	c.answers.ended = false
	c.mu.Unlock()
	n.wg.Add(1)
	go func() {
		defer n.wg.Done()
		c.answers.stop(c.answers.carryAnswers())
	}()
	return true
}

// stop ends a pump: it passes on how its source ended.
func (p *pump) stop(err error) {
	p.dropBuffer()
	p.place.finish()
	switch {
	case p.c.ghost && p.kind == fault.ResponseKind:
		p.dst.abort() // the answer to a copy has come, or never will
	case errors.Is(err, io.EOF):
		p.passEnd()
	case errors.Is(err, errWrite): // see end
	case errors.Is(err, errUnreached):
		p.c.wasReset()
		p.other.valve.reset()
	case p.c.lost.Load() && p.dst == &p.c.target: // for the target this is a client that gave up
		p.valve.close()
	default: // the source has reset the connection, or is gone
		p.valve.reset()
	}
	p.end(err)
	p.c.leave()
}

// passEnd passes the end of the stream. If it is the end of both, the socket is closed: the
// other pump has read all that came from it.
func (p *pump) passEnd() {
	p.c.mu.Lock()
	both := p.other.ended && !p.src.broken
	p.c.mu.Unlock()
	if both {
		p.valve.close()
		return
	}
	_ = p.valve.finish(&p.place, p.src.gone) // if the source is gone meanwhile, the other pump resets
	p.place.finish()
}

// end marks a pump as ended. A receiver that breaks while the other pump still reads from
// it resets the sender when that pump ends: first the sender gets what was sent to it.
func (p *pump) end(err error) {
	c := p.c
	c.mu.Lock()
	p.ended = true
	if errors.Is(err, errWrite) {
		p.dst.broken = true
	}
	dstBroke, srcBroke := p.dst.broken && p.other.ended, p.src.broken
	c.mu.Unlock()
	if dstBroke {
		p.other.valve.reset()
	}
	if srcBroke {
		p.valve.reset()
	}
}

// leave closes the connection when both pumps have ended.
func (c *conn) leave() {
	c.mu.Lock()
	c.alive--
	last := c.alive == 0
	c.mu.Unlock()
	if !last {
		return
	}
	c.cancel()
	c.client.close()
	c.target.close()
	c.net.mu.Lock()
	delete(c.net.conns, c)
	c.net.mu.Unlock()
}
