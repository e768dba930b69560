package view

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"rrmq.example/emulator/emulator/sim/trace"
)

// A Trace is a recorded file with the places of its records.
type Trace struct {
	name string
	file io.ReaderAt
	runs []run
	part part // the last one that was explained
}

// A run is one of a trace.
type run struct {
	header  trace.Header
	line    []byte  // the header's, with its end
	records uint64  // their number; the seq of the last one
	places  []int64 // in the file, of the records with seq 1, 1 + stride and so on
	ending  trace.Ending
}

// stride is how many records lie between the places that are kept.
const stride = 256

// Open reads a trace to its end. The file has what in reads, at the same places; it must stay
// open as long as the trace is used.
func Open(name string, in io.Reader, file io.ReaderAt) (*Trace, error) {
	t := &Trace{name: name, file: file}
	r := trace.NewReader(in)
	for {
		h, err := r.Run()
		if err == io.EOF {
			return t, nil
		}
		if err != nil {
			return nil, err
		}
		found := run{header: h, line: headerLine(&h)}
		if err := found.read(r); err != nil {
			return nil, err
		}
		t.runs = append(t.runs, found)
	}
}

// read finds the records of the run.
func (f *run) read(r *trace.Reader) error {
	for {
		line, err := r.Record()
		if err == io.EOF {
			f.ending = r.Ending()
			return nil
		}
		if err != nil {
			return err
		}
		if err := checkRecord(line, f.records+1); err != nil {
			return fmt.Errorf("%w: line %d: %w", trace.ErrNotTrace, r.Line(), err)
		}
		if f.records%stride == 0 {
			f.places = append(f.places, r.Offset())
		}
		f.records++
	}
}

// errNotRecord: a line is no record.
var errNotRecord = errors.New("not a record")

// checkRecord reports a line that is not the record with this seq. The page reads everything
// else in it.
func checkRecord(line []byte, seq uint64) error {
	if !json.Valid(line) {
		return fmt.Errorf("%w: it is no JSON", errNotRecord)
	}
	if beginsRecord(line, seq) {
		return nil
	}
	var r struct {
		Seq   *uint64
		Event *string
	}
	if err := json.Unmarshal(line, &r); err != nil || r.Seq == nil || r.Event == nil {
		return fmt.Errorf("%w: it has no seq or no event", errNotRecord)
	}
	if *r.Seq != seq {
		return fmt.Errorf("%w: its seq is %d, want %d", errNotRecord, *r.Seq, seq)
	}
	return nil
}

// recordStart is how a Writer begins each record.
const recordStart = `{"seq":`

// beginsRecord reports whether a line begins as a Writer begins the record with this seq.
func beginsRecord(line []byte, seq uint64) bool {
	start := append(strconv.AppendUint([]byte(recordStart), seq, 10), ',')
	return bytes.HasPrefix(line, start)
}

// headerLine writes a header with the format that it was read with.
func headerLine(h *trace.Header) []byte {
	line, err := json.Marshal(struct {
		Event   string   `json:"event"`
		Format  int      `json:"format"`
		Name    string   `json:"name"`
		Clock   string   `json:"clock"`
		Nodes   []string `json:"nodes"`
		Fixture string   `json:"fixture"`
	}{"Run", h.Format, h.Name, h.Clock, h.Nodes, h.Fixture})
	if err != nil { // it never fails for strings
		panic(err)
	}
	return append(line, '\n')
}

// Runs returns the number of runs.
func (t *Trace) Runs() int { return len(t.runs) }

// Count returns the number of records of all runs.
func (t *Trace) Count() uint64 {
	var n uint64
	for i := range t.runs {
		n += t.runs[i].records
	}
	return n
}

// Notes says in words what is remarkable about how runs end, as that a run is cut short.
func (t *Trace) Notes() []string {
	var notes []string
	for i := range t.runs {
		if note := t.runs[i].ending.Note(); note != "" {
			notes = append(notes, t.runs[i].header.Name+": "+note)
		}
	}
	return notes
}
