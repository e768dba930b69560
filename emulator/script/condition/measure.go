package condition

import (
	"fmt"

	"rrmq.example/emulator/raft"
)

// A measure is a number in a node's state.
type measure struct {
	of      func(*raft.State) uint64
	verb    string // between the node and the number
	durable bool   // a node that is down has it as well
}

var (
	termOf    = measure{func(s *raft.State) uint64 { return uint64(s.Term) }, "is in term", true}
	commitOf  = measure{func(s *raft.State) uint64 { return uint64(s.CommitIndex) }, "has committed", false}
	appliedOf = measure{func(s *raft.State) uint64 { return uint64(s.LastApplied) }, "has applied", false}
	lastOf    = measure{func(s *raft.State) uint64 { return uint64(s.LastIndex) }, "has a log that ends at", true}
)

// measured is term=, committed=, applied= and last=[NODES:]NUMBER.
type measured struct {
	selection
	measure
	bound bound
}

func readMeasure(m measure) func(string) (predicate, string) {
	return func(value string) (predicate, string) {
		sel, number, wrong := readPrefix(value)
		if wrong != "" {
			return nil, wrong
		}
		b, wrong := readBound(number, atLeast)
		if wrong != "" {
			return nil, wrong
		}
		return measured{sel, m, b}, ""
	}
}

func (m measured) String() string { return m.prefix() + m.bound.String() }
func (m measured) tester() tester { return m }

func (m measured) holds(s *clusterView) bool {
	return m.each(s, func(_ raft.NodeID, state *raft.State, up bool) bool {
		return (up || m.durable) && m.bound.has(m.of(state))
	})
}

func (m measured) seen(s *clusterView) string {
	return m.describe(s, func(who string, _ raft.NodeID, state *raft.State, up bool) string {
		if !up && !m.durable {
			return who + " is down"
		}
		return fmt.Sprintf("%s %s %d", who, m.verb, m.of(state))
	})
}
