package link

import (
	"slices"
	"time"
)

// A turn is a place in a queue. Its owner waits for the call, and says when it is done, so
// that what has waited goes on in its order.
type turn struct {
	seq  uint64
	call chan struct{} // closed when it is this turn
	done chan struct{} // closed by the owner
}

func newTurn(seq uint64) *turn {
	return &turn{seq: seq, call: make(chan struct{}), done: make(chan struct{})}
}

// insert puts a turn into a list that is ordered by seq.
func insert(list []*turn, t *turn) []*turn {
	i := len(list)
	for i > 0 && list[i-1].seq > t.seq {
		i--
	}
	return slices.Insert(list, i, t)
}

// without takes a turn out of a list.
func without(list []*turn, t *turn) []*turn {
	if i := slices.Index(list, t); i >= 0 {
		return slices.Delete(list, i, i+1)
	}
	return list
}

const (
	// patience is the longest time for which a turn keeps the next one waiting. It takes this
	// long only if the receiver hangs, or if the machine is very busy.
	patience = 100 * time.Millisecond
	// patienceInAll is the same for the turns of one release together.
	patienceInAll = 500 * time.Millisecond
)

// A caller calls one turn after the other.
type caller struct{ spent time.Duration }

// call calls a turn and waits until it is done, or for the caller's patience.
func (c *caller) call(t *turn, end <-chan struct{}) {
	close(t.call)
	if c.spent >= patienceInAll {
		return
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-t.done:
	case <-end:
	case <-timer.C:
		c.spent += patience
	}
}

// A place is where one goroutine stands in the queue of a link.
type place struct {
	turn   *turn
	seq    uint64 // of its first turn, kept when a link is cut again before it passed
	called bool
	waited bool // the link was cut when it came
}

// finish says that whatever waited has passed, or never will.
func (p *place) finish() {
	if p.turn != nil {
		close(p.turn.done)
		p.turn, p.called, p.seq = nil, false, 0
	}
}
