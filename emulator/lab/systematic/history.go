package systematic

import (
	"slices"

	"rrmq.example/emulator/raft"
)

// A history is the part of the past that properties ask about and nodes may forget:
// the history variables of raft.tla. It is immutable.
type history struct {
	// leaders lists who has led which term, in the order of the elections. Terms that
	// all nodes have left are dropped, because no node can be elected in them.
	leaders []leader
	// committed are the entries that some node has known to be committed, by index.
	committed []committed
	// applied are the entries that some node has applied, by index.
	applied []raft.Entry
}

type leader struct {
	node raft.NodeID
	term raft.Term
}

// A committed entry has the term of the node that first knew it to be committed.
type committed struct {
	raft.Entry
	in raft.Term
}

func encodeHistory(e *encoder, h *history) {
	e.text("history")
	e.uint(uint64(len(h.leaders)))
	for _, l := range h.leaders {
		e.term(l.term)
		e.node(l.node)
	}
	e.uint(uint64(len(h.committed)))
	for k := range h.committed {
		e.entry(&h.committed[k].Entry)
		e.term(h.committed[k].in)
	}
	e.entries(h.applied)
}

// after returns the history after one node has changed to now. No node is in an
// earlier term than least.
func (h *history) after(now *local, least raft.Term) history {
	is := *h
	is.leaders = nil
	for _, l := range h.leaders {
		if l.term >= least {
			is.leaders = append(is.leaders, l)
		}
	}
	s := &now.state
	if l := (leader{now.core.ID(), s.Term}); s.Role == raft.Leader && !slices.Contains(is.leaders, l) {
		is.leaders = append(is.leaders, l)
		slices.SortStableFunc(is.leaders, func(a, b leader) int { return int(a.term) - int(b.term) })
	}
	for k := len(h.committed); k < min(int(s.CommitIndex), len(now.log)); k++ {
		is.committed = append(is.committed[:k:k], committed{now.log[k], s.Term})
	}
	if k := len(h.applied); k < len(now.applied) {
		is.applied = append(is.applied[:k:k], now.applied[k:]...)
	}
	return is
}
