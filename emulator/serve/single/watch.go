package single

import (
	"log/slog"

	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A watch logs the changes of a node's role.
type watch struct {
	id     raft.NodeID
	logger *slog.Logger
	role   raft.Role
	term   raft.Term
}

// LogChanged implements world.Monitor.
func (*watch) LogChanged(*world.World, raft.NodeID, raft.Index) {}

// Record implements world.Monitor.
func (w *watch) Record(_ *world.World, r *trace.Record) {
	s := &r.State
	if r.Node != w.id || s.Role == w.role && (s.Role == raft.Follower || s.Term == w.term) {
		return
	}
	w.role, w.term = s.Role, s.Term
	w.logger.Info("is now "+s.Role.String(), "node", int(w.id), "term", uint64(s.Term))
}
