package world

import (
	"errors"
	"fmt"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
)

// ErrDiverged: the trace is not one of a world of this Config, or inputs are
// missing from it, or their order is another.
var ErrDiverged = errors.New("the trace does not go with this world")

// Repeat gives an input that a trace has recorded to the world again, at the
// same time and the same place among the events. When a world is given all the
// inputs that another of the same Config had, in order, it makes the same
// records. Nobody gets the answers. After an error the world is of no more use.
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

// repeat gives the input to the world, now.
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

// CatchUp takes events until the world has taken as many as this, and then it
// is t. With Step and Time of a trace's last record, a repeated run ends where
// the first one did.
func (w *World) CatchUp(steps uint64, t time.Duration) error {
	for w.steps < steps {
		if e := w.next(); e == nil || e.at > t {
			return fmt.Errorf("%w: it has nothing to do as step %d by %v", ErrDiverged, w.steps+1, t)
		}
		w.Step()
	}
	if e := w.next(); w.steps > steps || t < w.now || t > w.now && e != nil && e.at <= t {
		return fmt.Errorf("%w: step %d is not where it is at %v", ErrDiverged, steps, t)
	}
	w.now = t
	return nil
}
