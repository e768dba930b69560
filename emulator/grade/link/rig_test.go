package link

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/poll"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/raft"
)

// A rig is a Net between nodes on real ports: each node listens on a port of its own, and
// reaches the others through ports that pass their connections to the Net.
type rig struct {
	*Net
	t     testing.TB
	nodes []net.Listener
	doors map[fault.Link]net.Listener
	wg    sync.WaitGroup
}

// newRig starts the nodes of a rig. serve serves a connection to node to.
func newRig(t testing.TB, o Options, serve func(node int, c net.Conn)) *rig {
	r := &rig{t: t, doors: map[fault.Link]net.Listener{}}
	if o.Nodes == 0 {
		o.Nodes = 3
	}
	for i := range o.Nodes {
		r.nodes = append(r.nodes, r.listen(func(c net.Conn) { serve(i, c) }))
	}
	if o.Dial == nil {
		o.Dial = r.dialNode
	}
	r.Net = New(o)
	for i := range o.Nodes {
		for j := range o.Nodes {
			if i != j {
				r.doors[between(i, j)] = r.listen(func(c net.Conn) { r.Carry(i, j, false, c) })
			}
		}
	}
	t.Cleanup(r.end)
	return r
}

// dialNode connects to a node itself.
func (r *rig) dialNode(ctx context.Context, to int, _ bool) (net.Conn, error) {
	d := net.Dialer{KeepAlive: -1}
	return d.DialContext(ctx, "tcp", r.nodes[to].Addr().String())
}

// end closes everything.
func (r *rig) end() {
	assert.NilError(r.t, r.Close())
	for _, l := range r.nodes {
		l.Close()
	}
	for _, l := range r.doors {
		l.Close()
	}
	r.wg.Wait()
}

func between(from, to int) fault.Link {
	return fault.Link{From: raft.NodeID(from), To: raft.NodeID(to)}
}

// listen passes each connection to a function.
func (r *rig) listen(f func(net.Conn)) net.Listener {
	config := net.ListenConfig{KeepAlive: -1}
	l, err := config.Listen(r.t.Context(), "tcp", "127.0.0.1:0")
	assert.NilError(r.t, err)
	r.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			f(c)
		}
	})
	return l
}

// newHTTPRig starts nodes that serve HTTP.
func newHTTPRig(t testing.TB, o Options, h http.HandlerFunc) *rig {
	in := make(chan net.Conn)
	l := feed{in, make(chan struct{})}
	s := &http.Server{Handler: h}
	var wg sync.WaitGroup
	wg.Go(func() { s.Serve(l) })
	r := newRig(t, o, func(_ int, c net.Conn) {
		select {
		case in <- c:
		case <-l.closed:
			c.Close()
		}
	})
	t.Cleanup(func() {
		close(l.closed)
		s.Close()
		wg.Wait()
	})
	return r
}

// client returns a client with or without keep-alive.
func client(keep bool) *http.Client {
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: !keep, MaxIdleConnsPerHost: 100}, Timeout: 10 * time.Second}
}

// A feed is a listener that gets its connections from a channel.
type feed struct {
	in     chan net.Conn
	closed chan struct{}
}

func (f feed) Accept() (net.Conn, error) {
	select {
	case c := <-f.in:
		return c, nil
	case <-f.closed:
		return nil, net.ErrClosed
	}
}
func (f feed) Close() error   { return nil }
func (f feed) Addr() net.Addr { return &net.TCPAddr{} }

// change makes a change that must work.
func (r *rig) change(c fault.Change) {
	r.t.Helper()
	assert.NilError(r.t, r.Change(&c))
}

func (r *rig) cut(links ...fault.Link) {
	r.t.Helper()
	r.change(fault.Change{Kind: fault.Partition, Links: links})
}

func (r *rig) heal() {
	r.t.Helper()
	r.change(fault.Change{Kind: fault.Heal})
}

func (r *rig) rule(rule fault.Rule) {
	r.t.Helper()
	if rule.Name == "" {
		rule.Name = "rule"
	}
	r.change(fault.Change{Kind: fault.SetRule, Rule: &rule})
}

// dial connects to node to as node from.
func (r *rig) dial(from, to int) net.Conn {
	r.t.Helper()
	c, err := net.Dial("tcp", r.doors[between(from, to)].Addr().String())
	assert.NilError(r.t, err)
	r.t.Cleanup(func() { c.Close() })
	return c
}

// refused expects that a new connection is reset, as early as while it is dialed.
func (r *rig) refused(from, to int) {
	r.t.Helper()
	c, err := net.Dial("tcp", r.doors[between(from, to)].Addr().String())
	if err != nil {
		assert.Assert(r.t, errors.Is(err, syscall.ECONNRESET), "%v", err)
		return
	}
	defer c.Close()
	reset(r.t, c)
}

func (r *rig) url(from, to int, path string) string {
	return "http://" + r.doors[between(from, to)].Addr().String() + path
}

// count returns the counters of a link.
func (r *rig) count(from, to int) Count {
	for _, c := range r.Counts() {
		if c.From == from && c.To == to {
			return c
		}
	}
	panic("no such link")
}

// until waits for a condition.
func until(t testing.TB, what string, is func() bool) {
	t.Helper()
	poll.WaitOn(t, func(poll.LogT) poll.Result {
		if is() {
			return poll.Success()
		}
		return poll.Continue("%s", what)
	}, poll.WithTimeout(10*time.Second), poll.WithDelay(time.Millisecond))
}

// nothing checks that no byte, end or reset comes for a while.
func nothing(t testing.TB, c net.Conn) {
	t.Helper()
	c.SetReadDeadline(time.Now().Add(60 * time.Millisecond))
	defer c.SetReadDeadline(time.Time{})
	var b [1]byte
	_, err := c.Read(b[:])
	var timeout net.Error
	assert.Assert(t, errors.As(err, &timeout) && timeout.Timeout(), "%v", err)
}

func send(t testing.TB, c net.Conn, text string) {
	t.Helper()
	_, err := c.Write([]byte(text))
	assert.NilError(t, err)
}

// expect reads exactly this text.
func expect(t testing.TB, c io.Reader, text string) {
	t.Helper()
	if d, ok := c.(net.Conn); ok {
		d.SetReadDeadline(time.Now().Add(10 * time.Second))
	}
	b := make([]byte, len(text))
	_, err := io.ReadFull(c, b)
	assert.NilError(t, err)
	assert.Equal(t, string(b), text)
}

// reset expects that the connection was reset.
func reset(t testing.TB, c net.Conn) {
	t.Helper()
	c.SetReadDeadline(time.Now().Add(10 * time.Second))
	_, err := io.Copy(io.Discard, c)
	assert.Assert(t, errors.Is(err, syscall.ECONNRESET), "%v", err)
}

// A traffic is a way to speak between two nodes.
type traffic struct {
	name  string
	close bool
	raw   bool
}

var traffics = []traffic{{name: "KeepAlive"}, {name: "Close", close: true}, {name: "Raw", raw: true}}

func (f traffic) ask(name string) string {
	switch {
	case f.raw:
		return "ask " + name + "\n"
	case f.close:
		return "GET /" + name + " HTTP/1.1\r\nHost: n\r\nConnection: close\r\n\r\n"
	}
	return "GET /" + name + " HTTP/1.1\r\nHost: n\r\n\r\n"
}

func (f traffic) answer(name string) string {
	switch {
	case f.raw:
		return "got " + name + "\n"
	case f.close:
		return "HTTP/1.0 200 OK\r\n\r\n" + name
	}
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(name), name)
}

// A spoken has the questions that reached the nodes, in order.
type spoken struct {
	mu   sync.Mutex
	list []string
}

func (s *spoken) add(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, name)
}

func (s *spoken) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.list...)
}

// newTrafficRig starts nodes that answer as a traffic does.
func newTrafficRig(t testing.TB, f traffic, o Options) (*rig, *spoken) {
	got := &spoken{}
	r := newRig(t, o, func(_ int, c net.Conn) {
		go func() {
			defer c.Close()
			in := bufio.NewReader(c)
			for {
				line, err := in.ReadString('\n')
				if err != nil {
					return
				}
				name := strings.TrimPrefix(strings.Fields(line)[1], "/")
				for !f.raw && line != "\r\n" {
					if line, err = in.ReadString('\n'); err != nil {
						return
					}
				}
				got.add(name)
				if _, err := io.WriteString(c, f.answer(name)); err != nil || f.close {
					return
				}
			}
		}()
	})
	return r, got
}
