package host

import (
	"log/slog"
	"runtime"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A task is something to do with the world.
type task struct {
	// Either a client's request,
	node    raft.NodeID
	command *machine.Command
	slot    *replySlot
	// or anything else, with done called when what it led to has happened.
	do   func(*world.World)
	done func()
}

// A loop is how tasks reach the world: an inbox, and an owner that empties it.
type loop struct {
	mu    sync.Mutex // guards inbox, spare and owned
	inbox []task
	spare []task // the inbox's other memory
	owned bool

	// The rest belongs to the owner.

	world    *world.World
	view     *view // of world
	clock    clock
	watchers []*watcher
	alarm    *time.Timer
	alarmSet bool
	alarmAt  time.Duration // the world's time that it is set for
	ended    bool
	awake    []chan struct{} // by node, closed when it resumes or crashes
	stall    stall
	behind   time.Duration // how far the clock has fallen behind since the cluster began
	told     bool          // that has been logged
	stops    uint          // times that the clock was paused by request
	past     *past         // nil: nothing is kept
	logger   *slog.Logger
}

// A watcher waits for a condition.
type watcher struct {
	holds func(View) bool
	held  chan struct{} // closed when it holds
}

// ownerRounds is the number of times that one caller empties the inbox before it
// hands over: its own answer also waits.
const ownerRounds = 32

// submit puts a task into the inbox. If the world has no owner, the caller owns it
// for a while.
func (h *loop) submit(t task) {
	h.mu.Lock()
	h.inbox = append(h.inbox, t)
	if h.owned {
		h.mu.Unlock()
		return
	}
	h.owned = true
	h.mu.Unlock()
	// Requests that are about to arrive get into the same batch: many requests that
	// are replicated together cost little more than one.
	runtime.Gosched()
	h.drain()
}

// drain empties the inbox, as its owner.
func (h *loop) drain() {
	for range ownerRounds {
		h.mu.Lock()
		batch := h.inbox
		if len(batch) == 0 {
			h.owned = false
			h.mu.Unlock()
			return
		}
		h.inbox = h.spare[:0]
		h.spare = nil
		h.mu.Unlock()
		h.turn(batch)
		clear(batch)
		h.mu.Lock()
		h.spare = batch[:0]
		h.mu.Unlock()
	}
	go h.drain()
}

// turn does a batch of tasks, all at one time, and what they lead to at that time.
func (h *loop) turn(batch []task) {
	b := h.newBudget()
	h.catchUp(&b)
	w := h.world
	for i := range batch {
		switch t := &batch[i]; {
		case t.do != nil:
			t.do(w)
			w = h.world // it may be another one now
		case h.ended, int(t.node) >= w.Nodes():
			t.slot.world = nil
			t.slot.put(machine.Reply{Leader: raft.None, Err: machine.ErrNodeDown})
		default:
			t.slot.world = w
			t.slot.request = w.Do(t.node, t.command, t.slot.put)
		}
	}
	if !h.clock.paused && !h.ended {
		b.run(w, w.Now())
	}
	h.past.keep(h.world)
	h.lookOut()
	h.setAlarm()
	for i := range batch {
		if batch[i].done != nil {
			batch[i].done()
		}
	}
}

// lookOut tells the watchers whose condition holds.
func (h *loop) lookOut() {
	if len(h.watchers) == 0 {
		return
	}
	left := h.watchers[:0]
	for _, c := range h.watchers {
		if h.ended || c.holds(h.view) {
			close(c.held)
		} else {
			left = append(left, c)
		}
	}
	clear(h.watchers[len(left):])
	h.watchers = left
}

// setAlarm has the next event not missed. An alarm that comes too early does
// no harm, so it is only set when it would come too late.
func (h *loop) setAlarm() {
	at, ok := h.world.NextAt()
	if !ok || h.ended || h.alarmSet && h.alarmAt <= at {
		return
	}
	wait, ok := h.clock.until(h.world, at)
	if !ok {
		return
	}
	h.alarmSet, h.alarmAt = true, at
	if h.alarm == nil {
		h.alarm = time.AfterFunc(wait, h.ring)
	} else {
		h.alarm.Reset(wait)
	}
}

// ring: something is due.
func (h *loop) ring() {
	h.submit(task{do: func(*world.World) { h.alarmSet = false }})
}

// setClock makes the clock go on in another way; what the alarm was set for may
// come sooner then.
func (h *loop) setClock(paused bool, speed float64) {
	h.clock.set(h.world, paused, speed)
	h.alarmSet = false
}

// own runs f as the world's owner and returns when what it led to has happened.
// f must not call the host.
func (h *loop) own(f func(*world.World)) {
	done := make(chan struct{})
	h.submit(task{do: f, done: func() { close(done) }})
	<-done
}
