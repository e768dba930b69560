package queue

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"rrmq.example/emulator/raft"
)

// Errors with which a Node answers a request. They are also the reasons for
// which a handler has no success to report.
var (
	// ErrNotLeader: the node is not the leader; it serves no topics or messages.
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

// A View is what GET /force-view-state-machine shows of a node.
type View struct {
	Topics      []TopicView `json:"topics"` // in order of creation
	LastApplied raft.Index  `json:"lastApplied"`
}

// A TopicView is one topic with its pending messages, the oldest first.
type TopicView struct {
	Topic    string   `json:"topic"`
	Messages []string `json:"messages"`
}

// A Status is what GET /status says: the role as raft.Role.String writes it,
// and the term.
type Status struct {
	Role string `json:"role"`
	Term uint64 `json:"term"`
}

// A Node is what the HTTP API needs of the node that it serves. Each method
// that takes a context blocks while the node is paused and returns ErrNodeDown
// when it crashes meanwhile, or the context's error when the client has gone
// away. All methods may be called by any number of goroutines at once.
type Node interface {
	// Do has the command replicated and applied and gives the outcome. The
	// node keeps the command; nobody changes it any more.
	Do(ctx context.Context, cmd *Command) Reply
	// Status tells the node's role and term.
	Status(ctx context.Context) (Status, error)
	// View copies the node's state machine.
	View(ctx context.Context) (View, error)
	// RPC delivers a request to the node as if it came from m.From, which is
	// one of the cluster's other nodes, and gives the node's own answer.
	RPC(ctx context.Context, m raft.Message) (raft.Message, error)
	// Nodes is the number of nodes in the cluster and ID this one's.
	Nodes() int
	ID() raft.NodeID
	// URL gives the base URL of a node of the cluster, for the leader header.
	URL(id raft.NodeID) string
}
