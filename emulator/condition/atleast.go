package condition

import (
	"fmt"
	"strconv"

	"rrmq.example/emulator/raft"
)

// A measure is a number of a node's that conditions ask to be large enough.
type measure struct {
	of      func(*raft.State) uint64
	verb    string // between the node and the number
	durable bool   // a node that is down has it too
}

var (
	termOf    = measure{func(s *raft.State) uint64 { return uint64(s.Term) }, "is in term", true}
	commitOf  = measure{func(s *raft.State) uint64 { return uint64(s.CommitIndex) }, "has committed", false}
	appliedOf = measure{func(s *raft.State) uint64 { return uint64(s.LastApplied) }, "has applied", false}
)

// atLeast is term=, committed= and applied=[NODES:]NUMBER.
type atLeast struct {
	selection
	measure
	least uint64
}

func readAtLeast(m measure) func(string) (spec, string) {
	return func(value string) (spec, string) {
		sel, number, wrong := readPrefix(value)
		if wrong != "" {
			return nil, wrong
		}
		least, err := strconv.ParseUint(number, 10, 53)
		if err != nil {
			return nil, quote(number) + " is no whole number from 0 on"
		}
		return atLeast{sel, m, least}, ""
	}
}

func (a atLeast) String() string   { return a.prefix() + strconv.FormatUint(a.least, 10) }
func (a atLeast) nodes() selection { return a.selection }
func (a atLeast) tester() tester   { return a }

func (a atLeast) holds(o Observer) bool {
	return a.each(o, func(_ raft.NodeID, s *raft.State, up bool) bool {
		return (up || a.durable) && a.of(s) >= a.least
	})
}

func (a atLeast) seen(o Observer) string {
	return a.describe(o, func(id raft.NodeID, s *raft.State, up bool) string {
		if !up && !a.durable {
			return fmt.Sprintf("node %d is down", id)
		}
		return fmt.Sprintf("node %d %s %d", id, a.verb, a.of(s))
	})
}
