package netns

import (
	"context"
	"errors"
	"net"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Connect connects a socket of a namespace to a port of the node in it, at 127.0.0.1, or
// at ::1 if v6. It takes the socket over.
func Connect(ctx context.Context, socket *os.File, port int, v6 bool) (net.Conn, error) {
	defer socket.Close()
	raw, err := socket.SyscallConn()
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = socket.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	to, err := target(raw, port, v6)
	if err == nil {
		err = connect(raw, to)
	}
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		ip := net.IPv4(127, 0, 0, 1)
		if v6 {
			ip = net.IPv6loopback
		}
		return nil, &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: ip, Port: port}, Err: err}
	}
	return net.FileConn(socket)
}

// target returns the address to connect to, in the socket's family.
func target(raw syscall.RawConn, port int, v6 bool) (unix.Sockaddr, error) {
	var family int
	var err error
	if failed := raw.Control(func(fd uintptr) {
		family, err = unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_DOMAIN)
	}); failed != nil {
		return nil, failed
	}
	switch {
	case err != nil:
		return nil, os.NewSyscallError("getsockopt", err)
	case family != unix.AF_INET6 && v6:
		return nil, os.NewSyscallError("connect", unix.EAFNOSUPPORT)
	case family != unix.AF_INET6:
		return &unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}, nil
	case v6:
		return &unix.SockaddrInet6{Port: port, Addr: [16]byte{15: 1}}, nil
	}
	return &unix.SockaddrInet6{Port: port, Addr: [16]byte{10: 0xff, 11: 0xff, 12: 127, 15: 1}}, nil
}

// connect connects a non-blocking socket and waits for the result.
func connect(raw syscall.RawConn, to unix.Sockaddr) error {
	var err error
	if failed := raw.Control(func(fd uintptr) { err = unix.Connect(int(fd), to) }); failed != nil {
		return failed
	}
	if !errors.Is(err, unix.EINPROGRESS) {
		return os.NewSyscallError("connect", err)
	}
	failed := raw.Write(func(fd uintptr) bool {
		var code int
		if code, err = unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_ERROR); err != nil {
			return true
		}
		if code != 0 {
			err = unix.Errno(code)
			return true
		}
		_, err = unix.Getpeername(int(fd))
		return !errors.Is(err, unix.ENOTCONN) // else it is still under way
	})
	if failed != nil {
		return failed
	}
	return os.NewSyscallError("connect", err)
}
