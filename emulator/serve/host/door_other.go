//go:build !linux

package host

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"
)

// A door is a port that a node listens on while it is up. Other systems than
// Linux give no portable way to keep a port without listening on it, so the port
// listens always, and while the door is shut a connection is reset as soon as it
// is made.
type door struct {
	listener *net.TCPListener
	addr     netip.AddrPort
	wg       sync.WaitGroup

	mu   sync.Mutex    // guards room
	room *doorListener // behind the door; nil when it is shut
}

// newDoor binds a port, any free one if its number is 0, and leaves the door shut.
func newDoor(addr netip.AddrPort) (*door, error) {
	l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(addr))
	if err != nil {
		return nil, err
	}
	d := &door{listener: l, addr: l.Addr().(*net.TCPAddr).AddrPort()}
	d.wg.Go(d.attend)
	return d, nil
}

// attend lets connections in while the door is open and turns them away else.
func (d *door) attend() {
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

// open makes the door listen.
func (d *door) open() (net.Listener, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.room = &doorListener{addr: d.listener.Addr(), conns: make(chan net.Conn), closed: make(chan struct{})}
	return d.room, nil
}

// shut makes the door turn connections away. The listener that open gave is to
// be closed as well.
func (d *door) shut() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.room = nil
	return nil
}

// close gives the port back.
func (d *door) close() error {
	err := d.listener.Close()
	d.wg.Wait()
	return err
}

// A doorListener is a net.Listener for what comes through an open door.
type doorListener struct {
	addr   net.Addr
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func (l *doorListener) enter(c net.Conn) bool {
	select {
	case l.conns <- c:
		return true
	case <-l.closed:
		return false
	}
}

// Accept implements net.Listener.
func (l *doorListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (l *doorListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr implements net.Listener.
func (l *doorListener) Addr() net.Addr { return l.addr }
