package emulator

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"rrmq.example/emulator/emulator/sim/trace"

	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// Errors of Replay.
var (
	// ErrNotTrace: the file is not one that -trace has written.
	ErrNotTrace = errors.New("not a trace")
	// ErrDiffers: the repetition went another way than the trace says.
	ErrDiffers = errors.New("the repetition differs from the trace")
)

// A Run is what Replay found out about one run of a trace file.
type Run struct {
	Fixture string
	Records uint64 // compared, all equal
	Inputs  uint64
	Time    time.Duration // the world's time at the end
	States  []raft.State  // of the nodes at the end
	Up      []bool
	// Cut tells that the file's last line is not whole: its program was killed.
	Cut bool
	// Invariants tell how what Raft promises stood at the end.
	Invariants []invariant.Standing

	fixture *fixture.Fixture // that it began as
	world   *world.World
}

// Freeze describes the cluster as it was at the run's last record as a fixture:
// the one that GET /v1/fixture answered then.
func (r *Run) Freeze() *fixture.Fixture { return fixture.Freeze(r.fixture, r.world.Freeze()) }

// maxLine bounds a line of a trace file.
const maxLine = 64 << 20

// Replay does again, in virtual time, what the runs of a trace file have
// recorded, and compares every record with the one in the file. It calls each
// with what it found out, run by run. The error is ErrNotTrace or ErrDiffers,
// with the line, or that of reading.
func Replay(trace io.Reader, each func(Run)) error {
	r := &replay{in: bufio.NewReaderSize(trace, 1<<20)}
	for {
		line, err := r.line()
		if err == io.EOF && r.lines > 0 {
			return nil
		}
		if err == io.EOF {
			return fmt.Errorf("%w: it is empty", ErrNotTrace)
		}
		if err != nil {
			return err
		}
		run, err := r.run(line)
		if err != nil {
			return err
		}
		each(run)
	}
}

type replay struct {
	in    *bufio.Reader
	lines int
	again []byte // a line to be read again
	cut   bool
}

// line reads a line, without its end. The last one counts only if it is whole.
func (r *replay) line() ([]byte, error) {
	if line := r.again; line != nil {
		r.again = nil
		return line, nil
	}
	var line []byte
	for {
		part, err := r.in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case err == nil:
			r.lines++
			return line[:len(line)-1], nil
		case err == bufio.ErrBufferFull && len(line) < maxLine:
		case err == bufio.ErrBufferFull:
			return nil, fmt.Errorf("%w: line %d is longer than %d bytes", ErrNotTrace, r.lines+1, maxLine)
		case err == io.EOF:
			r.cut = len(line) > 0
			return nil, io.EOF
		default:
			return nil, err
		}
	}
}

// run repeats one run, from its header on.
func (r *replay) run(first []byte) (Run, error) {
	var header host.Header
	if err := json.Unmarshal(first, &header); err != nil || header.Event != host.HeaderEvent {
		return Run{}, fmt.Errorf("%w: line %d does not begin a run; want a file that -trace has written", ErrNotTrace, r.lines)
	}
	if header.Format != host.TraceFormat {
		return Run{}, fmt.Errorf("%w: line %d: format %d, this program reads %d", ErrNotTrace, r.lines, header.Format, host.TraceFormat)
	}
	f, err := fixture.Parse(header.Name, []byte(header.Fixture))
	if err != nil {
		return Run{}, fmt.Errorf("%w: line %d: its fixture: %w", ErrNotTrace, r.lines, err)
	}
	var made made
	watch := invariant.New()
	w := world.New(f.Config(), made.record, watch)
	run := Run{Fixture: header.Name, fixture: f, world: w}
	for {
		line, err := r.line()
		if err == nil && bytes.HasPrefix(line, []byte(`{"event":"`+host.HeaderEvent+`"`)) {
			r.again = line
			err = io.EOF
		}
		if err == io.EOF {
			run.finish(w, r.cut)
			run.Invariants = watch.Report()
			return run, nil
		}
		if err != nil {
			return Run{}, err
		}
		input, err := r.make(w, &made, line)
		if err != nil {
			return Run{}, err
		}
		if !made.take(line) {
			return Run{}, fmt.Errorf("%w: line %d\n  recorded: %s\n  repeated: %s", ErrDiffers, r.lines, line, made.last)
		}
		run.Records++
		if input {
			run.Inputs++
		}
	}
}

// make has the world make the record that the line is to be compared with, and
// tells whether that is an input's.
func (r *replay) make(w *world.World, made *made, line []byte) (bool, error) {
	in, err := trace.DecodeInput(line)
	switch {
	case err == nil:
		if err := w.Repeat(in); err != nil {
			return false, fmt.Errorf("%w: line %d: %w", ErrDiffers, r.lines, err)
		}
		return true, nil
	case !errors.Is(err, trace.ErrNotInput):
		return false, fmt.Errorf("%w: line %d: %w", ErrNotTrace, r.lines, err)
	}
	for made.empty() && w.Step() {
	}
	if made.empty() {
		return false, fmt.Errorf("%w: line %d: nothing more happens in the repetition", ErrDiffers, r.lines)
	}
	return false, nil
}

func (run *Run) finish(w *world.World, cut bool) {
	run.Time, run.Cut = w.Now(), cut
	for i := range w.Nodes() {
		s, up, _ := w.State(raft.NodeID(i))
		run.States, run.Up = append(run.States, s), append(run.Up, up)
	}
}

// made are the records that the repetition has made, and how many of them have
// been compared.
type made struct {
	lines []byte
	ends  []int // of each line in lines
	taken int
	last  []byte // taken last; nil: there was none
}

func (m *made) record(r *trace.Record) {
	if m.empty() {
		m.lines, m.ends, m.taken = m.lines[:0], m.ends[:0], 0
	}
	m.lines = r.AppendJSON(m.lines)
	m.ends = append(m.ends, len(m.lines))
}

func (m *made) empty() bool { return m.taken == len(m.ends) }

// take takes the oldest line and tells whether it is this one.
func (m *made) take(line []byte) bool {
	if m.empty() {
		m.last = nil
		return false
	}
	start := 0
	if m.taken > 0 {
		start = m.ends[m.taken-1]
	}
	m.last = m.lines[start:m.ends[m.taken]]
	m.taken++
	return bytes.Equal(m.last, line)
}
