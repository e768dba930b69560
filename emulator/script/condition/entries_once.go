package condition

import (
	"fmt"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/raft"
)

// entriesOnce is entries_once=NODES. A client request is one *machine.Command, which
// the nodes share: the same pointer at two indices of a log is the same request twice.
// Different requests may have equal content.
type entriesOnce struct{ selection }

func readOnce(value string) (predicate, string) {
	sel, wrong := readSelection(value)
	return entriesOnce{sel}, wrong
}

func (o entriesOnce) tester() tester { return &repeats{selection: o.selection} }

// repeats looks for commands that a log holds twice. It reads each entry once.
type repeats struct {
	selection
	nodes []entriesSeen // by node id
}

type entriesSeen struct {
	log      *raft.Log
	rewrites uint64
	upTo     raft.Index
	at       map[*machine.Command]raft.Index
	// first and second are indices with the same command; 0 if there are none.
	first, second raft.Index
}

func (r *repeats) holds(s *clusterView) bool {
	if len(r.nodes) != s.Nodes() {
		r.nodes = make([]entriesSeen, s.Nodes())
	}
	return r.each(s, func(id raft.NodeID, state *raft.State, _ bool) bool {
		e := &r.nodes[id]
		e.on(s.log(id, state))
		return e.second == 0
	})
}

// on reads the new entries of a log.
func (e *entriesSeen) on(log *knownLog) {
	if e.at == nil || e.log != log.Log || e.rewrites != log.rewrites {
		*e = entriesSeen{log: log.Log, rewrites: log.rewrites, at: make(map[*machine.Command]raft.Index, log.LastIndex())}
	}
	for e.upTo < log.LastIndex() && e.second == 0 {
		i := e.upTo + 1
		c, ok := log.Entry(i).Command.(*machine.Command)
		if ok && c != nil {
			if first, again := e.at[c]; again {
				e.first, e.second = first, i
			} else {
				e.at[c] = i
			}
		}
		e.upTo = i
	}
}

func (r *repeats) seen(s *clusterView) string {
	return r.describe(s, func(who string, id raft.NodeID, state *raft.State, _ bool) string {
		e := &r.nodes[id]
		e.on(s.log(id, state))
		if e.second == 0 {
			return who + " has " + text.Count(state.LastIndex, "entry")
		}
		c, _ := e.log.Entry(e.second).Command.(*machine.Command)
		return fmt.Sprintf("%s has the same %.80s at index %d and at index %d", who, c, e.first, e.second)
	})
}
