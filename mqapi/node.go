package mqapi

import (
	"context"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// A Status is what GET /status says: the role as raft.Role.String writes it,
// and the term.
type Status struct {
	Role string `json:"role"`
	Term uint64 `json:"term"`
}

// A Node is what the HTTP API needs of the node that it serves. Each method
// that takes a context blocks while the node is paused. It returns
// [queue.ErrNodeDown] when the node crashes meanwhile, and the context's error
// when the client has gone away. Any number of goroutines may call the methods
// at once.
type Node interface {
	// Do replicates and applies the command and gives the outcome. The node
	// keeps the command, which must not change any more.
	Do(ctx context.Context, cmd *machine.Command) machine.Reply
	// Status tells the node's role and term.
	Status(ctx context.Context) (Status, error)
	// View copies the node's state machine.
	View(ctx context.Context) (machine.View, error)
	// RPC delivers a request to the node as if it came from m.From, which is
	// one of the cluster's other nodes, and gives the node's own answer.
	RPC(ctx context.Context, m raft.Message) (raft.Message, error)
	// Nodes is the number of nodes in the cluster and ID this one's.
	Nodes() int
	ID() raft.NodeID
	// URL gives the base URL of a node of the cluster, for the leader header.
	URL(id raft.NodeID) string
}
