package systematic

import (
	"slices"

	"rrmq.example/emulator/raft"
)

// A history is what has been, as far as a property asks about it and the nodes
// may have forgotten it: the history variables of raft.tla. It is never changed
// once it is made.
type history struct {
	// leaders are who has led which term, in the order of their elections. Terms
	// that all nodes have left are forgotten: nobody is elected in them any more.
	leaders []leader
	// committed are the entries that some node has held to be committed, by index.
	committed []committed
	// applied are the entries that some node has applied, by index.
	applied []raft.Entry
}

type leader struct {
	node raft.NodeID
	term raft.Term
}

// A committed entry, and the term of the node that was the first to hold it so.
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

// after is the history when one of the nodes has become what it is now, and none
// is in an earlier term than least.
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
