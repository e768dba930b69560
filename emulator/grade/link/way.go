package link

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
)

// The states of a way.
const (
	open      int32 = iota
	releasing       // healed; those that wait pass first, one after the other
	cut
)

// A way is a link: the direction from one node to another.
type way struct {
	from, to int
	net      *Net
	state    atomic.Int32 // written under mu
	count    counters

	mu       sync.Mutex
	queue    []*turn // those that wait, by seq
	seq      uint64  // of the newest
	releaser bool    // a goroutine releases the queue

	// Guarded by Net.fates.
	random *rand.Rand
	kept   *kept
}

// isCut reports whether the link is cut.
func (w *way) isCut() bool { return w.state.Load() == cut }

// lets reports whether bytes of the one at a place may pass now.
func (w *way) lets(p *place) bool {
	switch w.state.Load() {
	case open:
		return true
	case releasing:
		return p.called
	}
	return false
}

// setCut cuts the link. Its caller then interrupts what passes.
func (w *way) setCut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.state.Store(cut)
}

// heal lets those that wait pass, in their order.
func (w *way) heal() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.state.Load() != cut {
		return
	}
	if len(w.queue) == 0 && !w.releaser {
		w.state.Store(open)
		return
	}
	w.state.Store(releasing)
	if !w.releaser && w.net.begin() {
		w.releaser = true
		go w.release()
	}
}

// release calls those that wait until nobody does, or until the link is cut again.
func (w *way) release() {
	defer w.net.wg.Done()
	var c caller
	for {
		t := w.next()
		if t == nil {
			return
		}
		c.call(t, w.net.ctx.Done())
	}
}

// next takes the first turn out of the queue; nil ends the release.
func (w *way) next() *turn {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.state.Load() == cut || len(w.queue) == 0 {
		if w.state.Load() == releasing {
			w.state.Store(open)
		}
		w.releaser = false
		return nil
	}
	t := w.queue[0]
	w.queue = w.queue[1:]
	return t
}

// wait waits in the queue until the one at the place may try again. It reports false when
// one of the two ends was closed first.
func (w *way) wait(p *place, end, gone <-chan struct{}) bool {
	w.mu.Lock()
	if w.lets(p) {
		w.mu.Unlock()
		return true
	}
	if p.seq == 0 {
		w.seq++
		p.seq = w.seq
		if p.waited = w.isCut(); p.waited {
			w.count.held.Add(1)
		}
	}
	if p.turn != nil {
		close(p.turn.done)
	}
	t := newTurn(p.seq)
	p.turn, p.called = t, false
	w.queue = insert(w.queue, t)
	w.mu.Unlock()
	w.count.waiting.Add(1)
	defer w.count.waiting.Add(-1)
	select {
	case <-t.call:
		p.called = true
		return true
	case <-end:
	case <-gone:
	}
	w.mu.Lock()
	w.queue = without(w.queue, t)
	w.mu.Unlock()
	p.finish()
	return false
}
