package excerpt

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/emulator/text"
)

// The bounds of an excerpt: base64 and the page itself leave it under 2 MB.
const (
	MaxRecords = 20_000
	MaxBytes   = 1 << 20
)

// An Excerpt is a part of a recorded run.
type Excerpt struct {
	Header json.RawMessage
	// Start is the state before the first record; nil: the run begins there.
	Start *State
	// OpenAt is the seq of the event that it is about.
	OpenAt uint64
	// First and Last are the seqs of the records, of Total in the run.
	First, Last, Total uint64

	zipped []byte // the records, as JSON Lines
}

// A Tape keeps a run while it is recorded. It is an io.Writer for the trace.
type Tape struct {
	kept   bytes.Buffer
	zipped *gzip.Writer
}

// NewTape returns an empty tape.
func NewTape() *Tape {
	t := &Tape{}
	t.zipped, _ = gzip.NewWriterLevel(&t.kept, gzip.BestSpeed) // the level exists
	return t
}

// Write implements [io.Writer].
func (t *Tape) Write(b []byte) (int, error) { return t.zipped.Write(b) }

// Around returns the part of the recorded run around a record; with seq 0, around the last one
// until a time. Nothing may be recorded afterwards.
func (t *Tape) Around(seq uint64, at time.Duration) (*Excerpt, error) {
	return t.around(seq, at, MaxRecords, MaxBytes)
}

// around is Around with other bounds.
func (t *Tape) around(seq uint64, at time.Duration, room uint64, size int) (*Excerpt, error) {
	if err := t.zipped.Close(); err != nil {
		return nil, err
	}
	run, err := t.survey()
	if err != nil {
		return nil, err
	}
	e := &Excerpt{Header: run.header.AppendJSON(nil), Total: uint64(len(run.times)), OpenAt: min(seq, uint64(len(run.times)))}
	if e.OpenAt == 0 {
		after, _ := slices.BinarySearch(run.times, at+1)
		e.OpenAt = uint64(max(after, 1))
	}
	for {
		if err := t.cut(e, run, room); err != nil {
			return nil, err
		}
		if len(e.zipped) <= size || room < 2 {
			return e, nil
		}
		room = min(room, e.Total)
		room = min(room*9/10, room*uint64(size)/uint64(len(e.zipped)))
	}
}

// A survey has the header and the times of a run, so that a part of it can be cut out.
type survey struct {
	header trace.Header
	times  []time.Duration // of the records
}

// read reads the tape from its beginning, and calls each with every record.
func (t *Tape) read(each func(line []byte) error) (trace.Header, error) {
	in, err := gzip.NewReader(bytes.NewReader(t.kept.Bytes()))
	if err != nil {
		return trace.Header{}, err
	}
	r := trace.NewReader(in)
	h, err := r.Run()
	for err == nil {
		var line []byte
		if line, err = r.Record(); err == nil {
			err = each(line)
		}
	}
	if err == io.EOF {
		err = nil
	}
	return h, err
}

// survey reads the times of all records.
func (t *Tape) survey() (*survey, error) {
	var s survey
	h, err := t.read(func(line []byte) error {
		var r struct {
			Time time.Duration `json:"time_ns"`
		}
		if err := json.Unmarshal(line, &r); err != nil {
			return err
		}
		s.times = append(s.times, r.Time)
		return nil
	})
	s.header = h
	if err == nil && len(s.times) == 0 {
		err = errors.New("the run has no records")
	}
	return &s, err
}

// cut takes at most room records around OpenAt, and the state before them.
func (t *Tape) cut(e *Excerpt, run *survey, room uint64) error {
	first := e.OpenAt - min(e.OpenAt, room*3/4)
	e.First, e.Start = 1, nil
	if e.Total > room && first > 1 {
		var err error
		if e.Start, err = t.stateAfter(run, first-1); err != nil {
			return err
		}
		e.First = e.Start.Seq + 1
	}
	e.Last = min(e.Total, e.First+room-1)
	var b bytes.Buffer
	zipped, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level exists
	seq := uint64(0)
	_, err := t.read(func(line []byte) error {
		if seq++; seq < e.First || seq > e.Last {
			return nil
		}
		_, err := zipped.Write(append(line, '\n'))
		return err
	})
	if err == nil {
		err = zipped.Close()
	}
	e.zipped = b.Bytes()
	return err
}

// stateAfter repeats the run up to a record, and to the end of the step that made it.
func (t *Tape) stateAfter(run *survey, seq uint64) (*State, error) {
	f, err := fixture.Parse(run.header.Name, []byte(run.header.Fixture))
	if err != nil {
		return nil, err
	}
	config := f.Config()
	config.TraceFormat = run.header.Format
	w := world.New(config, nil)
	enough := errors.New("enough")
	_, err = t.read(func(line []byte) error {
		in, err := trace.DecodeInput(line, w.Config().Machine)
		if errors.Is(err, trace.ErrNotInput) {
			return nil
		}
		if err != nil {
			return err
		}
		for w.Steps() < in.Step && w.Trace().Last() < seq && w.Step() {
		}
		if w.Trace().Last() >= seq {
			return enough
		}
		return w.Repeat(&in)
	})
	if err != nil && err != enough {
		return nil, err
	}
	for w.Trace().Last() < seq && w.Step() {
	}
	if last := w.Trace().Last(); last < seq || last > uint64(len(run.times)) {
		return nil, fmt.Errorf("%w: it has %d records, want %d", world.ErrDiverged, last, seq)
	}
	return StateOf(w, func(seq uint64) time.Duration { return run.times[seq-1] })
}

// Records returns the records, each as a line of the trace has it.
func (e *Excerpt) Records() ([]json.RawMessage, error) {
	in, err := gzip.NewReader(bytes.NewReader(e.zipped))
	if err != nil {
		return nil, err
	}
	all, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	records := make([]json.RawMessage, 0, e.Last-e.First+1)
	for line := range bytes.Lines(all) {
		records = append(records, bytes.TrimSuffix(line, []byte("\n")))
	}
	return records, nil
}

// LeftOut says in words which records of the run are missing; "": none are.
func (e *Excerpt) LeftOut() string {
	if missing := e.Total - (e.Last - e.First + 1); missing > 0 {
		return fmt.Sprintf("%s of the run's %d are not in this file: it has those from %d to %d, around the event at which it went wrong",
			text.Count(missing, "record"), e.Total, e.First, e.Last)
	}
	return ""
}
