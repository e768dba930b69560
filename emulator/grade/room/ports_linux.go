package room

import (
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// ownPorts returns a range of ports that the kernel gives to nobody by itself.
func ownPorts() (low, high int) {
	var first, last int
	text, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range")
	if err == nil {
		_, err = fmt.Sscan(string(text), &first, &last)
	}
	const least, most = 10_000, 65_000
	switch {
	case err != nil:
		return least, 32_768
	case first-least >= 1_000:
		return least, first
	case most-last >= 1_000:
		return last + 1, most
	}
	return least, most
}

// unshared takes back what lets a socket be bound beside others.
func unshared(_, _ string, c syscall.RawConn) error {
	var err error
	if failed := c.Control(func(fd uintptr) {
		err = os.NewSyscallError("setsockopt", unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, 0))
	}); failed != nil {
		return failed
	}
	return err
}
