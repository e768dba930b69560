package host

import (
	"time"

	"rrmq.example/emulator/emulator/sim/world"
)

// turnTime bounds how long the world's owner lets events happen before others
// get at the world. A cluster can be made to do more than the machine can, by
// faults that multiply messages or timers that run out all the time: then its
// clock falls behind the wall's, and everything else works on.
const turnTime = 10 * time.Millisecond

// tellBehind is how far a clock falls behind before that is logged.
const tellBehind = time.Second

// A budget is what is left of a turn. Asking is cheap.
type budget struct {
	end   time.Time
	asked uint
	loop  *loop
}

func (h *loop) newBudget() budget { return budget{end: time.Now().Add(turnTime), loop: h} }

// spent is to be asked before each event.
func (b *budget) spent() bool {
	b.asked++
	b.loop.past.keep(b.loop.world)
	return b.asked%64 == 0 && time.Now().After(b.end)
}

// run takes events that are due up to t while the budget lasts, and reports whether
// it reached t.
func (b *budget) run(w *world.World, t time.Duration) bool {
	for !b.spent() {
		at, ok := w.NextAt()
		if !ok || at > t {
			w.RunUntil(t)
			return true
		}
		w.Step()
	}
	return false
}

// catchUp lets everything happen that is due by now. When that is too much for a
// turn, it is not as late yet as it should be: the clock goes on from where the
// world is.
func (h *loop) catchUp(b *budget) {
	if h.clock.paused || h.ended {
		return
	}
	w := h.world
	now := h.clock.now(w)
	if to, stood := h.stall.ended(w, now); stood {
		w.RunUntil(to)
		h.setClock(h.clock.paused, h.clock.speed)
		return
	}
	if b.run(w, now) {
		return
	}
	h.behind += now - w.Now()
	if h.behind > tellBehind && !h.told {
		h.told = true
		h.logger.Warn("the cluster has more to do than this machine can; its clock falls behind",
			"behind", h.behind, "events_waiting", w.Waiting())
	}
	h.setClock(h.clock.paused, h.clock.speed)
}
