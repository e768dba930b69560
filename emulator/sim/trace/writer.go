package trace

import (
	"bufio"
	"fmt"
	"io"
)

// A Writer writes one run of a trace file: its header, and the records passed to it. Close
// returns the first error.
type Writer struct {
	out  *bufio.Writer
	line []byte
}

// NewWriter begins a run.
func NewWriter(out io.Writer, h Header) *Writer {
	w := &Writer{out: bufio.NewWriterSize(out, 1<<16)}
	w.line = h.AppendJSON(nil)
	w.write()
	return w
}

// Record adds a record.
func (w *Writer) Record(r *Record) {
	w.line = r.AppendJSON(w.line[:0])
	w.write()
}

func (w *Writer) write() {
	w.line = append(w.line, '\n')
	_, _ = w.out.Write(w.line) // Flush returns its error
}

// Close writes the rest of the run. Its error is the first one of all writes. It does not
// close the file.
func (w *Writer) Close() error {
	if err := w.out.Flush(); err != nil {
		return fmt.Errorf("the trace is not complete: %w", err)
	}
	return nil
}
