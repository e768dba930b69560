package world

import (
	"slices"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// A network has the links between the nodes, and the rules.
type network struct {
	nodes  int
	cuts   []bool  // by from*nodes+to; nil when nothing is cut
	rules  []*rule // all, in order; onMessages and onWrites are its parts
	kept   []kept
	random random

	onMessages, onWrites []*rule
	serial               uint32 // of rules and kept messages
}

// A sending is a message that is being sent, while the rules act on it.
type sending struct {
	letter *letter
	delays []*rule // each adds a delay, drawn for each copy
	copies []*rule // each adds copies
	keep   bool    // until the next message on the link has overtaken it
}

// send hands a message to the network: first the cuts decide, then the rules.
func (w *World) send(l *letter) {
	m := &l.message
	if w.net.isCut(m.From, m.To) {
		w.drop(l, trace.Partitioned)
		return
	}
	if len(w.net.onMessages) == 0 && len(w.net.kept) == 0 {
		w.queue.push(w.now, w.now, deliverEvent, m.To, w.mail.put(*l))
		return
	}
	s := &w.sending
	s.letter, s.delays, s.copies, s.keep = l, s.delays[:0], s.copies[:0], false
	for _, r := range w.net.onMessages {
		if r.Match.Matches(m) && w.chosen(r) && !w.actOn(s, r) {
			return
		}
	}
	link := fault.Link{From: m.From, To: m.To}
	if s.keep && !w.net.keeps(link) {
		w.keep(link, w.mail.put(*l))
	} else {
		at := w.schedule(s)
		w.releaseBehind(link, at)
	}
	for _, r := range s.copies {
		for range r.Duplicate {
			record := w.record(trace.DuplicateMessage, m.To, l.cause)
			record.Message, record.Detail = *m, &r.Rule
			w.recorded(record)
			w.schedule(s)
		}
	}
}

// actOn applies a rule to a message, one effect after the other, and reports whether the
// message goes on.
func (w *World) actOn(s *sending, r *rule) bool {
	for _, f := range r.effects {
		if !f(w, r, s) {
			return false
		}
	}
	return true
}

// MaxInFlight is the number of messages that can be in flight together. Further ones are
// lost, as in a network with full buffers; otherwise a rule that multiplies messages could
// fill the memory.
const MaxInFlight = 1 << 18

// schedule schedules the arrival of one copy of a message and returns its time.
func (w *World) schedule(s *sending) time.Duration {
	at := w.now
	if w.mail.used() >= MaxInFlight {
		w.drop(s.letter, trace.Overflow)
		return at
	}
	for _, r := range s.delays {
		at += w.net.random.between(r.DelayMin, r.DelayMax+1)
	}
	at = min(at, w.now+fault.MaxTime) // more than that no fixture can hold
	w.queue.push(w.now, at, deliverEvent, s.letter.message.To, w.mail.put(*s.letter))
	return at
}

// drop loses a message because of a Reason or a *Rule.
func (w *World) drop(l *letter, why any) {
	r := w.record(trace.DropMessage, l.message.To, l.cause)
	r.Message, r.Detail = l.message, why
	w.recorded(r)
	if l.rpc != nil {
		l.rpc.answer(raft.Message{}, machine.ErrNodeDown)
	}
}

// isCut reports whether a link is cut.
func (t *network) isCut(from, to raft.NodeID) bool {
	return t.cuts != nil && t.cuts[int(from)*t.nodes+int(to)]
}

// setCuts cuts these links and heals all others.
func (t *network) setCuts(links []fault.Link) {
	t.cuts = nil
	for _, l := range links {
		t.cut(l, true)
	}
}

func (t *network) cut(l fault.Link, cut bool) {
	if t.cuts == nil {
		if !cut {
			return
		}
		t.cuts = make([]bool, t.nodes*t.nodes)
	}
	t.cuts[int(l.From)*t.nodes+int(l.To)] = cut
}

// setLinksOf cuts or heals all links of a node, both ways.
func (t *network) setLinksOf(id raft.NodeID, cut bool) {
	for j := range raft.NodeID(t.nodes) {
		if j != id {
			t.cut(fault.Link{From: id, To: j}, cut)
			t.cut(fault.Link{From: j, To: id}, cut)
		}
	}
	if !slices.Contains(t.cuts, true) {
		t.cuts = nil
	}
}

// links lists the cut links in order.
func (t *network) links() []fault.Link {
	var links []fault.Link
	for k, cut := range t.cuts {
		if cut {
			links = append(links, fault.Link{From: raft.NodeID(k / t.nodes), To: raft.NodeID(k % t.nodes)})
		}
	}
	return links
}

// hasCuts reports whether exactly these links are cut.
func (t *network) hasCuts(links []fault.Link) bool {
	other := network{nodes: t.nodes}
	other.setCuts(links)
	return slices.Equal(t.links(), other.links())
}

// isIsolated reports whether all links of a node are cut.
func (t *network) isIsolated(id raft.NodeID) bool {
	for j := range raft.NodeID(t.nodes) {
		if j != id && !(t.isCut(id, j) && t.isCut(j, id)) {
			return false
		}
	}
	return true
}

// touches reports whether any link of a node is cut.
func (t *network) touches(id raft.NodeID) bool {
	for j := range raft.NodeID(t.nodes) {
		if t.isCut(id, j) || t.isCut(j, id) {
			return true
		}
	}
	return false
}
