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

// Connect connects a socket of a namespace to a port of the node in it, at 127.0.0.1 or
// else at ::1. It takes the socket over.
func Connect(ctx context.Context, socket *os.File, port int) (net.Conn, error) {
	defer socket.Close()
	raw, err := socket.SyscallConn()
	if err != nil {
		return nil, err
	}
	deadline, ok := ctx.Deadline()
	if ok {
		if err := socket.SetDeadline(deadline); err != nil {
			return nil, err
		}
	}
	stop := context.AfterFunc(ctx, func() { _ = socket.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	var failed error
	for _, to := range targets(raw, port) {
		if err = connect(raw, to); err == nil {
			c, err := net.FileConn(socket)
			if err == nil && ok {
				err = c.SetDeadline(time.Time{})
			}
			return c, err
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if failed == nil {
			failed = err
		}
	}
	return nil, &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}, Err: failed}
}

// targets lists the addresses to try, in the socket's family.
func targets(raw syscall.RawConn, port int) []unix.Sockaddr {
	family := 0
	_ = raw.Control(func(fd uintptr) {
		family, _ = unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_DOMAIN)
	})
	if family == unix.AF_INET {
		return []unix.Sockaddr{&unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}}
	}
	mapped := [16]byte{10: 0xff, 11: 0xff, 12: 127, 15: 1}
	return []unix.Sockaddr{
		&unix.SockaddrInet6{Port: port, Addr: mapped},
		&unix.SockaddrInet6{Port: port, Addr: [16]byte{15: 1}},
	}
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
