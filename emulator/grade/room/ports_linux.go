package room

import (
	"fmt"
	"os"
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

// recentPorts returns ports of connections that there are, or were a minute ago. They
// would be taken for connections to a node that gets such a port.
func recentPorts() map[int]bool {
	ports := make(map[int]bool)
	all, err := sockets("tcp")
	if err != nil {
		return ports
	}
	for _, s := range all {
		ports[int(s.local.Port())], ports[int(s.remote.Port())] = true, true
	}
	return ports
}
