package history

import (
	"time"

	"github.com/google/uuid"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// A request is what the recorder keeps of one. It keeps few pointers, for there are many
// requests, and the garbage collector follows each pointer.
type request struct {
	command *machine.Command
	answer  *machine.Reply // nil: what the entry gave
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

// open reports whether no answer has come yet.
func (q *request) open() bool { return q.ret == 0 }

// agrees reports whether the answer is what the entry gave.
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
