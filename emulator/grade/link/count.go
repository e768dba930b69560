package link

// A Count has the counters of a link. Requests are those of connections that From opened,
// answers those of connections that To opened: both travel from From to To.
type Count struct {
	From, To    int
	Connections uint64 // that From opened to To
	Requests    uint64 // that passed
	Answers     uint64 // that passed
	Bytes       uint64 // that passed
	Other       uint64 // connections opened by From that do not speak HTTP/1
	Held        uint64 // messages or connections that a cut or a rule kept for a time
	Waiting     int    // those that it keeps now
	Reset       uint64 // connections opened by From that the Net reset
	Unreached   uint64 // connections opened by From of which the dial to To failed
	Delayed     uint64 // messages
	Lost        uint64 // messages that a rule dropped
	Copied      uint64 // requests that a rule sent again
	Reordered   uint64 // messages that a rule kept back for the next one
}
