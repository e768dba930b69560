package explain

import (
	"slices"

	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// A promise is what a node's messages have said that reached the network: they were stored
// before, so the node knows it after a crash.
type promise struct {
	term     raft.Term
	vote     raft.NodeID // in term; raft.None: none that is known
	by       uint64
	voteBy   uint64
	isKnown  bool
	voteTerm raft.Term
}

// A write is a state that a node had to store.
type write struct {
	seq  uint64 // its record
	step uint64
	hard raft.HardState
	last raft.Index
	term raft.Term // of the last entry
}

// A claim is a message that rests on stored state, with the record that shows that it was sent.
type claim struct{ seq, sent uint64 }

// mostWrites bounds the unfinished writes and the claims that are kept of a node.
const mostWrites = 256

// noteSent notes what a sender has promised, because a record shows its message in the network.
func (w *walk) noteSent(r *trace.Record) {
	id := r.MessageID()
	if id == r.Seq || r.Kind == trace.DropMessage && r.Detail == trace.Crashed {
		return // a crash may have kept it from being sent
	}
	m := &r.Message
	sending := w.find(id)
	if sending == nil || sending.Kind == trace.RPC || sending.Kind == trace.ResumeMessage ||
		m.From < 0 || int(m.From) >= len(w.members) || m.Type == raft.AppendEntriesRequest {
		return
	}
	n := &w.members[m.From]
	for i := len(n.claims) - 1; i >= 0; i-- {
		if n.claims[i].seq == id && n.claims[i].sent == 0 {
			n.claims[i].sent = r.Seq
		}
	}
	if id < n.lastWipe {
		return // its disk has been wiped since
	}
	p := &n.promise
	if !p.isKnown || m.Term > p.term {
		p.isKnown, p.term, p.by = true, m.Term, id
	}
	vote := raft.None
	switch {
	case m.Type == raft.RequestVoteRequest:
		vote = m.From
	case m.Type == raft.RequestVoteResponse && m.VoteGranted:
		vote = m.To
	}
	if vote != raft.None && (p.voteBy == 0 || m.Term > p.voteTerm) {
		p.vote, p.voteTerm, p.voteBy = vote, m.Term, id
	}
}

// noteWrite notes a state that the node has to store, and a message that rests on it.
func (n *node) noteWrite(r *trace.Record) {
	if n.down || r.Kind == trace.Persist {
		return
	}
	s := &n.state
	now := write{r.Seq, r.Step, raft.HardState{Term: s.Term, VotedFor: s.VotedFor}, s.LastIndex, s.LastTerm}
	k := len(n.writes) - 1
	switch {
	case k >= 0 && n.writes[k].hard == now.hard && n.writes[k].last == now.last && n.writes[k].term == now.term:
	case k >= 0 && n.writes[k].step == now.step:
		now.seq = n.writes[k].seq
		n.writes[k] = now
	default:
		n.writes = append(n.writes, now)
		if len(n.writes) > mostWrites {
			n.writes = slices.Delete(n.writes, 0, mostWrites/2)
		}
	}
	if r.Kind == trace.Reply || r.Kind == trace.Kind(raft.RequestVote) {
		n.claims = append(n.claims, claim{seq: r.Seq})
		if len(n.claims) > mostWrites {
			n.claims = slices.Delete(n.claims, 0, mostWrites/2)
		}
	}
}

// unfinished returns the place of the write that a Persist has ended, or -1.
func (n *node) unfinished(r *trace.Record) int {
	hard, _ := r.Detail.(raft.HardState)
	for i, w := range slices.Backward(n.writes) {
		if w.hard == hard && w.last == r.Index {
			return i
		}
	}
	return -1
}

// early returns the record of a message that was sent before the write was done on which it
// rests; 0 if there is none.
func (n *node) early(r *trace.Record) (message, sent uint64) {
	i := n.unfinished(r)
	if i < 1 { // the first one may have been stored long before
		return 0, 0
	}
	for _, c := range n.claims {
		if c.seq > n.writes[i].seq && c.sent != 0 {
			return c.seq, c.sent
		}
	}
	return 0, 0
}

// persisted takes over the end of a write.
func (n *node) persisted(r *trace.Record) {
	if i := n.unfinished(r); i >= 0 {
		n.writes = n.writes[i:] // the others are done as well
	}
}
