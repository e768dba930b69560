package seccomp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"runtime"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A Call is what a program asks the kernel for.
type Call struct {
	Thread int  // the thread that calls
	FD     int  // its socket
	Sends  bool // it sends to the address, without a connection

	To   netip.AddrPort // an IPv4 or IPv6 address; IPv4 in IPv6 as IPv4. Not valid: none
	Path string         // of a Unix socket; abstract names begin with NUL

	port uint16 // it goes on to this port of loopback
}

// An Answer says what becomes of a call. The zero Answer lets it go on unchanged.
type Answer struct {
	Refuse unix.Errno // the error that it gets, unless 0
	Port   uint16     // it goes on to this port of loopback, unless 0; not of a Call that Sends
}

// Serve answers the calls that a listener hands out until stop can be read or all
// programs under the filter are gone. After an error, calls cannot be answered any more. It looks into memory as the user and group of
// the programs, if these are not the own ones. Decide runs on the same thread.
func Serve(listener, stop *os.File, uid, gid int, decide func(Call) Answer) error {
	runtime.LockOSThread()
	back, err := become(uid, gid)
	if err != nil {
		return err // the thread ends with the goroutine
	}
	defer func() {
		if back() == nil {
			runtime.UnlockOSThread()
		}
	}()
	s := server{fd: int(listener.Fd()), decide: decide}
	// The two run one after the other: let them share a processor (Linux 6.6).
	_, _, _ = unix.Syscall(unix.SYS_IOCTL, uintptr(s.fd), unix.SECCOMP_IOCTL_NOTIF_SET_FLAGS, unix.SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP)
	watched := []unix.PollFd{{Fd: int32(s.fd), Events: unix.POLLIN}, {Fd: int32(stop.Fd()), Events: unix.POLLIN}}
	for {
		if _, err := unix.Poll(watched, -1); err != nil {
			if errors.Is(err, unix.EINTR) {
				continue
			}
			return os.NewSyscallError("poll", err)
		}
		switch {
		case watched[0].Revents&unix.POLLIN != 0:
			if err := errors.Join(s.next(), s.unread); err != nil {
				return err
			}
		case watched[0].Revents != 0 || watched[1].Revents != 0:
			return nil
		}
	}
}

// become has the thread look at files as a user does, and returns the way back.
func become(uid, gid int) (back func() error, err error) {
	oldUser, oldGroup := os.Geteuid(), os.Getegid()
	if uid == oldUser && gid == oldGroup {
		return func() error { return nil }, nil
	}
	if err := errors.Join(unix.Setfsgid(gid), unix.Setfsuid(uid)); err != nil {
		return nil, fmt.Errorf("look as user %d: %w", uid, err)
	}
	return func() error { return errors.Join(unix.Setfsuid(oldUser), unix.Setfsgid(oldGroup)) }, nil
}

type server struct {
	fd     int
	decide func(Call) Answer
	unread error // why memory could not be read
}

// A notification is struct seccomp_notif.
type notification struct {
	id      uint64
	pid     uint32
	flags   uint32
	number  int32
	arch    uint32
	pointer uint64
	args    [6]uint64
	_       [128]byte // kernels to come may write more
}

// A response is struct seccomp_notif_resp.
type response struct {
	id    uint64
	value int64
	error int32
	flags uint32
	_     [128]byte
}

// next answers one call. A caller that is gone is no error.
func (s *server) next() error {
	var n notification
	if errno := s.ioctl(unix.SECCOMP_IOCTL_NOTIF_RECV, unsafe.Pointer(&n)); errno != 0 {
		if errno == unix.ENOENT || errno == unix.EINTR {
			return nil
		}
		return os.NewSyscallError("receive a seccomp notification", errno)
	}
	r := response{id: n.id, flags: unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE}
	if refuse := s.judge(&n); refuse != 0 {
		r.error, r.flags = -int32(refuse), 0
	}
	if errno := s.ioctl(unix.SECCOMP_IOCTL_NOTIF_SEND, unsafe.Pointer(&r)); errno != 0 && errno != unix.ENOENT && errno != unix.EINPROGRESS {
		return os.NewSyscallError("answer a seccomp notification", errno)
	}
	return nil
}

func (s *server) ioctl(request uintptr, p unsafe.Pointer) unix.Errno {
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(s.fd), request, uintptr(p))
	return errno
}

// waits reports whether the caller still waits for an answer.
func (s *server) waits(n *notification) bool {
	return s.ioctl(unix.SECCOMP_IOCTL_NOTIF_ID_VALID, unsafe.Pointer(&n.id)) == 0
}

// unreadable is the error of calls whose memory the grader cannot read.
const unreadable = unix.EFAULT

// judge decides on a call: the error that refuses it, or 0.
func (s *server) judge(n *notification) unix.Errno {
	fd, err := unix.Open("/proc/"+strconv.Itoa(int(n.pid))+"/mem", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		if s.waits(n) { // it is not just gone
			s.unread = fmt.Errorf("read the memory of a node's process: %w", err)
		}
		return unix.EACCES
	}
	defer func() { _ = unix.Close(fd) }()
	// From here on the memory is the caller's, although its number may be given to
	// another process.
	if !s.waits(n) {
		return unix.EINTR
	}
	m := memory(fd)
	call := Call{Thread: int(n.pid), FD: int(int32(n.args[0])), Sends: true}
	switch n.number {
	case unix.SYS_CONNECT:
		call.Sends = false
		return s.address(m, call, n.args[1], uint32(n.args[2]))
	case unix.SYS_SENDTO:
		return s.address(m, call, n.args[4], uint32(n.args[5]))
	case unix.SYS_SENDMSG:
		return s.headers(m, call, n.args[1], 1)
	case unix.SYS_SENDMMSG:
		return s.headers(m, call, n.args[1], uint32(n.args[2]))
	}
	return unix.ENOSYS
}

// maxHeaders is how many messages sendmmsg takes.
const maxHeaders = 1_024

// headerSize is that of struct mmsghdr, of which struct msghdr is the beginning.
const headerSize = 64

// headers decides on messages, each of which may name an address.
func (s *server) headers(m memory, call Call, at uint64, count uint32) unix.Errno {
	for i := range min(count, maxHeaders) {
		var h [12]byte
		if !m.read(h[:], at+uint64(i)*headerSize) {
			return unreadable
		}
		name, length := binary.LittleEndian.Uint64(h[:]), binary.LittleEndian.Uint32(h[8:])
		if name == 0 || length == 0 {
			continue
		}
		if refuse := s.address(m, call, name, length); refuse != 0 {
			return refuse
		}
	}
	return 0
}

// address decides on a call to the address in a program's memory.
func (s *server) address(m memory, call Call, at uint64, length uint32) unix.Errno {
	var raw [128]byte
	a := raw[:min(length, uint32(len(raw)))]
	if len(a) < 2 {
		return 0 // the kernel refuses it
	}
	if !m.read(a, at) {
		return unreadable
	}
	refuse := s.judgeAddress(a, &call)
	switch {
	case refuse != 0 || call.port == 0:
		return refuse
	case call.Sends || !m.write(redirected(a, call.port), at):
		return unix.EACCES
	}
	return 0
}

// judgeAddress decides on a call to an address. It notes the port that it goes on to.
func (s *server) judgeAddress(a []byte, call *Call) unix.Errno {
	switch family := binary.LittleEndian.Uint16(a); {
	case family == unix.AF_UNSPEC && !call.Sends: // ends a connection
		return 0
	case family == unix.AF_NETLINK:
		return 0
	case family == unix.AF_UNIX:
		call.Path = unixPath(a[2:])
	case family == unix.AF_INET && len(a) >= 8:
		call.To = netip.AddrPortFrom(netip.AddrFrom4([4]byte(a[4:8])), binary.BigEndian.Uint16(a[2:]))
	case family == unix.AF_INET6 && len(a) >= 24:
		call.To = netip.AddrPortFrom(netip.AddrFrom16([16]byte(a[8:24])).Unmap(), binary.BigEndian.Uint16(a[2:]))
	default:
		return unix.EAFNOSUPPORT
	}
	answer := s.decide(*call)
	call.port = answer.Port
	return answer.Refuse
}

func unixPath(b []byte) string {
	if len(b) == 0 || b[0] == 0 {
		return string(b)
	}
	for i, c := range b {
		if c == 0 {
			return string(b[:i])
		}
	}
	return string(b)
}

// memory is the file of a process's memory.
type memory int

func (m memory) read(b []byte, at uint64) bool {
	n, err := unix.Pread(int(m), b, int64(at))
	return err == nil && n == len(b)
}

func (m memory) write(b []byte, at uint64) bool {
	n, err := unix.Pwrite(int(m), b, int64(at))
	return err == nil && n == len(b)
}

// redirected changes an address to a port of loopback, in its family. It returns the
// part that changed.
func redirected(a []byte, port uint16) []byte {
	binary.BigEndian.PutUint16(a[2:], port)
	if binary.LittleEndian.Uint16(a) == unix.AF_INET {
		copy(a[4:8], []byte{127, 0, 0, 1})
		return a[:8]
	}
	loopback := netip.IPv6Loopback().As16()
	if netip.AddrFrom16([16]byte(a[8:24])).Is4In6() {
		loopback = [16]byte{10: 0xff, 11: 0xff, 12: 127, 15: 1}
	}
	copy(a[8:24], loopback[:])
	return a[:24]
}
