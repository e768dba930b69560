package machine

import (
	"errors"

	"github.com/google/uuid"

	"rrmq.example/emulator/raft"
)

// Errors with which a Node answers a request. A handler answers them with the reason for
// the failure.
var (
	// ErrNotLeader: the node is not the leader and serves no commands.
	ErrNotLeader = errors.New("not the leader")
	// ErrLeadershipLost: the node lost the leadership before it was sure of the request's
	// outcome. The command may still be applied later.
	ErrLeadershipLost = errors.New("leadership lost before the answer was certain")
	// ErrBusy: too many requests wait at the node already; the request has had no effect.
	ErrBusy = errors.New("too many requests are waiting")
	// ErrNodeDown: the node crashed during the request. The client sees its connection
	// break and gets no answer.
	ErrNodeDown = errors.New("the node is down")
)

// A Reply is a node's answer to a command.
type Reply struct {
	// Result is the result of the command. It is meaningless when Err is set.
	Result Result
	// Index is the log index of the command's entry; 0 if it never had one.
	Index raft.Index
	// Leader is the leader according to the node, or raft.None.
	Leader raft.NodeID
	// RequestID names the request in the trace.
	RequestID uuid.UUID
	// Err is nil, one of the errors above, or the context's error when the client has gone.
	Err error
}
