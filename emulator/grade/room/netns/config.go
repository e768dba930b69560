package netns

// A Config says what a namespace holds.
type Config struct {
	// Ports are those of the peers, at which the grader listens, for datagrams also.
	Ports []int
}
