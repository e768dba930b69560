//go:build !linux

package host

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"
)

// A port is the TCP port of a node. Systems except Linux have no portable way to
// keep a port without listening on it, so the port listens always, and while it is
// shut a connection is reset as soon as it is made.
type port struct {
	listener *net.TCPListener
	addr     netip.AddrPort
	wg       sync.WaitGroup

	mu   sync.Mutex    // guards room
	room *portListener // of an open port; nil when it is shut
}

// newPort binds a port, any free one if its number is 0, and leaves it shut.
func newPort(addr netip.AddrPort) (*port, error) {
	l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(addr))
	if err != nil {
		return nil, err
	}
	d := &port{listener: l, addr: l.Addr().(*net.TCPAddr).AddrPort()}
	d.wg.Go(d.attend)
	return d, nil
}

// attend accepts connections while the port is open and resets them otherwise.
func (d *port) attend() {
	for {
		c, err := d.listener.AcceptTCP()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			time.Sleep(time.Millisecond) // out of descriptors, mostly
			continue
		}
		d.mu.Lock()
		room := d.room
		d.mu.Unlock()
		if room == nil || !room.enter(c) {
			c.SetLinger(0)
			c.Close()
		}
	}
}

// open makes the port accept connections.
func (d *port) open() (net.Listener, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.room = &portListener{addr: d.listener.Addr(), conns: make(chan net.Conn), closed: make(chan struct{})}
	return d.room, nil
}

// shut makes the port reset connections. The listener that open gave is to
// be closed as well.
func (d *port) shut() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.room = nil
	return nil
}

// close gives the port back.
func (d *port) close() error {
	err := d.listener.Close()
	d.wg.Wait()
	return err
}

// A portListener is a net.Listener for the connections of an open port.
type portListener struct {
	addr   net.Addr
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func (l *portListener) enter(c net.Conn) bool {
	select {
	case l.conns <- c:
		return true
	case <-l.closed:
		return false
	}
}

// Accept implements net.Listener.
func (l *portListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (l *portListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr implements net.Listener.
func (l *portListener) Addr() net.Addr { return l.addr }
