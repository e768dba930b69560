package trace

import (
	"fmt"
	"io"
)

// A Writer writes one run of a trace file: its header, the records passed to it, and the
// end mark. Close returns the first error.
type Writer struct {
	tail  *Tail
	lines []byte // not written yet
	last  uint64
}

// unwritten is how many bytes a Writer collects.
const unwritten = 1 << 16

// NewWriter begins a run.
func NewWriter(out io.Writer, h Header) *Writer {
	w := &Writer{tail: NewTail(out), lines: make([]byte, 0, unwritten+unwritten/8)}
	w.lines = append(h.AppendJSON(w.lines), '\n')
	return w
}

// Record adds a record.
func (w *Writer) Record(r *Record) {
	w.lines = append(r.AppendJSON(w.lines), '\n')
	w.last = r.Seq
	if len(w.lines) >= unwritten {
		w.write()
	}
}

func (w *Writer) write() {
	_ = w.tail.Lines(w.lines, nil) // the tail keeps the error for Close
	w.lines = w.lines[:0]
}

// Close ends the run with its mark. Its error is the first one of all writes. It does not
// close the file.
func (w *Writer) Close() error {
	end := End{Reason: Closed, Records: w.last}
	w.lines = append(end.AppendJSON(w.lines), '\n')
	w.write()
	if err := w.tail.err; err != nil {
		return fmt.Errorf("the trace is not complete: %w", err)
	}
	return nil
}
