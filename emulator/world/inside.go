package world

import (
	"rrmq.example/emulator/mqapi"
	"rrmq.example/emulator/raft"
)

// Log is a node's log itself, where View copies it: for those who look after
// each event. It is to be read only, and moves on as the world does.
func (w *World) Log(id raft.NodeID) *raft.Log { return w.nodes[id].core.Log() }

// Machine is a node's state machine itself, where Queue copies it; for it the
// same holds. After a crash a node has another.
func (w *World) Machine(id raft.NodeID) *mqapi.Queue { return w.nodes[id].queue }
