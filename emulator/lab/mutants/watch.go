package mutants

import (
	"sync"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A watch runs the emulator's own checks on all clusters of a run, one after
// another. They show whether a bug that the suite missed did any harm.
type watch struct {
	newCheckers func() []scenario.Checker

	mu        sync.Mutex // guards the rest: the world's owner calls, and the run's end
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
		w.collect()
		w.checkers = w.newCheckers()
		w.clusters++
	}
	for _, c := range w.checkers {
		c.Record(o, r)
	}
}

// collect notes the checks that failed for the cluster that has ended.
func (w *watch) collect() {
	for _, c := range w.checkers {
		for _, check := range c.Checks() {
			if check.Status == scenario.Failed {
				w.sightings = addSighting(w.sightings, Sighting{check.Name, check.Seen, 1})
			}
		}
	}
	w.checkers = nil
}

// end collects the checks of the last cluster. It returns the number of clusters and
// all checks that failed.
func (w *watch) end() (clusters int, all []Sighting) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.collect()
	return w.clusters, w.sightings
}
