package link

import (
	"testing"
	"testing/synctest"

	"gotest.tools/v3/assert"
)

// A waiter waits at a link, says when it is called, and passes when it may.
type waiter struct {
	place  place
	called chan bool // what wait returned
}

func newWaiter(w *way) *waiter {
	q := &waiter{called: make(chan bool, 1)}
	q.again(w)
	return q
}

// again waits once more. It returns when the waiter stands in the queue.
func (q *waiter) again(w *way) {
	go func() { q.called <- w.wait(&q.place, nil, nil) }()
	synctest.Wait()
}

func (q *waiter) isCalled() bool {
	synctest.Wait()
	select {
	case <-q.called:
		return true
	default:
		return false
	}
}

// inBubble runs a test with a link that is cut.
func inBubble(t *testing.T, test func(t *testing.T, w *way)) {
	synctest.Test(t, func(t *testing.T) {
		n := New(Options{Nodes: 2})
		w := n.way(0, 1)
		w.setCut()
		test(t, w)
		assert.NilError(t, n.Close())
	})
}

func TestNobodyOvertakesThoseWhoWaitedForAHeal(t *testing.T) {
	inBubble(t, func(t *testing.T, w *way) {
		first, second := newWaiter(w), newWaiter(w)
		w.heal()
		assert.Assert(t, first.isCalled() && !second.isCalled())
		assert.Assert(t, w.lets(&first.place))
		assert.Assert(t, !w.lets(&place{}), "one that has just come")
		late := newWaiter(w)
		first.place.finish()
		assert.Assert(t, second.isCalled() && !late.isCalled())
		second.place.finish()
		assert.Assert(t, late.isCalled())
		late.place.finish()
		synctest.Wait()
		assert.Assert(t, w.lets(&place{}), "the link is whole again")
	})
}

func TestASecondCutKeepsThePlacesOfThoseWhoWait(t *testing.T) {
	inBubble(t, func(t *testing.T, w *way) {
		first, second := newWaiter(w), newWaiter(w)
		w.heal()
		assert.Assert(t, first.isCalled())
		w.setCut() // before the first one has passed
		assert.Assert(t, !w.lets(&first.place))
		first.again(w)
		assert.Assert(t, !first.isCalled() && !second.isCalled())
		w.heal()
		assert.Assert(t, first.isCalled() && !second.isCalled())
		first.place.finish()
		assert.Assert(t, second.isCalled())
		second.place.finish()
	})
}

func TestOneWhoDoesNotPassHoldsUpTheOthersForATimeOnly(t *testing.T) {
	inBubble(t, func(t *testing.T, w *way) {
		var all []*waiter
		for range 20 {
			all = append(all, newWaiter(w))
		}
		start := w.net.o.Clock()
		w.heal()
		for _, q := range all {
			assert.Assert(t, <-q.called)
		}
		assert.Equal(t, w.net.o.Clock()-start, patienceInAll)
		for _, q := range all {
			q.place.finish()
		}
	})
}

func TestOneWhoHasPassedStandsBehindThoseWhoWait(t *testing.T) {
	inBubble(t, func(t *testing.T, w *way) {
		first, second := newWaiter(w), newWaiter(w)
		w.heal()
		assert.Assert(t, first.isCalled())
		first.place.finish()
		assert.Assert(t, second.isCalled())
		assert.Assert(t, !w.lets(&first.place), "the second one passes now")
		w.setCut()
		second.again(w)
		first.again(w)
		w.heal()
		assert.Assert(t, second.isCalled() && !first.isCalled())
		second.place.finish()
		assert.Assert(t, first.isCalled())
		first.place.finish()
	})
}

func TestOneWhoIsGoneLeavesTheQueue(t *testing.T) {
	inBubble(t, func(t *testing.T, w *way) {
		var p place
		gone, waited := make(chan struct{}), make(chan bool)
		go func() { waited <- w.wait(&p, nil, gone) }()
		synctest.Wait()
		assert.Equal(t, len(w.queue), 1)
		close(gone)
		assert.Assert(t, !<-waited)
		assert.Equal(t, len(w.queue), 0)
		assert.Equal(t, w.count.waiting.Load(), int64(0))
		w.heal()
		assert.Assert(t, w.lets(&place{}))
	})
}
