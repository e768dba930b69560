//go:build !linux

package room

// ownPorts returns a range of ports that the system gives to nobody by itself.
func ownPorts() (low, high int) { return 10_000, 32_768 }

// recentPorts returns ports of connections that there are: none that this system shows.
func recentPorts() map[int]bool { return nil }
