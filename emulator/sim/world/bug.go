package world

import (
	"rrmq.example/emulator/emulator/sim/bugs"
	"rrmq.example/emulator/raft"
)

// plant plants a bug in the node's program; nil removes the present one.
func (n *node) plant(b *bugs.Bug) {
	n.bug = b
	n.service = serviceOf(b)
	n.core.Plant(b.Core())
}

// bugName returns the name of the node's bug, "" when it has none.
func (n *node) bugName() string {
	if n.bug == nil {
		return ""
	}
	return n.bug.Name
}

// Bug returns the name of a node's planted bug, or "".
func (w *World) Bug(id raft.NodeID) string { return w.nodes[id].bugName() }
