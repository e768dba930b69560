package seccomp

import (
	"encoding/binary"
	"net/netip"
	"os"
	"runtime"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
	"gotest.tools/v3/assert"
)

// A call as the kernel shows it to the filter.
type seen struct {
	number uint32
	arch   uint32
	args   [6]uint64
}

// run is the kernel's machine for filters, with the steps that ours has.
func run(t *testing.T, filter []unix.SockFilter, c seen) uint32 {
	t.Helper()
	data := binary.LittleEndian.AppendUint32(nil, c.number)
	data = binary.LittleEndian.AppendUint32(data, c.arch)
	data = append(data, make([]byte, 8)...)
	for _, a := range c.args {
		data = binary.LittleEndian.AppendUint64(data, a)
	}
	var a uint32
	for i := 0; ; i++ {
		f := filter[i]
		jump := func(yes bool) {
			if yes {
				i += int(f.Jt)
			} else {
				i += int(f.Jf)
			}
		}
		switch f.Code {
		case unix.BPF_LD | unix.BPF_W | unix.BPF_ABS:
			a = binary.LittleEndian.Uint32(data[f.K:])
		case unix.BPF_ALU | unix.BPF_AND | unix.BPF_K:
			a &= f.K
		case unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K:
			jump(a == f.K)
		case unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K:
			jump(a >= f.K)
		case unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K:
			jump(a&f.K != 0)
		case unix.BPF_RET | unix.BPF_K:
			return f.K
		default:
			t.Fatalf("step %d has an unknown code %#x", i, f.Code)
		}
	}
}

func TestTheFilterAsksAllowsAndRefuses(t *testing.T) {
	arch, ok := architectures[runtime.GOARCH]
	if !ok {
		t.Skip("no filter for this architecture")
	}
	filter, err := assemble(rules(arch))
	assert.NilError(t, err)
	const (
		allow = unix.SECCOMP_RET_ALLOW
		ask   = unix.SECCOMP_RET_USER_NOTIF
	)
	refuse := func(e unix.Errno) uint32 { return unix.SECCOMP_RET_ERRNO | uint32(e) }
	args := func(a ...uint64) (all [6]uint64) {
		copy(all[:], a)
		return all
	}
	for _, c := range []struct {
		what   string
		number uint32
		args   [6]uint64
		want   uint32
	}{
		{"read", unix.SYS_READ, args(), allow},
		{"bind", unix.SYS_BIND, args(), allow},
		{"connect", unix.SYS_CONNECT, args(), ask},
		{"send", unix.SYS_SENDTO, args(3, 1, 1, unix.MSG_NOSIGNAL, 0, 0), allow},
		{"send to an address", unix.SYS_SENDTO, args(3, 1, 1, 0, 0x1000, 16), ask},
		{"send to a high address", unix.SYS_SENDTO, args(3, 1, 1, 0, 0x7f00_0000_0000, 16), ask},
		{"send fast", unix.SYS_SENDTO, args(3, 1, 1, unix.MSG_FASTOPEN, 0x1000, 16), refuse(unix.EOPNOTSUPP)},
		{"send a message", unix.SYS_SENDMSG, args(3, 1, 0), ask},
		{"send a message fast", unix.SYS_SENDMSG, args(3, 1, unix.MSG_FASTOPEN), refuse(unix.EOPNOTSUPP)},
		{"send messages", unix.SYS_SENDMMSG, args(3, 1, 2, 0), ask},
		{"send messages fast", unix.SYS_SENDMMSG, args(3, 1, 2, unix.MSG_FASTOPEN), refuse(unix.EOPNOTSUPP)},
		{"unix", unix.SYS_SOCKET, args(unix.AF_UNIX, unix.SOCK_SEQPACKET), allow},
		{"netlink", unix.SYS_SOCKET, args(unix.AF_NETLINK, unix.SOCK_RAW), allow},
		{"tcp", unix.SYS_SOCKET, args(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC), allow},
		{"tcp6", unix.SYS_SOCKET, args(unix.AF_INET6, unix.SOCK_STREAM, unix.IPPROTO_TCP), allow},
		{"mptcp", unix.SYS_SOCKET, args(unix.AF_INET, unix.SOCK_STREAM, unix.IPPROTO_MPTCP), allow},
		{"sctp", unix.SYS_SOCKET, args(unix.AF_INET, unix.SOCK_STREAM, unix.IPPROTO_SCTP), refuse(unix.EPROTONOSUPPORT)},
		{"udp", unix.SYS_SOCKET, args(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, unix.IPPROTO_UDP), allow},
		{"ping", unix.SYS_SOCKET, args(unix.AF_INET, unix.SOCK_DGRAM, unix.IPPROTO_ICMP), refuse(unix.EPROTONOSUPPORT)},
		{"raw", unix.SYS_SOCKET, args(unix.AF_INET, unix.SOCK_RAW, unix.IPPROTO_TCP), refuse(unix.ESOCKTNOSUPPORT)},
		{"packet", unix.SYS_SOCKET, args(unix.AF_PACKET, unix.SOCK_RAW), refuse(unix.EAFNOSUPPORT)},
		{"vsock", unix.SYS_SOCKET, args(unix.AF_VSOCK, unix.SOCK_STREAM), refuse(unix.EAFNOSUPPORT)},
		{"kill one", unix.SYS_KILL, args(17, 9), allow},
		{"kill all", unix.SYS_KILL, args(0xffff_ffff, 9), refuse(unix.EPERM)},
		{"io_uring", unix.SYS_IO_URING_SETUP, args(), refuse(unix.ENOSYS)},
		{"ptrace", unix.SYS_PTRACE, args(), refuse(unix.EPERM)},
		{"write into another process", unix.SYS_PROCESS_VM_WRITEV, args(), refuse(unix.EPERM)},
		{"take a file of another process", unix.SYS_PIDFD_GETFD, args(), refuse(unix.EPERM)},
	} {
		assert.Equal(t, run(t, filter, seen{c.number, arch, c.args}), c.want, c.what)
		assert.Equal(t, run(t, filter, seen{c.number, unix.AUDIT_ARCH_I386, c.args}), refuse(unix.ENOSYS), c.what)
		if runtime.GOARCH == "amd64" {
			assert.Equal(t, run(t, filter, seen{c.number | x32, arch, c.args}), refuse(unix.ENOSYS), c.what)
		}
	}
}

func TestAJumpToNowhereIsAnError(t *testing.T) {
	_, err := assemble([]op{equals(1, "away", ""), result(0)})
	assert.ErrorContains(t, err, `no jump to "away"`)
	_, err = assemble([]op{label("back"), load(0), equals(1, "back", ""), result(0)})
	assert.ErrorContains(t, err, `no jump to "back"`)
}

func TestAddressesAreReadFromMemory(t *testing.T) {
	v4 := []byte{unix.AF_INET, 0, 0x21, 0x34, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}
	v6 := append([]byte{unix.AF_INET6, 0, 0x21, 0x34, 0, 0, 0, 0}, make([]byte, 20)...)
	v6[23] = 1
	mapped := append([]byte{unix.AF_INET6, 0, 0x21, 0x34, 0, 0, 0, 0}, make([]byte, 20)...)
	copy(mapped[18:], []byte{0xff, 0xff, 127, 0, 0, 1})
	for _, c := range []struct {
		raw  []byte
		want string
		path string
	}{
		{v4, "127.0.0.1:8500", ""},
		{v6, "[::1]:8500", ""},
		{mapped, "127.0.0.1:8500", ""},
		{append([]byte{unix.AF_UNIX, 0}, "/run/x\x00y"...), "invalid AddrPort", "/run/x"},
		{append([]byte{unix.AF_UNIX, 0}, "\x00name"...), "invalid AddrPort", "\x00name"},
	} {
		var got Call
		s := server{decide: func(c Call) Answer { got = c; return Answer{} }}
		assert.Equal(t, s.judgeAddress(c.raw, &Call{}), unix.Errno(0))
		assert.Equal(t, got.To.String(), c.want)
		assert.Equal(t, got.Path, c.path)
	}
	s := server{decide: func(Call) Answer { t.Error("asked"); return Answer{} }}
	assert.Equal(t, s.judgeAddress([]byte{unix.AF_VSOCK, 0, 0, 0}, &Call{}), unix.EAFNOSUPPORT)
	assert.Equal(t, s.judgeAddress([]byte{unix.AF_UNSPEC, 0}, &Call{}), unix.Errno(0))
	assert.Equal(t, s.judgeAddress([]byte{unix.AF_UNSPEC, 0}, &Call{Sends: true}), unix.EAFNOSUPPORT)
}

// ownMemory returns the memory of the test, and where bytes are in it.
func ownMemory(t *testing.T, b []byte) (memory, uint64) {
	t.Helper()
	f, err := os.OpenFile("/proc/self/mem", os.O_RDWR, 0)
	assert.NilError(t, err)
	t.Cleanup(func() { f.Close() })
	return memory(f.Fd()), uint64(uintptr(unsafe.Pointer(&b[0])))
}

// No address goes on that the grader has not seen, however short it is.
func TestEveryAddressIsJudged(t *testing.T) {
	refuseAll := func(Call) Answer { return Answer{Refuse: unix.ECONNREFUSED} }
	for _, c := range []struct {
		raw  []byte
		want unix.Errno
	}{
		{[]byte{unix.AF_INET, 0, 0x21, 0x34, 127, 0, 0, 1}, unix.ECONNREFUSED},
		{[]byte{unix.AF_INET, 0, 0x21, 0x34, 127, 0, 0}, unix.EAFNOSUPPORT},
		{append([]byte{unix.AF_INET6, 0, 0x21, 0x34}, make([]byte, 20)...), unix.ECONNREFUSED},
		{append([]byte{unix.AF_INET6, 0, 0x21, 0x34}, make([]byte, 19)...), unix.EAFNOSUPPORT},
		{[]byte{unix.AF_UNIX, 0, '/'}, unix.ECONNREFUSED},
		{[]byte{unix.AF_UNIX, 0}, unix.ECONNREFUSED},
		{[]byte{unix.AF_INET}, 0}, // the kernel refuses it
	} {
		m, at := ownMemory(t, c.raw)
		s := server{decide: refuseAll}
		for _, sends := range []bool{false, true} {
			assert.Equal(t, s.address(m, Call{Sends: sends}, at, uint32(len(c.raw))), c.want, "%v", c.raw)
		}
		assert.Equal(t, s.address(m, Call{}, 8, uint32(max(2, len(c.raw)))), unreadable)
	}
}

// sendmmsg may name an address in each of its messages.
func TestEveryMessageIsJudged(t *testing.T) {
	name := []byte{unix.AF_INET, 0, 0x21, 0x34, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}
	m, at := ownMemory(t, name)
	const size = 64                 // of struct mmsghdr
	headers := make([]byte, 3*size) // the first one and the last one have addresses
	for _, i := range []int{0, 2} {
		binary.LittleEndian.PutUint64(headers[i*size:], at)
		binary.LittleEndian.PutUint32(headers[i*size+8:], uint32(len(name)))
	}
	_, there := ownMemory(t, headers)
	for refused := range 3 {
		asked := 0
		s := server{decide: func(c Call) Answer {
			assert.Equal(t, c.To.String(), "127.0.0.1:8500")
			if asked++; asked == refused {
				return Answer{Refuse: unix.EPERM}
			}
			return Answer{}
		}}
		got := s.headers(m, Call{Sends: true}, there, 3)
		want, calls := unix.Errno(0), 2
		if refused > 0 {
			want, calls = unix.EPERM, refused
		}
		assert.Equal(t, got, want)
		assert.Equal(t, asked, calls)
		assert.Equal(t, s.headers(m, Call{Sends: true}, 8, 3), unreadable)
	}
}

// A message is not led elsewhere: its address may be read again.
func TestOnlyAConnectIsLedElsewhere(t *testing.T) {
	name := []byte{unix.AF_INET, 0, 0x21, 0x34, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}
	m, at := ownMemory(t, name)
	s := server{decide: func(Call) Answer { return Answer{Port: 1000} }}
	assert.Equal(t, s.address(m, Call{Sends: true}, at, uint32(len(name))), unix.EACCES)
	assert.Equal(t, name[4], byte(10))
	assert.Equal(t, s.address(m, Call{}, at, uint32(len(name))), unix.Errno(0))
	assert.DeepEqual(t, name[:8], []byte{unix.AF_INET, 0, 3, 0xe8, 127, 0, 0, 1})
}

func TestRedirectKeepsTheFamily(t *testing.T) {
	loopback4 := netip.MustParseAddr("127.0.0.1")
	v4 := []byte{unix.AF_INET, 0, 0x21, 0x34, 0, 0, 0, 0}
	assert.Equal(t, len(redirected(v4, 1000)), 8)
	assert.DeepEqual(t, v4, []byte{unix.AF_INET, 0, 3, 0xe8, 127, 0, 0, 1})
	for from, want := range map[string]netip.Addr{"::": netip.IPv6Loopback(), "::1": netip.IPv6Loopback(), "::ffff:0.0.0.0": loopback4} {
		a := netip.MustParseAddr(from).As16()
		v6 := append([]byte{unix.AF_INET6, 0, 0x21, 0x34, 0, 0, 0, 0}, a[:]...)
		assert.Equal(t, len(redirected(v6, 1000)), 24)
		assert.Equal(t, netip.AddrFrom16([16]byte(v6[8:24])).Unmap(), want)
	}
}
