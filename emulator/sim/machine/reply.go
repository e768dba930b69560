package machine

import (
	"errors"

	"github.com/google/uuid"

	"rrmq.example/emulator/raft"
)

// Errors with which a Node answers a request. They are also the reasons for
// which a handler has no success to report.
var (
	// ErrNotLeader: the node is not the leader; it serves no commands.
	ErrNotLeader = errors.New("not the leader")
	// ErrLeadershipLost: the node lost the leadership before it could promise
	// the request's outcome. The command may still be applied later.
	ErrLeadershipLost = errors.New("leadership lost before the answer was certain")
	// ErrBusy: too many requests wait at the node already; nothing was done.
	ErrBusy = errors.New("too many requests are waiting")
	// ErrNodeDown: the node crashed while the request was with it. The client
	// sees its connection break and never an answer.
	ErrNodeDown = errors.New("the node is down")
)

// A Reply is a node's answer to a command.
type Reply struct {
	// Result is what applying the command gave. It means nothing when Err is set.
	Result Result
	// Index is the log index of the command's entry; 0 when it never had one.
	Index raft.Index
	// Leader is the leader that the node knows of, or raft.None.
	Leader raft.NodeID
	// RequestID names the request in the trace.
	RequestID uuid.UUID
	// Err is nil, one of the errors above, or the context's error when the
	// client has gone away.
	Err error
}
