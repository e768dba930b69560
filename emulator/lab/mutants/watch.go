package mutants

import (
	"sync"

	"rrmq.example/emulator/emulator/sim/trace"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A watch has the emulator's own checks look at all clusters of a run, one after
// another. So it is known whether a bug that the suite did not notice has done
// any harm.
type watch struct {
	newCheckers func() []scenario.Checker

	mu        sync.Mutex // guards the rest: who moves the world calls, and who ends the run
	checkers  []scenario.Checker
	clusters  int
	sightings []Sighting
}

// LogChanged implements world.Monitor.
func (w *watch) LogChanged(o *world.World, id raft.NodeID, keep raft.Index) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.checkers {
		c.LogChanged(o, id, keep)
	}
}

// Record implements world.Monitor.
func (w *watch) Record(o *world.World, r *trace.Record) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if r.Seq == 1 {
		w.judge()
		w.checkers = w.newCheckers()
		w.clusters++
	}
	for _, c := range w.checkers {
		c.Record(o, r)
	}
}

// judge asks what was wrong with the cluster that has ended.
func (w *watch) judge() {
	for _, c := range w.checkers {
		for _, check := range c.Checks() {
			if check.Status == scenario.Failed {
				w.sightings = addSighting(w.sightings, Sighting{check.Name, check.Seen, 1})
			}
		}
	}
	w.checkers = nil
}

// end judges the last cluster, and tells how many there were and what was seen.
func (w *watch) end() (clusters int, all []Sighting) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.judge()
	return w.clusters, w.sightings
}
