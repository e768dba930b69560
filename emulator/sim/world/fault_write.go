package world

import (
	"time"
)

// A writing is a write of a node that begins, while the rules on writes are asked.
type writing struct {
	node  *node
	delay time.Duration // until it is done
}

// A writeEffect does to a write that begins what a rule says.
type writeEffect func(w *World, r *rule, s *writing)

// writeEffects are those of package fault that act on writes.
var writeEffects = []struct {
	name string
	act  writeEffect
}{
	{"slow_disk_ms", slowDisk},
}

// slowDisk has the write take its time.
func slowDisk(w *World, r *rule, s *writing) {
	s.delay += w.net.random.between(r.SlowDiskMin, r.SlowDiskMax+1)
}

// writeEffectNamed finds an effect; nil when there is none.
func writeEffectNamed(name string) writeEffect {
	for _, e := range writeEffects {
		if e.name == name {
			return e.act
		}
	}
	return nil
}

// sortRules tells rules on messages from rules on writes.
func (t *network) sortRules() {
	t.onMessages, t.onWrites = nil, nil
	for _, r := range t.rules {
		if len(r.writes) > 0 {
			t.onWrites = append(t.onWrites, r)
		} else {
			t.onMessages = append(t.onMessages, r)
		}
	}
}

// writesTakeTime reports whether a write that a node begins now takes time. It does
// while any rule on writes is in force, and as long as an earlier write is not done:
// writes are done in order.
func (w *World) writesTakeTime(n *node) bool {
	return w.config.StorageDelay > 0 || len(w.net.onWrites) > 0 || len(n.writes) > 0
}

// writtenAt is when a write that begins now is done: not before the one before.
func (w *World) writtenAt(n *node) time.Duration {
	s := writing{node: n, delay: w.config.StorageDelay}
	for _, r := range w.net.onWrites {
		if r.Match.MatchesWrite(n.id) && w.chosen(r) {
			for _, act := range r.writes {
				act(w, r, &s)
			}
		}
	}
	at := w.now + s.delay
	if len(n.writes) > 0 {
		at = max(at, n.lastWrittenAt)
	}
	return at
}
