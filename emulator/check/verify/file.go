package verify

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"rrmq.example/emulator/emulator/check/oracle"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/event"
)

// ErrNotTrace: the file is not one that -trace has written.
var ErrNotTrace = errors.New("not a trace")

// A Run is what the oracle found out about one run of a trace file.
type Run struct {
	Name    string        // of its fixture
	Line    int           // of its header, from 1
	Records uint64        // judged, the one that is illegal included
	Time    time.Duration // the cluster's, at the last of them
	Servers int
	Finding *Finding // nil: all are accepted
	At      int      // the line of the Finding
	Record  []byte   // the line itself
	Rest    int      // lines after the Finding, which are not judged
	Cut     bool     // the file's last line is not whole, and was left out
	Began   bool     // each server has had its Init record
}

// A Verdict says what is known of a run.
type Verdict string

// The verdicts.
const (
	Accepted  Verdict = "accepted"  // correct servers can have done all of it
	Illegal   Verdict = "illegal"   // there is a Finding
	Undecided Verdict = "undecided" // the run ends before all servers have begun
)

// Verdict returns the verdict on the run.
func (r *Run) Verdict() Verdict {
	switch {
	case r.Finding != nil:
		return Illegal
	case !r.Began:
		return Undecided
	}
	return Accepted
}

// A judgement is a Run that is still read.
type judgement struct {
	Run
	oracle   *oracle.Oracle
	decoder  *oracle.Decoder
	event    oracle.Event
	starting int // servers that have not begun
}

// interruptEvery is the number of lines after which the context is asked.
const interruptEvery = 1 << 12

// File judges a trace file. It calls each with what it found out, run by run. The
// error is ErrNotTrace, with the line, the context's or that of reading; each has
// been called then with what is known of the last run.
func File(ctx context.Context, in io.Reader, each func(Run)) error {
	lines := &lines{in: bufio.NewReaderSize(in, 1<<20)}
	judge := oracle.New()
	var run *judgement
	end := func() {
		if run != nil {
			run.Cut = lines.cut
			each(run.Run)
		}
		run = nil
	}
	for {
		if lines.number%interruptEvery == 0 && ctx.Err() != nil {
			end()
			return ctx.Err()
		}
		line, err := lines.next()
		switch {
		case err == io.EOF && lines.number == 0:
			return fmt.Errorf("%w: it is empty; want a file that -trace has written", ErrNotTrace)
		case err == io.EOF:
			end()
			return nil
		case err != nil:
			end()
			return err
		case oracle.IsHeader(line):
			end()
			if run, err = begin(judge, line, lines.number); err != nil {
				return err
			}
			continue
		case run == nil:
			return fmt.Errorf("%w: line %d does not begin a run; want a file that -trace has written", ErrNotTrace, lines.number)
		}
		if err := run.take(line, lines.number); err != nil {
			end()
			return err
		}
	}
}

// begin begins a run, as its header says.
func begin(o *oracle.Oracle, line []byte, number int) (*judgement, error) {
	var header host.Header
	if err := json.Unmarshal(line, &header); err != nil {
		return nil, fmt.Errorf("%w: line %d: %w", ErrNotTrace, number, err)
	}
	if header.Format != host.TraceFormat {
		return nil, fmt.Errorf("%w: line %d: format %d, this program reads %d", ErrNotTrace, number, header.Format, host.TraceFormat)
	}
	f, err := fixture.Parse(header.Name, []byte(header.Fixture))
	if err != nil {
		return nil, fmt.Errorf("%w: line %d: its fixture: %w", ErrNotTrace, number, err)
	}
	setup := SetupOf(f.Config())
	setup.Command = nil // values are the decoder's
	r := &judgement{
		Run:      Run{Name: header.Name, Line: number, Servers: setup.Servers},
		starting: setup.Servers, oracle: o, decoder: oracle.NewDecoder(),
	}
	o.Begin(setup)
	return r, nil
}

// take judges a line.
func (r *judgement) take(line []byte, number int) error {
	if r.Finding != nil {
		r.Rest++
		return nil
	}
	if err := r.decoder.Decode(line, &r.event); err != nil {
		return fmt.Errorf("%w: line %d: %w", ErrNotTrace, number, err)
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
	if e, err := event.Parse(line); err == nil {
		r.Finding.Words = e.String()
	}
	return nil
}

// maxLine bounds a line of a trace file.
const maxLine = 64 << 20

// lines reads a file line by line. The last one counts only if it is whole.
type lines struct {
	in     *bufio.Reader
	number int // of the line read last
	long   []byte
	cut    bool
}

// next gives a line without its end. It is good until the next one.
func (l *lines) next() ([]byte, error) {
	l.long = l.long[:0]
	for {
		part, err := l.in.ReadSlice('\n')
		switch {
		case err == nil && len(l.long) == 0:
			l.number++
			return part[:len(part)-1], nil
		case err == nil:
			l.number++
			l.long = append(l.long, part...)
			return l.long[:len(l.long)-1], nil
		case err == bufio.ErrBufferFull && len(l.long) < maxLine:
			l.long = append(l.long, part...)
		case err == bufio.ErrBufferFull:
			return nil, fmt.Errorf("%w: line %d is longer than %d bytes", ErrNotTrace, l.number+1, maxLine)
		case err == io.EOF:
			l.cut = len(l.long)+len(part) > 0
			return nil, io.EOF
		default:
			return nil, err
		}
	}
}
