package world

import (
	"slices"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
)

// A kept message waits until the next one on its link has overtaken it.
type kept struct {
	link   fault.Link
	serial uint32
	ref    uint32 // in World.mail
}

// reorderFault lets the next message on the same link overtake this one.
func reorderFault(_ *World, _ *rule, s *sending) bool {
	s.keep = true
	return true
}

// keeps reports whether a message of the link is kept. A link keeps one at a time.
func (t *network) keeps(link fault.Link) bool {
	return slices.ContainsFunc(t.kept, func(k kept) bool { return k.link == link })
}

// keep keeps a message back, at most for ReorderWindow.
func (w *World) keep(link fault.Link, ref uint32) {
	w.net.serial++
	w.net.kept = append(w.net.kept, kept{link, w.net.serial, ref})
	w.queue.push(w.now, w.now+fault.ReorderWindow, reorderEvent, link.To, w.net.serial)
}

// releaseBehind sends the link's kept message right behind a message that arrives at this
// time.
func (w *World) releaseBehind(link fault.Link, at time.Duration) {
	for i, k := range w.net.kept {
		if k.link == link {
			w.net.kept = slices.Delete(w.net.kept, i, i+1)
			w.queue.push(w.now, at, deliverEvent, link.To, k.ref)
			return
		}
	}
}

// releaseKept sends a kept message that no other one overtook in time.
func (w *World) releaseKept(serial uint32) {
	for i, k := range w.net.kept {
		if k.serial == serial {
			w.net.kept = slices.Delete(w.net.kept, i, i+1)
			w.queue.push(w.now, w.now, deliverEvent, k.link.To, k.ref)
			return
		}
	}
}
