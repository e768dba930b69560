package history

import (
	"time"

	"rrmq.example/emulator/mqapi/queue"

	"github.com/google/uuid"

	"rrmq.example/emulator/raft"
)

// A request is what the recorder keeps of one. It keeps few pointers, for there are many
// requests, and the garbage collector follows each pointer.
type request struct {
	command *queue.Command
	answer  *queue.Reply // nil: what the entry gave
	id      uuid.UUID
	node    raft.NodeID
	call    uint64 // record numbers; 0: not yet
	ret     uint64
	applied uint64
	at      time.Duration // of the call, and of the return
	until   time.Duration
	index   raft.Index // of its entry; 0: it has none
	outcome Outcome    // means something once there is a return

	// What its entry gave when it was applied first.
	message string
	topics  int
	ok      bool
}

// open tells whether no answer has come yet.
func (q *request) open() bool { return q.ret == 0 }

// agrees tells whether the answer is what the entry gave.
func (q *request) agrees(r *queue.Reply, topics []string) bool {
	if q.applied == 0 || r.Index != q.index || r.Result.OK != q.ok || r.Result.Message != q.message ||
		len(r.Result.Topics) != q.topics {
		return false
	}
	for i, topic := range r.Result.Topics {
		if topic != topics[i] {
			return false
		}
	}
	return true
}

// A stretch is a part of a history: requests one after the other by their calls, and
// how the queue was before.
type stretch struct {
	start    mark
	vague    bool // start might have been another one
	requests []request
	trouble  string // why the order of the log does not explain the answers; "": it does
}

// find gives the request that was called with a record; nil when it is not in the
// stretch. It is mostly one of the newest.
func (s *stretch) find(call uint64) *request {
	high := len(s.requests)
	low := high
	for step := 1; low > 0 && s.requests[low-1].call >= call; step *= 2 {
		high = low
		low = max(0, low-step)
	}
	for low < high {
		if middle := int(uint(low+high) / 2); s.requests[middle].call < call {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low < len(s.requests) && s.requests[low].call == call {
		return &s.requests[low]
	}
	return nil
}

// turn begins another stretch, at once when nothing is under way, and a little later
// even so. What the stretch before the last one held is let go of.
func (r *Recorder) turn() {
	if r.waiting > 0 && len(r.now.requests) < 2*portion {
		return
	}
	var room []request
	if old := r.earlier; old != nil {
		r.keepOpen(old)
		room = old.requests[:0] // nobody else has them: a Snapshot copies
		if r.first == nil && old.trouble != "" {
			whole := *old
			whole.requests = append(whole.requests[:len(whole.requests):len(whole.requests)], r.now.requests...)
			r.first, room = &whole, nil
		}
	}
	next := &stretch{start: r.machine.mark(), vague: r.waiting > 0 || r.doubt || r.machine.pending > 0}
	if r.now.trouble == "" {
		next.requests = room
		if cap(room) < portion {
			next.requests = make([]request, 0, portion)
		}
	}
	r.earlier, r.now = r.now, next
}

// keepOpen remembers those requests of a stretch that may still be carried out.
func (r *Recorder) keepOpen(s *stretch) {
	for i := range s.requests {
		q := &s.requests[i]
		if !q.open() && (q.outcome != Unknown || q.applied != 0) {
			continue
		}
		if len(r.strays) == maxStrays && !q.open() {
			r.lost = true
			continue
		}
		r.strays = append(r.strays, *q)
	}
}

// find gives the request that was called with a record; nil when it is not held.
func (r *Recorder) find(call uint64) *request {
	if q := r.now.find(call); q != nil {
		return q
	}
	if r.earlier != nil {
		if q := r.earlier.find(call); q != nil {
			return q
		}
	}
	return (&stretch{requests: r.strays}).find(call)
}
