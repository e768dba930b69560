package room

import (
	"bytes"
	"fmt"
	"net"
	"strconv"
	"sync"
)

// connected passes connections on, and looks into what nodes send. A node that tells its own
// port to a peer may get answers that pass by the proxies, and peers have another port for it.
func (h *watch) connected(pass func(from, to int, internal bool, c net.Conn)) func(from, to int, internal bool, c net.Conn) {
	return func(from, to int, internal bool, c net.Conn) { pass(from, to, internal, h.sniffed(from, c)) }
}

// sniffed wraps a connection that a node opened, so that its own ports are noticed.
func (h *watch) sniffed(from int, c net.Conn) net.Conn {
	s := &sniffer{Conn: c, told: func(port int) {
		h.tells(fmt.Sprintf("node %d tells its peers its own address (port %d). %s", from, port, advice))
	}}
	for port, t := range h.real {
		if t.node == from {
			s.ports = append(s.ports, strconv.Itoa(int(port)))
		}
	}
	return s
}

// A sniffer looks for numbers in what is read from a connection.
type sniffer struct {
	net.Conn
	ports []string
	told  func(port int)

	mu   sync.Mutex
	last []byte // the end of what was read before
}

func (s *sniffer) Read(b []byte) (int, error) {
	n, err := s.Conn.Read(b)
	s.mu.Lock()
	defer s.mu.Unlock()
	text := append(s.last, b[:n]...)
	for _, port := range s.ports {
		if hasNumber(text, port) {
			number, _ := strconv.Atoi(port)
			s.told(number)
		}
	}
	const longest = 6 // a port and one more byte
	s.last = bytes.Clone(text[max(0, len(text)-longest):])
	return n, err
}

// CloseWrite ends one direction, as that of a TCP connection does.
func (s *sniffer) CloseWrite() error {
	if c, ok := s.Conn.(interface{ CloseWrite() error }); ok {
		return c.CloseWrite()
	}
	return nil
}

// SetLinger says how a connection is closed, as that of TCP.
func (s *sniffer) SetLinger(seconds int) error {
	if c, ok := s.Conn.(interface{ SetLinger(int) error }); ok {
		return c.SetLinger(seconds)
	}
	return nil
}

// hasNumber reports whether a number stands in a text, with no digit beside it.
func hasNumber(text []byte, number string) bool {
	digit := func(i int) bool { return i >= 0 && i < len(text) && text[i] >= '0' && text[i] <= '9' }
	for from := 0; ; {
		i := bytes.Index(text[from:], []byte(number))
		if i < 0 {
			return false
		}
		i += from
		if !digit(i-1) && !digit(i+len(number)) {
			return true
		}
		from = i + 1
	}
}
