package host

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"syscall"
)

// A port is the TCP port of a node. It stays bound as long as the host runs, so
// that no other process can take it, and it listens only while it is open. While it
// is shut, connections are refused, as if the node's process were dead.
//
// A socket that is bound and does not listen is just that. Linux lets a
// listening socket go back to it by shutdown and listen again later.
//
// SO_REUSEADDR is on only while the port is open: it lets the socket listen again
// although connections of its last time linger. Two sockets that do not listen may
// both be bound to one port if both have it on, so it is off while the port is shut.
type port struct {
	fd   int
	addr netip.AddrPort
}

// newPort binds a port, any free one if its number is 0, and leaves it shut.
func newPort(addr netip.AddrPort) (*port, error) {
	if addr.Port() == 0 {
		// The kernel gives back a port that it chose itself when the socket stops
		// listening. So one socket has it chosen and another asks for it by number.
		chosen, err := bind(addr)
		if err != nil {
			return nil, err
		}
		defer func() { _ = chosen.close() }()
		addr = chosen.addr
	}
	d, err := bind(addr)
	if err != nil {
		return nil, err
	}
	// Listening once makes the kernel look at this socket's own SO_REUSEADDR
	// from now on, and finds out who else may listen here.
	if err := errors.Join(d.listen(), d.shut()); err != nil {
		_ = d.close()
		return nil, err
	}
	return d, nil
}

func bind(addr netip.AddrPort) (*port, error) {
	family := syscall.AF_INET
	if addr.Addr().Is6() {
		family = syscall.AF_INET6
	}
	fd, err := syscall.Socket(family, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("%v: %w", addr, os.NewSyscallError("socket", err))
	}
	d := &port{fd: fd, addr: addr}
	err = d.reuse(1)
	if err == nil {
		err = os.NewSyscallError("bind", syscall.Bind(fd, sockaddr(addr)))
	}
	if err == nil && addr.Port() == 0 {
		d.addr, err = boundTo(fd)
	}
	if err != nil {
		_ = d.close()
		return nil, fmt.Errorf("%v: %w", addr, err)
	}
	return d, nil
}

func boundTo(fd int) (netip.AddrPort, error) {
	bound, err := syscall.Getsockname(fd)
	switch a := bound.(type) {
	case *syscall.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(a.Addr), uint16(a.Port)), nil
	case *syscall.SockaddrInet6:
		return netip.AddrPortFrom(netip.AddrFrom16(a.Addr), uint16(a.Port)), nil
	}
	return netip.AddrPort{}, os.NewSyscallError("getsockname", err)
}

func sockaddr(addr netip.AddrPort) syscall.Sockaddr {
	if addr.Addr().Is6() {
		return &syscall.SockaddrInet6{Addr: addr.Addr().As16(), Port: int(addr.Port())}
	}
	return &syscall.SockaddrInet4{Addr: addr.Addr().As4(), Port: int(addr.Port())}
}

// open makes the port listen.
func (d *port) open() (net.Listener, error) {
	if err := d.listen(); err != nil {
		return nil, err
	}
	// The listener has a descriptor of its own for the same socket.
	fd, err := dup(d.fd)
	if err != nil {
		return nil, errors.Join(err, d.shut())
	}
	f := os.NewFile(uintptr(fd), d.addr.String())
	defer f.Close()
	l, err := net.FileListener(f)
	if err != nil {
		return nil, errors.Join(err, d.shut())
	}
	return l, nil
}

func dup(fd int) (int, error) {
	r, _, errno := syscall.Syscall(syscall.SYS_FCNTL, uintptr(fd), syscall.F_DUPFD_CLOEXEC, 0)
	if errno != 0 {
		return 0, os.NewSyscallError("fcntl", errno)
	}
	return int(r), nil
}

// shut makes the port refuse connections, and resets those that are not accepted
// yet. The listener that open gave is to be closed as well.
func (d *port) shut() error {
	err := os.NewSyscallError("shutdown", syscall.Shutdown(d.fd, syscall.SHUT_RDWR))
	return errors.Join(err, d.reuse(0))
}

// maxBacklog asks for all that the kernel allows (net.core.somaxconn); the
// constant syscall.SOMAXCONN is from when that was 128, and connections beyond
// it would wait a second for their next try.
const maxBacklog = 1<<16 - 1

func (d *port) listen() error {
	if err := d.reuse(1); err != nil {
		return err
	}
	if err := syscall.Listen(d.fd, maxBacklog); err != nil {
		return fmt.Errorf("%v: %w", d.addr, os.NewSyscallError("listen", err))
	}
	return nil
}

func (d *port) reuse(on int) error {
	return os.NewSyscallError("setsockopt", syscall.SetsockoptInt(d.fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, on))
}

// close gives the port back.
func (d *port) close() error { return os.NewSyscallError("close", syscall.Close(d.fd)) }
