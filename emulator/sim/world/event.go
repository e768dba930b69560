package world

import (
	"time"

	"rrmq.example/emulator/raft"
)

// An eventKind is the kind of an event.
type eventKind uint8

const (
	deliverEvent eventKind = iota // ref: the message in World.mail
	timerEvent                    // ref: the timer's generation
	storedEvent                   // ref: the node's life
	requestEvent                  // ref: the request in World.requests
	rpcEvent                      // ref: the message in World.mail
	ruleEvent                     // ref: the rule's serial number
	reorderEvent                  // ref: the kept message's serial number
	passEvent                     // ref: the serial number of a message held by a rule
	startEvent                    // of a node that was paused before it began
)

// An event happens at a time. Events of the same time happen in the order in which they
// were made.
type event struct {
	at   time.Duration
	seq  uint64
	ref  uint32
	node raft.NodeID
	kind eventKind
}

func (e *event) before(f *event) bool {
	return e.at < f.at || e.at == f.at && e.seq < f.seq
}

// An eventQueue returns events in the order of (at, seq). Most events are due at the time
// at which they are made, and wait in a plain queue of their own: they come after all
// events that were made earlier for the same time.
type eventQueue struct {
	seq  uint64
	heap []event // 4-ary
	now  []event // due now, from head on
	head int
}

// push adds an event that is due now or later.
func (q *eventQueue) push(now, at time.Duration, kind eventKind, node raft.NodeID, ref uint32) {
	e := event{at: at, seq: q.ticket(), ref: ref, node: node, kind: kind}
	if at <= now {
		e.at = now
		q.now = append(q.now, e)
		return
	}
	q.insert(e)
}

// ticket returns the next place in the order of events of one time.
func (q *eventQueue) ticket() uint64 {
	q.seq++
	return q.seq
}

// insert adds an event that has its ticket and is due later than now.
func (q *eventQueue) insert(e event) {
	i := len(q.heap)
	q.heap = append(q.heap, e)
	for i > 0 {
		parent := (i - 1) / 4
		if !e.before(&q.heap[parent]) {
			break
		}
		q.heap[i] = q.heap[parent]
		i = parent
	}
	q.heap[i] = e
}

// peek returns the next event, or nil.
func (q *eventQueue) peek() *event {
	if q.head < len(q.now) {
		if len(q.heap) > 0 && q.heap[0].before(&q.now[q.head]) {
			return &q.heap[0]
		}
		return &q.now[q.head]
	}
	if len(q.heap) > 0 {
		return &q.heap[0]
	}
	return nil
}

// pop removes the event that peek returns.
func (q *eventQueue) pop() {
	if q.head < len(q.now) && (len(q.heap) == 0 || !q.heap[0].before(&q.now[q.head])) {
		q.head++
		if q.head == len(q.now) {
			q.now, q.head = q.now[:0], 0
		} else if q.head >= 1024 && 2*q.head >= len(q.now) {
			q.now = q.now[:copy(q.now, q.now[q.head:])]
			q.head = 0
		}
		return
	}
	last := len(q.heap) - 1
	e := q.heap[last]
	q.heap = q.heap[:last]
	if last == 0 {
		return
	}
	i := 0
	for {
		child := 4*i + 1
		if child >= last {
			break
		}
		least := child
		for c := child + 1; c < min(child+4, last); c++ {
			if q.heap[c].before(&q.heap[least]) {
				least = c
			}
		}
		if !q.heap[least].before(&e) {
			break
		}
		q.heap[i] = q.heap[least]
		i = least
	}
	q.heap[i] = e
}

// size returns the number of events that wait.
func (q *eventQueue) size() int { return len(q.heap) + len(q.now) - q.head }

// A slab stores values to which events refer, and uses their places again.
type slab[T any] struct {
	items []T
	free  []uint32
}

// put stores a value and returns its place.
func (s *slab[T]) put(v T) uint32 {
	if k := len(s.free); k > 0 {
		ref := s.free[k-1]
		s.free = s.free[:k-1]
		s.items[ref] = v
		return ref
	}
	s.items = append(s.items, v)
	return uint32(len(s.items) - 1)
}

// used returns the number of stored values.
func (s *slab[T]) used() int { return len(s.items) - len(s.free) }

// take removes a value and frees its place.
func (s *slab[T]) take(ref uint32) T {
	v := s.items[ref]
	var zero T
	s.items[ref] = zero
	s.free = append(s.free, ref)
	if len(s.free) == len(s.items) && len(s.items) > keptPlaces {
		s.items, s.free = nil, nil
	}
	return v
}

// keptPlaces is the number of places up to which an empty slab keeps its memory: after a
// storm of messages it gives that back.
const keptPlaces = 1 << 14
