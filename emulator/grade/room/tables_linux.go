package room

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
)

// A socket is a row of /proc/net/tcp and its like.
type socket struct {
	local, remote netip.AddrPort
	state         uint64
	inode         string // "0": no process has it any more
}

// States of a socket in these tables.
const listening = 0x0A

// sockets reads the table of a protocol, IPv4 and IPv6: "tcp" or "udp".
func sockets(protocol string) ([]socket, error) {
	var all []socket
	for _, table := range []string{protocol, protocol + "6"} {
		text, err := os.ReadFile("/proc/net/" + table)
		if err != nil {
			if table != protocol {
				break // no IPv6
			}
			return nil, err
		}
		for line := range strings.Lines(string(text)) {
			f := strings.Fields(line)
			if len(f) < 10 || f[0] == "sl" {
				continue
			}
			s := socket{local: endpoint(f[1]), remote: endpoint(f[2]), inode: f[9]}
			s.state, _ = strconv.ParseUint(f[3], 16, 8)
			all = append(all, s)
		}
	}
	return all, nil
}

// endpoint reads ADDRESS:PORT in hexadecimal. The address is in words of 32 bits, each
// in the machine's order, which is little-endian wherever rooms are.
func endpoint(text string) netip.AddrPort {
	address, port, _ := strings.Cut(text, ":")
	b, err := hex.DecodeString(address)
	n, errPort := strconv.ParseUint(port, 16, 16)
	if err != nil || errPort != nil || len(b)%4 != 0 {
		return netip.AddrPort{}
	}
	for i := 0; i < len(b); i += 4 {
		slices.Reverse(b[i : i+4])
	}
	a, _ := netip.AddrFromSlice(b)
	return netip.AddrPortFrom(a.Unmap(), uint16(n))
}

// inodesAt returns the sockets of Unix paths, as /proc shows them; abstract names begin
// with NUL.
func inodesAt(path string) []string {
	text, err := os.ReadFile("/proc/net/unix")
	if err != nil {
		return nil
	}
	shown := path
	if strings.HasPrefix(path, "\x00") {
		shown = strings.ReplaceAll(path, "\x00", "@")
	}
	var inodes []string
	for line := range strings.Lines(string(text)) {
		// Seven fields, a blank, and the path, which may hold blanks itself.
		rest, field := strings.TrimSuffix(line, "\n"), ""
		for range 7 {
			field, rest, _ = strings.Cut(strings.TrimLeft(rest, " "), " ")
		}
		if rest == shown {
			inodes = append(inodes, field)
		}
	}
	return inodes
}

// holds reports whether one of the processes has one of the sockets open.
func holds(pids []int, inodes []string) bool {
	if len(inodes) == 0 {
		return false
	}
	for _, pid := range pids {
		dir := fmt.Sprintf("/proc/%d/fd/", pid)
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			link, err := os.Readlink(dir + e.Name())
			if err != nil {
				continue
			}
			inode, ok := strings.CutPrefix(link, "socket:[")
			if ok && slices.Contains(inodes, strings.TrimSuffix(inode, "]")) {
				return true
			}
		}
	}
	return false
}
