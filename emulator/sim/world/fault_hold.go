package world

import (
	"slices"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
)

// A held message is one that a rule holds.
type held struct {
	link   fault.Link
	ref    uint32 // in World.mail
	serial uint32 // of its passing; 0 if it is not passing
}

// MaxHeld is the number of messages that a rule can hold. Further messages are lost.
const MaxHeld = 1 << 14

// holdFault makes the rule hold the message: until the rule ends or, if the rule has a
// pace, until it is the message's turn.
func holdFault(w *World, r *rule, s *sending) bool {
	m := &s.letter.message
	record := w.record(trace.HoldMessage, m.To, s.letter.cause)
	record.Message, record.Detail = *m, &r.Rule
	w.recorded(record)
	switch {
	case len(r.held) < MaxHeld:
	case r.pace > 0: // the queue is full
		w.drop(s.letter, &r.Rule)
		return false
	default: // the oldest goes on, as in a network with full buffers
		l := w.mail.take(r.held[0].ref)
		r.held = slices.Delete(r.held, 0, 1)
		w.drop(&l, &r.Rule)
	}
	link := fault.Link{From: m.From, To: m.To}
	first := r.pace > 0 && !slices.ContainsFunc(r.held, func(h held) bool { return h.link == link })
	r.held = append(r.held, held{link: link, ref: w.mail.put(*s.letter)})
	if first {
		w.startPassing(r, len(r.held)-1)
	}
	return false
}

// startPassing schedules the time at which a held message passes.
func (w *World) startPassing(r *rule, i int) {
	w.net.serial++
	h := &r.held[i]
	h.serial = w.net.serial
	w.queue.push(w.now, w.now+r.pace, passEvent, h.link.To, h.serial)
}

// passing finds a message that passes, or returns nil when its rule has ended.
func (t *network) passing(serial uint32) (*rule, int) {
	for _, r := range t.rules {
		if r.pace == 0 {
			continue
		}
		if i := slices.IndexFunc(r.held, func(h held) bool { return h.serial == serial }); i >= 0 {
			return r, i
		}
	}
	return nil, 0
}

// pass lets a held message pass, and starts the next one on its link.
func (w *World) pass(serial uint32) {
	r, i := w.net.passing(serial)
	if r == nil {
		return
	}
	h := r.held[i]
	r.held = slices.Delete(r.held, i, i+1)
	w.letGo(r, h)
	if next := slices.IndexFunc(r.held, func(n held) bool { return n.link == h.link }); next >= 0 {
		w.startPassing(r, next)
	}
}

// release lets all messages that a rule holds go on, in the order in which they were sent.
func (w *World) release(r *rule) {
	all := r.held
	r.held = nil
	for _, h := range all {
		w.letGo(r, h)
	}
}

// letGo sends a held message to its receiver.
func (w *World) letGo(r *rule, h held) {
	l := &w.mail.items[h.ref]
	record := w.record(trace.ReleaseMessage, l.message.To, l.cause)
	record.Message, record.Detail = l.message, &r.Rule
	w.recorded(record)
	w.queue.push(w.now, w.now, deliverEvent, l.message.To, h.ref)
}
