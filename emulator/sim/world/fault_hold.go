package world

import (
	"slices"

	"rrmq.example/emulator/emulator/sim/trace"
)

// holdFault keeps the message until the rule ends.
func holdFault(w *World, r *rule, s *sending) bool {
	record := w.record(trace.HoldMessage, s.letter.message.To, s.letter.cause)
	record.Message, record.Detail = s.letter.message, &r.Rule
	w.recorded(record)
	if len(r.held) == MaxHeld {
		// The oldest goes, as in a network whose buffers are full.
		l := w.mail.take(r.held[0])
		r.held = slices.Delete(r.held, 0, 1)
		w.drop(&l, &r.Rule)
	}
	r.held = append(r.held, w.mail.put(*s.letter))
	return false
}

// MaxHeld is the number of messages that a rule can hold. After that the
// oldest are lost.
const MaxHeld = 1 << 14

// release lets what a rule holds go, in the order in which it was sent.
func (w *World) release(r *rule) {
	held := r.held
	r.held = nil
	for _, ref := range held {
		l := &w.mail.items[ref]
		record := w.record(trace.ReleaseMessage, l.message.To, l.cause)
		record.Message, record.Detail = l.message, &r.Rule
		w.recorded(record)
		w.queue.push(w.now, w.now, deliverEvent, l.message.To, ref)
	}
}
