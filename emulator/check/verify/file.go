package verify

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"rrmq.example/emulator/emulator/check/oracle"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// A Run is the oracle's verdict on one run of a trace file.
type Run struct {
	Name    string        // of its fixture
	Line    int           // of its header, from 1
	Records uint64        // judged, including the illegal one
	Time    time.Duration // the cluster's, at the last of them
	Servers int
	Finding *Finding // nil: all are accepted
	At      int      // the line of the Finding
	Record  []byte   // the line itself
	Rest    int      // lines after the Finding, which are not judged
	Began   bool     // each server has had its Init record
	Ending  trace.Ending
	Err     error // why the run was not read to its end; nil: it was
}

// A Verdict is accepted, illegal or undecided.
type Verdict string

// The verdicts.
const (
	Accepted  Verdict = "accepted"  // correct servers can have done all of it
	Illegal   Verdict = "illegal"   // there is a Finding
	Undecided Verdict = "undecided" // what is there is legal, and not all is there: see Why
)

// Verdict returns the verdict on the run.
func (r *Run) Verdict() Verdict {
	switch {
	case r.Finding != nil:
		return Illegal
	case r.Why() != "":
		return Undecided
	}
	return Accepted
}

// Why says why a run without a Finding is not accepted; "" if it is.
func (r *Run) Why() string {
	switch {
	case r.Err != nil:
		return "it was not read to its end"
	case !r.Ending.Whole():
		return r.Ending.Note()
	case !r.Began:
		return "not all of its servers have started"
	}
	return ""
}

// A judgement is a Run that is still read.
type judgement struct {
	Run
	oracle   *oracle.Oracle
	decoder  *oracle.Decoder
	event    oracle.Event
	starting int // servers that have not begun
}

// interruptEvery is the number of lines between checks of the context.
const interruptEvery = 1 << 12

// File judges a trace file and calls each for every run. The error is
// trace.ErrNotTrace, with the line, the context's, or that of reading. Before it
// returns an error, it calls each for the unfinished run, which is never accepted.
func File(ctx context.Context, in io.Reader, each func(Run)) error {
	file := trace.NewReader(in)
	judge := oracle.New()
	for {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		header, err := file.Run()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		run, err := begin(judge, &header, file.Line())
		if err != nil {
			return err
		}
		err = run.judge(ctx, file)
		run.Ending, run.Err = file.Ending(), err
		each(run.Run)
		if err != nil {
			return err
		}
	}
}

// begin begins a run, as its header says.
func begin(o *oracle.Oracle, header *trace.Header, line int) (*judgement, error) {
	f, err := fixture.Parse(header.Name, []byte(header.Fixture))
	if err != nil {
		return nil, fmt.Errorf("%w: line %d: its fixture: %w", trace.ErrNotTrace, line, err)
	}
	config := f.Config()
	setup := setupOf(config)
	setup.Starts = startsOf(&config, decoded)
	setup.Command = nil // values are the decoder's
	r := &judgement{
		Run:      Run{Name: header.Name, Line: line, Servers: setup.Servers},
		starting: setup.Servers, oracle: o, decoder: oracle.NewDecoder(),
	}
	o.Begin(setup)
	return r, nil
}

// decoded returns an entry's value in the form of the oracle's decoder.
func decoded(e raft.Entry) any {
	c := commandOf(e.Command)
	if c == (oracle.Command{}) {
		return nil
	}
	return &c
}

// judge judges the records of the run.
func (r *judgement) judge(ctx context.Context, file *trace.Reader) error {
	for {
		if file.Line()%interruptEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		line, err := file.Record()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := r.take(line, file.Line()); err != nil {
			return err
		}
	}
}

// take judges a line.
func (r *judgement) take(line []byte, number int) error {
	if r.Finding != nil {
		r.Rest++
		return nil //nolint:nilerr // a finding is the result, and no error of the file
	}
	if err := r.decoder.Decode(line, &r.event); err != nil {
		return fmt.Errorf("%w: line %d: %w", trace.ErrNotTrace, number, err)
	}
	r.Records++
	r.Time = r.event.Time
	if r.event.Kind == oracle.Init {
		r.starting--
		r.Began = r.starting == 0
	}
	v := r.oracle.Take(&r.event)
	if v == nil {
		return nil
	}
	r.Finding, r.At, r.Record = &Finding{Violation: v}, number, bytes.Clone(line)
	r.Finding.Words = words(line)
	return nil
}

// words puts a record into words. The judge's decoder reads more than a record can
// hold; such a line stays as it is.
func words(line []byte) string {
	record, err := trace.Decode(line, nil)
	if err != nil {
		return string(line)
	}
	return record.String()
}
