package world

import (
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// A Monitor sees all that a world does, while it does it. It looks at the world
// and changes nothing. One that sees several worlds, one after another, begins anew
// with each record that has the Seq 1.
type Monitor interface {
	// LogChanged: the step that a node has just taken left of its log what it held
	// up to index keep. What is there behind it now is new. It comes before the
	// records of that step, and also after the Nemesis record of a crash that took
	// something from the log.
	LogChanged(w *World, id raft.NodeID, keep raft.Index)
	// Record has been made. It is good until the world moves on.
	Record(w *World, r *trace.Record)
}
