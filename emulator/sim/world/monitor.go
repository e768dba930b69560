package world

import (
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// A Monitor sees each change of a world when it happens. It reads the world and changes
// nothing. A monitor of several worlds, one after another, starts over at each record with
// Seq 1.
type Monitor interface {
	// LogChanged reports that a node's last step, or a crash, kept its log up to index
	// keep; all entries behind that are new. The call comes before the records of the step,
	// and after the Nemesis record of the crash.
	LogChanged(w *World, id raft.NodeID, keep raft.Index)
	// Record gets each new record. The record is valid until the world moves on.
	Record(w *World, r *trace.Record)
}

// A ClientMonitor also learns which clients have gone.
type ClientMonitor interface {
	Monitor
	// HungUp reports that the client of the request with this Request record has gone.
	HungUp(request uint64)
}
