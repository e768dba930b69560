package link

import "sync/atomic"

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
	Reset       uint64 // connections opened by From that the Net reset for a cut, a rule, or a node that is down
	Unreached   uint64 // connections opened by From of which the dial to To failed
	Delayed     uint64 // messages
	Lost        uint64 // messages that a rule dropped
	Copied      uint64 // requests that a rule sent again, each copy
	Reordered   uint64 // messages that a rule kept back for the next one
}

// counters are a Count in the making.
type counters struct {
	connections, requests, answers, bytes, other      atomic.Uint64
	held, reset, unreached, delayed, lost, copied, re atomic.Uint64
	waiting                                           atomic.Int64
}

// Counts returns the counters of all links, ordered by From and To.
func (n *Net) Counts() []Count {
	all := make([]Count, 0, len(n.ways))
	for _, w := range n.ways {
		if w.from == w.to {
			continue
		}
		c := &w.count
		all = append(all, Count{
			From: w.from, To: w.to,
			Connections: c.connections.Load(), Requests: c.requests.Load(), Answers: c.answers.Load(), Bytes: c.bytes.Load(),
			Other: c.other.Load(), Held: c.held.Load(), Waiting: int(c.waiting.Load()), Reset: c.reset.Load(),
			Unreached: c.unreached.Load(), Delayed: c.delayed.Load(), Lost: c.lost.Load(), Copied: c.copied.Load(),
			Reordered: c.re.Load(),
		})
	}
	return all
}
