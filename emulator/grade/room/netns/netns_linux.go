package netns

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"
)

// Enter furnishes the namespaces that the process was started in: network, mounts,
// processes. It returns a listener and a UDP socket for each port.
func Enter(c Config) ([]int, error) {
	mountProc()
	if err := raise(); err != nil {
		return nil, err
	}
	var fds []int
	for _, port := range c.Ports {
		for _, open := range []func(int) (int, error){listen, receive} {
			fd, err := open(port)
			if err != nil {
				closeAll(fds)
				return nil, fmt.Errorf("listen at port %d in the node's network: %w", port, err)
			}
			fds = append(fds, fd)
		}
	}
	return fds, nil
}

// mountProc shows the processes of this namespace in /proc. Where that is refused, /proc
// shows those of the machine.
func mountProc() {
	if unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "") == nil {
		_ = unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "")
	}
}

// further is the address that loopback has besides 127.0.0.1.
var further = netip.AddrFrom4([4]byte{10, 255, 255, 1})

// raise brings loopback up and makes all IPv4 addresses its own.
func raise() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("socket", err)
	}
	defer func() { _ = unix.Close(fd) }()
	up, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	up.SetUint16(unix.IFF_UP | unix.IFF_RUNNING | unix.IFF_LOOPBACK)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, up); err != nil {
		return fmt.Errorf("bring loopback up: %w", err)
	}
	if err := alias(fd, "lo:1", further); err != nil {
		return fmt.Errorf("give loopback the address %v: %w", further, err)
	}
	if err := own(); err != nil {
		return fmt.Errorf("make all addresses loopback's: %w", err)
	}
	return nil
}

// alias gives loopback one further address.
func alias(fd int, name string, address netip.Addr) error {
	for _, set := range []struct {
		request uint
		value   []byte
	}{{unix.SIOCSIFADDR, address.AsSlice()}, {unix.SIOCSIFNETMASK, []byte{255, 255, 255, 255}}} {
		r, err := unix.NewIfreq(name)
		if err != nil {
			return err
		}
		if err := r.SetInet4Addr(set.value); err != nil {
			return err
		}
		if err := unix.IoctlIfreq(fd, set.request, r); err != nil {
			return err
		}
	}
	return nil
}

// own routes all IPv4 addresses to loopback: ip route add local default dev lo.
func own() error {
	lo, err := net.InterfaceByName("lo")
	if err != nil {
		return err
	}
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		return os.NewSyscallError("socket", err)
	}
	defer func() { _ = unix.Close(fd) }()
	var m []byte
	m = binary.NativeEndian.AppendUint32(m, unix.SizeofNlMsghdr+unix.SizeofRtMsg+unix.SizeofRtAttr+4)
	m = binary.NativeEndian.AppendUint16(m, unix.RTM_NEWROUTE)
	m = binary.NativeEndian.AppendUint16(m, unix.NLM_F_REQUEST|unix.NLM_F_ACK|unix.NLM_F_CREATE)
	m = append(m, make([]byte, 8)...) // sequence and sender
	m = append(m, unix.AF_INET, 0, 0, 0, unix.RT_TABLE_LOCAL, unix.RTPROT_STATIC, unix.RT_SCOPE_HOST, unix.RTN_LOCAL)
	m = append(m, make([]byte, 4)...) // flags
	m = binary.NativeEndian.AppendUint16(m, unix.SizeofRtAttr+4)
	m = binary.NativeEndian.AppendUint16(m, unix.RTA_OIF)
	m = binary.NativeEndian.AppendUint32(m, uint32(lo.Index))
	if err := unix.Sendto(fd, m, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return os.NewSyscallError("sendto", err)
	}
	var answer [1 << 10]byte
	n, _, err := unix.Recvfrom(fd, answer[:], 0)
	if err != nil {
		return os.NewSyscallError("recvfrom", err)
	}
	if n < unix.SizeofNlMsghdr+4 {
		return errors.New("a short answer from the kernel")
	}
	if code := int32(binary.NativeEndian.Uint32(answer[unix.SizeofNlMsghdr:])); code != 0 {
		return unix.Errno(-code)
	}
	return nil
}

// Backlog is how many connections may wait to be accepted.
const Backlog = 4_096

// listen listens at a port of all addresses, IPv6 and IPv4.
func listen(port int) (int, error) {
	fd, v6, err := socket(unix.SOCK_STREAM, unix.IPPROTO_TCP)
	if err != nil {
		return -1, err
	}
	err = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
	if err == nil {
		err = unix.Bind(fd, everywhere(port, v6))
	}
	if err == nil {
		err = unix.Listen(fd, Backlog)
	}
	if err != nil {
		_ = unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// receive binds a UDP port of all addresses.
func receive(port int) (int, error) {
	fd, v6, err := socket(unix.SOCK_DGRAM, unix.IPPROTO_UDP)
	if err != nil {
		return -1, err
	}
	if err := unix.Bind(fd, everywhere(port, v6)); err != nil {
		_ = unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// everywhere is a port of all addresses.
func everywhere(port int, v6 bool) unix.Sockaddr {
	if v6 {
		return &unix.SockaddrInet6{Port: port}
	}
	return &unix.SockaddrInet4{Port: port}
}

func closeAll(fds []int) {
	for _, fd := range fds {
		_ = unix.Close(fd)
	}
}

// socket makes a socket that reaches IPv4, and IPv6 if the kernel has it.
func socket(kind, protocol int) (fd int, v6 bool, err error) {
	kind |= unix.SOCK_CLOEXEC | unix.SOCK_NONBLOCK
	if fd, err = unix.Socket(unix.AF_INET6, kind, protocol); err == nil {
		if err = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 0); err == nil {
			return fd, true, nil
		}
		_ = unix.Close(fd)
	}
	fd, err = unix.Socket(unix.AF_INET, kind, protocol)
	return fd, false, err
}

// Sockets makes TCP sockets, which the grader connects to the node.
func Sockets(count int) ([]int, error) {
	var fds []int
	for range count {
		fd, _, err := socket(unix.SOCK_STREAM, unix.IPPROTO_TCP)
		if err != nil {
			closeAll(fds)
			return nil, os.NewSyscallError("socket", err)
		}
		fds = append(fds, fd)
	}
	return fds, nil
}
