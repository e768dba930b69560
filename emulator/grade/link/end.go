package link

import (
	"net"
	"sync"
	"syscall"
)

// An end is the socket on one side of a connection: that of the node that opened it, or that
// of the node which it reaches.
type end struct {
	gone   chan struct{} // closed together with the socket
	broken bool          // writing failed; guarded by conn.mu

	mu   sync.Mutex
	c    net.Conn // nil until it is dialed
	over bool
}

// set sets the socket, and reports false if the end is closed already.
func (e *end) set(c net.Conn) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.over {
		return false
	}
	e.c = c
	return true
}

// conn returns the socket, or nil.
func (e *end) conn() net.Conn {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.c
}

// abort closes the socket with a reset.
func (e *end) abort() { e.shut(true) }

// close closes the socket.
func (e *end) close() { e.shut(false) }

func (e *end) shut(reset bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.over {
		return
	}
	e.over = true
	close(e.gone)
	switch {
	case e.c == nil:
	case reset:
		abort(e.c)
	default:
		e.c.Close()
	}
}

// abort closes a connection with a reset.
func abort(c net.Conn) {
	if l, ok := c.(interface{ SetLinger(int) error }); ok {
		_ = l.SetLinger(0) // a connection that is closed already needs no reset
	}
	c.Close()
}

// rawOf returns the descriptor of a connection, or nil.
func rawOf(c net.Conn) syscall.RawConn {
	s, ok := c.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return nil
	}
	return raw
}
