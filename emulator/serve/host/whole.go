package host

import (
	"time"

	"rrmq.example/emulator/emulator/check/excerpt"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
)

// Oldest returns the oldest moment from which on the trace in memory goes to the present, for
// somebody who wants to follow the cluster from there. It leaves some room, because the trace
// goes on meanwhile. If no state is kept, it returns the present moment.
func (h *Host) Oldest() *Moment {
	m := &Moment{}
	var s *world.Saved
	h.own(func(w *world.World) {
		m.Run, m.base = h.view.run, h.fixture
		if s = h.past.oldest(w.Trace()); s == nil {
			s = w.Save()
		}
	})
	m.world = s.World(nil)
	m.Seq, m.Time = s.Last(), m.world.Now()
	return m
}

// oldest returns the oldest state that the trace will still reach for a while, or nil.
func (p *past) oldest(t *trace.Ring) *world.Saved {
	if p == nil {
		return nil
	}
	for _, s := range p.states {
		if t.First() <= 1 || s.Last() >= t.First()+keepEvery/2 {
			return s
		}
	}
	return nil
}

// Whole describes the whole cluster at the moment, as the page's model begins with it.
// Messages on their way count as sent at that moment.
func (m *Moment) Whole() (*excerpt.State, error) {
	return excerpt.StateOf(m.world, func(uint64) time.Duration { return m.Time })
}
