package seccomp

import (
	"fmt"
	"runtime"

	"golang.org/x/sys/unix"
)

// An op is a step of a filter: an instruction with the labels of its jumps, or a label.
type op struct {
	code    uint16
	k       uint32
	yes, no string // where a comparison goes; "": the next step
	label   string
}

// Where the kernel puts what a call is (struct seccomp_data).
const (
	offsetNumber = 0
	offsetArch   = 4
	offsetArgs   = 16
)

func load(offset uint32) op { return op{code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, k: offset} }

// low and high load halves of an argument.
func low(arg uint32) op  { return load(offsetArgs + 8*arg) }
func high(arg uint32) op { return load(offsetArgs + 8*arg + 4) }

func mask(bits uint32) op { return op{code: unix.BPF_ALU | unix.BPF_AND | unix.BPF_K, k: bits} }

func equals(k uint32, yes, no string) op {
	return op{code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, k: k, yes: yes, no: no}
}

func atLeast(k uint32, yes, no string) op {
	return op{code: unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K, k: k, yes: yes, no: no}
}

func hasBit(k uint32, yes, no string) op {
	return op{code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, k: k, yes: yes, no: no}
}

func label(name string) op { return op{label: name} }

func result(k uint32) op { return op{code: unix.BPF_RET | unix.BPF_K, k: k} }

func fails(e unix.Errno) op { return result(unix.SECCOMP_RET_ERRNO | uint32(e)) }

// x32 is the bit of the numbers of calls of the x32 interface of amd64.
const x32 = 0x4000_0000

// rules is the filter.
func rules(arch uint32) []op {
	r := []op{load(offsetArch), equals(arch, "", "unknown"), load(offsetNumber)}
	if runtime.GOARCH == "amd64" {
		r = append(r, atLeast(x32, "unknown", ""))
	}
	for _, c := range []struct {
		number uint32
		to     string
	}{
		{unix.SYS_CONNECT, "ask"},
		{unix.SYS_SENDTO, "sendto"},
		{unix.SYS_SENDMSG, "sendmsg"},
		{unix.SYS_SENDMMSG, "sendmmsg"},
		{unix.SYS_SOCKET, "socket"},
		{unix.SYS_KILL, "kill"},
		{unix.SYS_IO_URING_SETUP, "unknown"},
		{unix.SYS_PTRACE, "forbidden"},
		{unix.SYS_PROCESS_VM_WRITEV, "forbidden"},
		{unix.SYS_PIDFD_GETFD, "forbidden"},
	} {
		r = append(r, equals(c.number, c.to, ""))
	}
	r = append(r, result(unix.SECCOMP_RET_ALLOW))
	r = append(r, sending()...)
	r = append(r, opening()...)
	return append(r,
		label("kill"), low(0), equals(0xffff_ffff, "forbidden", "allow"),
		label("allow"), result(unix.SECCOMP_RET_ALLOW),
		label("ask"), result(unix.SECCOMP_RET_USER_NOTIF),
		label("unknown"), fails(unix.ENOSYS),
		label("forbidden"), fails(unix.EPERM),
		label("fast open"), fails(unix.EOPNOTSUPP),
		label("family"), fails(unix.EAFNOSUPPORT),
		label("type"), fails(unix.ESOCKTNOSUPPORT),
		label("protocol"), fails(unix.EPROTONOSUPPORT),
	)
}

// sending asks about what may name an address.
func sending() []op {
	return []op{
		label("sendto"), low(3), hasBit(unix.MSG_FASTOPEN, "fast open", ""),
		low(4), equals(0, "", "ask"), high(4), equals(0, "allow", "ask"),
		label("sendmsg"), low(2), hasBit(unix.MSG_FASTOPEN, "fast open", "ask"),
		label("sendmmsg"), low(3), hasBit(unix.MSG_FASTOPEN, "fast open", "ask"),
	}
}

// socketType is the part of socket's second argument that is not flags.
const socketType = 0xf

// opening allows sockets whose connections the grader can judge.
func opening() []op {
	return []op{
		label("socket"), low(0),
		equals(unix.AF_UNIX, "allow", ""),
		equals(unix.AF_NETLINK, "allow", ""),
		equals(unix.AF_INET, "internet", ""),
		equals(unix.AF_INET6, "internet", "family"),
		label("internet"), low(1), mask(socketType),
		equals(unix.SOCK_STREAM, "stream", ""),
		equals(unix.SOCK_DGRAM, "", "type"),
		low(2), equals(0, "allow", ""), equals(unix.IPPROTO_UDP, "allow", "protocol"),
		label("stream"), low(2), equals(0, "allow", ""),
		equals(unix.IPPROTO_TCP, "allow", ""),
		equals(unix.IPPROTO_MPTCP, "allow", "protocol"),
	}
}

// assemble turns labels into distances.
func assemble(ops []op) ([]unix.SockFilter, error) {
	at := make(map[string]int)
	n := 0
	for _, o := range ops {
		if o.label != "" {
			at[o.label] = n
			continue
		}
		n++
	}
	filter := make([]unix.SockFilter, 0, n)
	for _, o := range ops {
		if o.label != "" {
			continue
		}
		i := unix.SockFilter{Code: o.code, K: o.k}
		for _, jump := range []struct {
			to   string
			into *uint8
		}{{o.yes, &i.Jt}, {o.no, &i.Jf}} {
			if jump.to == "" {
				continue
			}
			to, ok := at[jump.to]
			distance := to - len(filter) - 1
			if !ok || distance < 0 || distance > 255 {
				return nil, fmt.Errorf("seccomp filter: no jump to %q from step %d", jump.to, len(filter))
			}
			*jump.into = uint8(distance)
		}
		filter = append(filter, i)
	}
	return filter, nil
}
