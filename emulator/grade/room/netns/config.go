package netns

// A Config says what a namespace holds.
type Config struct {
	// Ports are those of the peers, at which the grader listens.
	Ports []int
	// Addresses are further IPv4 addresses of loopback. Some programs look for one that
	// is not 127.0.0.1 before they look up names, or listen at the machine's own.
	Addresses []string
}
