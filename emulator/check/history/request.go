package history

import (
	"time"

	"github.com/google/uuid"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// A request is what the recorder remembers of a client's request. It has few pointers,
// because there are many requests and the garbage collector follows each pointer.
type request struct {
	command *machine.Command
	answer  *machine.Reply // nil if the answer is the entry's result
	id      uuid.UUID
	node    raft.NodeID
	call    uint64 // record numbers; 0: not yet
	ret     uint64
	applied uint64
	at      time.Duration // of the call, and of the return
	until   time.Duration
	index   raft.Index // of its entry; 0 without one
	outcome Outcome    // meaningful once the request has returned
	gone    bool       // the client had hung up before the request returned

	// The result of its entry when the first node applied it.
	message string
	topics  int
	ok      bool
}

// open reports whether the answer is still missing.
func (q *request) open() bool { return q.ret == 0 }

// agrees reports whether the answer is the entry's result.
func (q *request) agrees(r *machine.Reply, topics []string) bool {
	if q.applied == 0 || r.Index != q.index || r.Result.OK != q.ok || r.Result.Text != q.message ||
		len(r.Result.List) != q.topics {
		return false
	}
	for i, topic := range r.Result.List {
		if topic != topics[i] {
			return false
		}
	}
	return true
}
