package world

import (
	"errors"
	"fmt"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
)

// ErrDiverged means that the trace is of a world with a different Config, or that inputs
// are missing or out of order.
var ErrDiverged = errors.New("the trace does not belong to this world")

// Repeat repeats a recorded input, at the same time and the same place among the events. A
// world that gets all the inputs of a world with the same Config, in order, makes the same
// records. The answers are dropped. After an error the world must not be used.
func (w *World) Repeat(in *trace.Record) error {
	if err := w.CatchUp(in.Step, in.Time); err != nil {
		return err
	}
	if next := w.trace.Last() + 1; next != in.Seq {
		return fmt.Errorf("%w: record %d is to be repeated, but the world is at %d", ErrDiverged, in.Seq, next)
	}
	if err := w.repeat(in); err != nil {
		return err
	}
	if w.trace.Last() < in.Seq {
		return fmt.Errorf("%w: record %d changes nothing", ErrDiverged, in.Seq)
	}
	return nil
}

// repeat makes the input now.
func (w *World) repeat(in *trace.Record) error {
	switch d := in.Detail.(type) {
	case *trace.Call:
		if in.Kind != trace.Request {
			break
		}
		if err := w.checkNode(in.Node); err != nil {
			return fmt.Errorf("%w: record %d: %w", ErrDiverged, in.Seq, err)
		}
		w.Do(in.Node, d.Command, nil)
		return nil
	case *fault.Change:
		if _, err := w.Change(*d); err != nil {
			return fmt.Errorf("%w: record %d: %w", ErrDiverged, in.Seq, err)
		}
		return nil
	case nil:
		if in.Kind != trace.RPC {
			break
		}
		m := &in.Message
		if m.Type.IsResponse() || w.checkLinks([]fault.Link{{From: m.From, To: m.To}}) != nil {
			return fmt.Errorf("%w: record %d: not a request between two of the nodes", ErrDiverged, in.Seq)
		}
		w.RPC(*m, nil)
		return nil
	}
	return fmt.Errorf("record %d: %w", in.Seq, trace.ErrNotInput)
}

// CatchUp takes events until their total number is steps, and then moves the time to t.
// With Step and Time of a trace's last record, a repeated run ends where the first one did.
func (w *World) CatchUp(steps uint64, t time.Duration) error {
	for w.steps < steps {
		if e := w.next(); e == nil || e.at > t {
			return fmt.Errorf("%w: it has no event for step %d by %v", ErrDiverged, w.steps+1, t)
		}
		w.Step()
	}
	if e := w.next(); w.steps > steps || t < w.now || t > w.now && e != nil && e.at <= t {
		return fmt.Errorf("%w: it is not after step %d at %v", ErrDiverged, steps, t)
	}
	w.now = t
	return nil
}
