//go:build unix

package load

import (
	"net"
	"syscall"
)

// hungUp reports whether the other side has closed an idle connection, or has sent
// something unasked. It does not wait.
func hungUp(conn net.Conn) bool {
	raw, err := conn.(syscall.Conn).SyscallConn()
	if err != nil {
		return true
	}
	quiet := false
	err = raw.Read(func(fd uintptr) bool {
		var b [1]byte
		_, err := syscall.Read(int(fd), b[:])
		quiet = err == syscall.EAGAIN
		return true
	})
	return err != nil || !quiet
}
