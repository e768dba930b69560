package world

import (
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// An Outside is the place of the other nodes, for a world in which only one node of the
// cluster lives. The world calls it from within Step, RunUntil, RPC and Do. It must not call
// the world.
type Outside interface {
	// Send sends a message to another node and returns at once. The message may get lost,
	// be late, or arrive twice. The answer comes back by World.RPC.
	Send(raft.Message)
	// Store writes a change of the node's persistent state to stable storage. It returns
	// when the change is there, because the messages that follow rest on it.
	Store(Stored)
}

// A Stored is a change of what a node has on stable storage (Figure 2, persistent state).
type Stored struct {
	Hard raft.HardState
	// Kept is the last index of the old log that stays. Entries follow it, in parts that
	// must not change.
	Kept    raft.Index
	Entries [][]raft.Entry
}

// NewAlone makes a world in which only node id of the configured cluster lives. The other
// nodes count as down here, and every message to them goes to the outside. Cuts, rules and
// messages of the Config do not apply. Otherwise NewAlone is New.
func NewAlone(c Config, id raft.NodeID, outside Outside, sink func(*trace.Record), monitors ...Monitor) *World {
	nodes := make([]NodeConfig, len(c.Nodes))
	for i := range nodes {
		nodes[i] = NodeConfig{VotedFor: raft.None, Down: true}
	}
	nodes[id] = c.Nodes[id]
	c.Nodes, c.Cuts, c.Faults, c.Messages, c.Order = nodes, nil, nil, nil, nil
	return newWorld(c, outside, sink, monitors)
}

// storeOutside passes on what a node that lives alone has to store.
func (w *World) storeOutside(n *node, hard raft.HardState, kept raft.Index, entries [][]raft.Entry) {
	if w.outside != nil {
		w.outside.Store(Stored{Hard: hard, Kept: kept, Entries: entries})
	}
	n.hard = hard
}

// entriesBehind returns a node's entries behind an index, if there is an outside to store
// them.
func (w *World) entriesBehind(n *node, kept raft.Index) [][]raft.Entry {
	if w.outside == nil {
		return nil
	}
	var parts [][]raft.Entry
	log := n.core.Log()
	for i := kept + 1; i <= log.LastIndex(); {
		part := log.Slice(i, log.LastIndex())
		parts = append(parts, part)
		i += raft.Index(len(part))
	}
	return parts
}
