package world

import (
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
)

// A writing is a write that a node begins, while the rules on writes act on it.
type writing struct {
	node  *node
	delay time.Duration // until its end
}

// A writeEffect applies a rule to a write that begins.
type writeEffect func(w *World, r *rule, s *writing)

// writeEffects holds the effects of package fault on writes.
var writeEffects = []struct {
	name string
	act  writeEffect
}{
	{"slow_disk_ms", slowDisk},
}

// slowDisk makes the write take longer.
func slowDisk(w *World, r *rule, s *writing) {
	s.delay += w.net.random.between(r.SlowDiskMin, r.SlowDiskMax+1)
}

// writeEffectNamed returns an effect, or nil.
func writeEffectNamed(name string) writeEffect {
	for _, e := range writeEffects {
		if e.name == name {
			return e.act
		}
	}
	return nil
}

// writesTakeTime reports whether a write that a node begins now takes time. It does while
// any rule on writes is in force or an earlier write is unfinished, because writes end in
// order.
func (w *World) writesTakeTime(n *node) bool {
	return w.config.StorageDelay > 0 || len(w.net.onWrites) > 0 || len(n.writes) > 0
}

// writtenAt returns the end of a write that begins now: not before the end of the previous
// one.
func (w *World) writtenAt(n *node) time.Duration {
	s := writing{node: n, delay: w.config.StorageDelay}
	for _, r := range w.net.onWrites {
		if r.Match.MatchesWrite(n.id) && w.chosen(r) {
			for _, act := range r.writes {
				act(w, r, &s)
			}
		}
	}
	at := w.now + min(s.delay, fault.MaxTime) // more than that no fixture can hold
	if len(n.writes) > 0 {
		at = max(at, n.lastWrittenAt)
	}
	return at
}
