package history

import (
	"time"

	"rrmq.example/emulator/emulator/world"
	"rrmq.example/emulator/mqapi"
	"rrmq.example/emulator/raft"
)

// A request is what the recorder keeps of one.
type request struct {
	client  *world.ClientRequest
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
func (q *request) agrees(r *mqapi.Reply, topics []string) bool {
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
