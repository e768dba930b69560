//go:build !linux && !darwin && !freebsd

package link

import "net"

// attach prepares reading from a socket.
func (p *pump) attach(c net.Conn) { p.socket = c }

// read reads once. While nothing comes, it holds a buffer.
func (p *pump) read() (shut bool, err error) { return p.readPlain() }
