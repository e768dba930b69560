package room

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
)

// A socket is a row of /proc/net/tcp.
type socket struct {
	local, remote uint16 // ports
	state         uint8
	inode         uint64 // 0: no process has it any more
}

// States of a socket in these tables.
const (
	synSent   = 0x02
	synRecv   = 0x03
	listening = 0x0A
)

// connections reads the tables of TCP sockets, IPv4 and IPv6.
func connections() ([]socket, error) { return connectionsOf("self") }

// connectionsOf reads the tables of the network in which a process lives.
func connectionsOf(process string) ([]socket, error) { return socketsOf(process, "tcp", "tcp6") }

// datagramSockets reads the tables of UDP sockets, whose rows look like those of TCP.
func datagramSockets() ([]socket, error) { return socketsOf("self", "udp", "udp6") }

// socketsOf reads tables of the network in which a process lives, the first one for IPv4.
func socketsOf(process string, tables ...string) ([]socket, error) {
	var all []socket
	for i, table := range tables {
		text, err := os.ReadFile("/proc/" + process + "/net/" + table)
		if err != nil {
			if i > 0 {
				break // no IPv6
			}
			return nil, err
		}
		_, text, _ = bytes.Cut(text, []byte{'\n'}) // the titles
		for len(text) > 0 {
			var line []byte
			line, text, _ = bytes.Cut(text, []byte{'\n'})
			if s, ok := parseSocket(line); ok {
				all = append(all, s)
			}
		}
	}
	return all, nil
}

// parseSocket reads a row: its number, ADDRESS:PORT of both ends and the state in
// hexadecimal, five more fields, and the inode. Tables can have tens of thousands of
// rows.
func parseSocket(line []byte) (socket, bool) {
	var s socket
	for field := range 10 {
		line = bytes.TrimLeft(line, " ")
		end := bytes.IndexByte(line, ' ')
		if end < 0 {
			end = len(line)
		}
		text := line[:end]
		line = line[end:]
		switch field {
		case 1, 2:
			_, port, ok := bytes.Cut(text, []byte{':'})
			if !ok {
				return s, false
			}
			if field == 1 {
				s.local = uint16(number(port, 16))
			} else {
				s.remote = uint16(number(port, 16))
			}
		case 3:
			s.state = uint8(number(text, 16))
		case 9:
			s.inode = number(text, 10)
			return s, len(text) > 0
		}
	}
	return s, false
}

// number reads a number of a base up to 16, up to the first byte that is no digit.
func number(text []byte, base uint64) uint64 {
	var n uint64
	for _, c := range text {
		digit := uint64(c - '0')
		if c >= 'A' {
			digit = uint64(c|0x20-'a') + 10
		}
		if digit >= base {
			break
		}
		n = n*base + digit
	}
	return n
}

// inodesAt returns the sockets of Unix paths, as /proc shows them; abstract names begin
// with NUL.
func inodesAt(path string) []uint64 {
	text, err := os.ReadFile("/proc/net/unix")
	if err != nil {
		return nil
	}
	shown := path
	if strings.HasPrefix(path, "\x00") {
		shown = strings.ReplaceAll(path, "\x00", "@")
	}
	var inodes []uint64
	for line := range strings.Lines(string(text)) {
		// Seven fields, a blank, and the path, which may hold blanks itself.
		rest, field := strings.TrimSuffix(line, "\n"), ""
		for range 7 {
			field, rest, _ = strings.Cut(strings.TrimLeft(rest, " "), " ")
		}
		if rest == shown {
			inodes = append(inodes, number([]byte(field), 10))
		}
	}
	return inodes
}

// holds reports whether one of the processes has one of the sockets open.
func holds(pids []int, inodes []uint64) bool {
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
			if ok && slices.Contains(inodes, number([]byte(inode), 10)) {
				return true
			}
		}
	}
	return false
}
