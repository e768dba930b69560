//go:build linux || darwin || freebsd

package link

import (
	"io"
	"net"

	"golang.org/x/sys/unix"
)

// attach prepares reading from a socket.
func (p *pump) attach(c net.Conn) {
	p.socket, p.raw, p.try = c, rawOf(c), p.tryRead
}

// read reads once, without holding a buffer while nothing comes. It reports shut instead if
// there is something to read, and the link is cut.
func (p *pump) read() (shut bool, err error) {
	if p.raw == nil {
		return p.readPlain()
	}
	p.readErr, p.shut = nil, false
	if err := p.raw.Read(p.try); err != nil {
		return false, err
	}
	return p.shut, p.readErr
}

// tryRead reads if there is something, and reports whether there was.
func (p *pump) tryRead(fd uintptr) bool {
	if p.isShut() {
		p.shut, p.pending = peek(int(fd))
		return p.shut
	}
	if p.pending != nil {
		p.readErr, p.pending = p.pending, nil
		return true
	}
	p.space()
	for {
		n, err := unix.Read(int(fd), p.buf[len(p.buf):cap(p.buf)])
		switch {
		case err == unix.EINTR:
			continue
		case err == unix.EAGAIN:
			if len(p.buf) == 0 {
				p.dropBuffer()
			}
			return false
		case err != nil:
			p.readErr = err
		case n == 0:
			p.readErr = io.EOF
		default:
			p.buf = p.buf[:len(p.buf)+n]
		}
		return true
	}
}

// peek reports whether a read would return at once. An error is reported once, so that the
// next read would not find it.
func peek(fd int) (ready bool, err error) {
	var one [1]byte
	for {
		_, _, err := unix.Recvfrom(fd, one[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
		switch err {
		case unix.EINTR:
			continue
		case unix.EAGAIN:
			return false, nil
		}
		return true, err
	}
}
