package replay

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// ErrDiffers means that the repetition took a different course from the trace.
var ErrDiffers = errors.New("the repetition differs from the trace")

// A Run is the result for one run of a trace file.
type Run struct {
	Fixture string
	Records uint64 // compared, all equal
	Inputs  uint64
	Time    time.Duration // the world's time at the end
	States  []raft.State  // of the nodes at the end
	Up      []bool
	// Ending says whether the file has all of the run.
	Ending trace.Ending
	// Invariants are the invariants' standings at the end of the run.
	Invariants []invariant.Standing

	fixture *fixture.Fixture // the run's start
	world   *world.World
}

// Freeze describes the cluster at the run's last record as a fixture: the same one that GET
// /v1/fixture answered then.
func (r *Run) Freeze() *fixture.Fixture { return fixture.Freeze(r.fixture, r.world.Freeze()) }

// File repeats the runs of a trace file and calls each with the result of every run. Its
// error wraps trace.ErrNotTrace or ErrDiffers, with the line, or is that of reading.
func File(in io.Reader, each func(Run)) error {
	file := trace.NewReader(in)
	for {
		header, err := file.Run()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		run, err := repeat(file, &header)
		if err != nil {
			return err
		}
		each(run)
	}
}

// repeat repeats one run.
func repeat(file *trace.Reader, header *trace.Header) (Run, error) {
	f, err := fixture.Parse(header.Name, []byte(header.Fixture))
	if err != nil {
		return Run{}, fmt.Errorf("%w: line %d: its fixture: %w", trace.ErrNotTrace, file.Line(), err)
	}
	watch := invariant.New()
	again := &repetition{}
	config := f.Config()
	config.TraceFormat = header.Format
	again.world = world.New(config, again.made.record, watch)
	run := Run{Fixture: header.Name, fixture: f, world: again.world}
	for {
		line, err := file.Record()
		if err == io.EOF {
			run.finish()
			run.Ending = file.Ending()
			if run.Ending.Mark != nil && run.Ending.Whole() && !again.made.empty() {
				return Run{}, fmt.Errorf("%w: line %d: the trace ends, and the repetition goes on with\n  repeated: %s", ErrDiffers, file.Line(), again.made.take())
			}
			run.Invariants = watch.Report()
			return run, nil
		}
		if err != nil {
			return Run{}, err
		}
		input, err := again.compare(line, file.Line())
		if err != nil {
			return Run{}, err
		}
		run.Records++
		if input {
			run.Inputs++
		}
	}
}

// finish records the nodes' states at the end.
func (r *Run) finish() {
	r.Time = r.world.Now()
	for i := range r.world.Nodes() {
		s, up, _ := r.world.State(raft.NodeID(i))
		r.States, r.Up = append(r.States, s), append(r.Up, up)
	}
}

// A repetition is a world that makes the records of a trace again.
type repetition struct {
	world *world.World
	made  made
}

// compare makes the next record and compares it with the one in this line. It reports
// whether the record is an input's.
func (r *repetition) compare(line []byte, number int) (bool, error) {
	in, err := trace.DecodeInput(line, r.world.Config().Machine)
	input := err == nil
	switch {
	case input:
		if err := r.world.Repeat(&in); err != nil {
			return false, fmt.Errorf("%w: line %d: %w", ErrDiffers, number, err)
		}
	case !errors.Is(err, trace.ErrNotInput):
		return false, fmt.Errorf("%w: line %d: %w", trace.ErrNotTrace, number, err)
	default:
		for r.made.empty() && r.world.Step() {
		}
		if r.made.empty() {
			return false, fmt.Errorf("%w: line %d: the repetition ends before this record", ErrDiffers, number)
		}
	}
	if made := r.made.take(); !bytes.Equal(made, line) {
		where := ""
		if field := difference(line, made); field != "" {
			where = ", in " + field
		}
		return false, fmt.Errorf("%w: line %d%s\n  recorded: %s\n  repeated: %s", ErrDiffers, number, where, line, made)
	}
	return input, nil
}

// made has the lines of the records that the repetition made. Those up to taken have been
// compared.
type made struct {
	lines []byte
	ends  []int // of each line in lines
	taken int
}

func (m *made) record(r *trace.Record) {
	if m.empty() {
		m.lines, m.ends, m.taken = m.lines[:0], m.ends[:0], 0
	}
	m.lines = r.AppendJSON(m.lines)
	m.ends = append(m.ends, len(m.lines))
}

func (m *made) empty() bool { return m.taken == len(m.ends) }

// take returns the oldest line that has not been compared, or nil.
func (m *made) take() []byte {
	if m.empty() {
		return nil
	}
	start := 0
	if m.taken > 0 {
		start = m.ends[m.taken-1]
	}
	m.taken++
	return m.lines[start:m.ends[m.taken-1]]
}
