package main

import (
	"encoding/json"
	"io"

	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
)

// A writer writes runs.
type writer struct {
	out     io.Writer
	records uint64 // the most of a run
	bytes   int    // about the most of a run

	world   *world.World
	lines   []byte // that are not written yet
	written int    // bytes of the run
	last    uint64 // the record up to which the state was written
	err     error
}

// run does a run again, step by step, and writes its records and states.
func (w *writer) run(r run) error {
	header, err := json.Marshal(r.name)
	if err != nil {
		return err
	}
	w.lines = append(append(append(w.lines[:0], `{"run":`...), header...), `,"header":`...)
	w.lines = append(r.header.AppendJSON(w.lines), "}\n"...)
	w.written, w.last, w.err = 0, 0, nil
	w.world = world.New(r.fixture.Config(), w.record)
	w.state()
	for i := range r.inputs {
		in := &r.inputs[i]
		w.until(func() bool { return w.world.Steps() >= in.Step })
		if w.full() {
			return w.err
		}
		if err := w.world.Repeat(in); err != nil {
			return err
		}
		w.state()
	}
	w.until(func() bool {
		at, ok := w.world.NextAt()
		return !ok || at > r.time || r.steps > 0 && w.world.Steps() >= r.steps
	})
	return w.err
}

// until takes steps until the run is over, or what it may write.
func (w *writer) until(over func() bool) {
	for !over() && !w.full() && w.world.Step() {
		w.state()
	}
}

// full reports whether nothing more is written of the run.
func (w *writer) full() bool {
	return w.err != nil || w.world.Trace().Last() >= w.records || w.written >= w.bytes
}

// record adds a record.
func (w *writer) record(r *trace.Record) {
	w.lines = append(r.AppendJSON(append(w.lines, `{"record":`...)), "}\n"...)
}

// state adds the state after a step, and writes all lines.
func (w *writer) state() {
	last := w.world.Trace().Last()
	if last == w.last || w.err != nil {
		return
	}
	w.last = last
	line, err := json.Marshal(struct {
		After   uint64  `json:"after"`
		Cluster Cluster `json:"cluster"`
	}{last, clusterOf(w.world)})
	if err != nil {
		w.err = err
		return
	}
	w.lines = append(append(w.lines, line...), '\n')
	w.written += len(w.lines)
	_, w.err = w.out.Write(w.lines)
	w.lines = w.lines[:0]
}
