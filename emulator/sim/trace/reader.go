package trace

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
)

// maxLine bounds a line of a trace file.
const maxLine = 64 << 20

// A Reader reads a trace file: call Run for each of its runs, after that Record for each
// record of the run, and then Ending.
//
// Only complete lines count: the last one may be cut off, as when the program that wrote it
// was killed. Lines may end with CRLF, and the file may begin with a byte order mark.
type Reader struct {
	in     *bufio.Reader
	most   int    // bytes of a line, to within the size of the buffer
	number int    // of the line read last
	place  int64  // where that line begins in the file
	behind int64  // and where it ends
	long   []byte // a line that does not fit into the buffer

	ending  Ending // of the run
	records uint64 // of the run so far
	over    bool   // the run has ended
	ahead   []byte // the line behind the run; nil: none
	seen    bool   // a run was read
	cut     []byte // the last line, which is not whole
}

// NewReader returns a reader of a file.
func NewReader(in io.Reader) *Reader {
	return &Reader{in: bufio.NewReaderSize(in, 1<<20), most: maxLine}
}

// Line returns the number of the last line read, from 1 on. When Record has returned
// io.EOF, that may be the header of the next run.
func (r *Reader) Line() int { return r.number }

// Offset returns the place of the last line read, in bytes from the beginning of the file.
func (r *Reader) Offset() int64 { return r.place }

// Ending says how the run ended, once Record has returned io.EOF.
func (r *Reader) Ending() Ending { return r.ending }

// Run reads the header of the next run. The error is io.EOF after the last run, ErrNotTrace
// with the line if that is no header, or that of reading.
func (r *Reader) Run() (Header, error) {
	line := r.ahead
	if r.ahead = nil; line == nil {
		var err error
		line, err = r.next()
		switch {
		case err == io.EOF && !r.seen && len(r.cut) > 0:
			return Header{}, fmt.Errorf("%w: it has no whole line; %s", ErrNotTrace, wanted(r.cut))
		case err == io.EOF && !r.seen:
			return Header{}, fmt.Errorf("%w: it is empty; want a file that -trace has written", ErrNotTrace)
		case err != nil:
			return Header{}, err
		}
	}
	if eventOf(line) != headerEvent {
		return Header{}, fmt.Errorf("%w: line %d does not begin a run; %s", ErrNotTrace, r.number, wanted(line))
	}
	h, err := decodeHeader(line)
	if err != nil {
		return Header{}, fmt.Errorf("%w: line %d: %w", ErrNotTrace, r.number, err)
	}
	r.seen, r.over, r.records, r.ending = true, false, 0, Ending{Format: h.Format}
	return h, nil
}

// wanted says what a file should be that is no trace.
func wanted(line []byte) string {
	switch {
	case bytes.HasPrefix(line, []byte{0x1f, 0x8b}):
		return "the file is compressed; try zcat FILE | emulator verify -"
	case bytes.HasPrefix(line, []byte{0xff, 0xfe}), bytes.HasPrefix(line, []byte{0xfe, 0xff}):
		return "the file is UTF-16; want UTF-8"
	}
	return "want a file that -trace has written"
}

// Record returns the line of the run's next record, without its end. It is valid until the
// next call. The error is io.EOF at the run's end, ErrNotTrace for a line that is too long
// and for a wrong end mark, or that of reading.
func (r *Reader) Record() ([]byte, error) {
	if r.over {
		return nil, io.EOF
	}
	line, err := r.next()
	if err == io.EOF {
		r.over = true
		return nil, io.EOF
	}
	if err != nil {
		return nil, err
	}
	switch event := eventOf(line); {
	case event == headerEvent:
		r.over, r.ahead = true, line
		return nil, io.EOF
	case event == endEvent && r.ending.Format > 1:
		return nil, r.end(line)
	}
	r.records++
	return line, nil
}

// end reads the end mark, and the line behind it. Its error is io.EOF if all is well.
func (r *Reader) end(line []byte) error {
	mark, err := decodeEnd(line)
	if err == nil && mark.Records != r.records {
		err = fmt.Errorf("the end mark says that the run has %d records, and %d are there", mark.Records, r.records)
	}
	if err != nil {
		return fmt.Errorf("%w: line %d: %w", ErrNotTrace, r.number, err)
	}
	r.over, r.ending.Mark = true, mark
	if r.ahead, err = r.next(); err == nil {
		return r.beginsRun(r.ahead)
	}
	r.ending.Lost = mark.Reason == Replaced
	return err
}

// beginsRun returns io.EOF, the end of the run before, if a line begins another run.
func (r *Reader) beginsRun(line []byte) error {
	if eventOf(line) == headerEvent {
		return io.EOF
	}
	return fmt.Errorf("%w: line %d comes after the end mark and begins no run", ErrNotTrace, r.number)
}

// next reads a line.
func (r *Reader) next() ([]byte, error) {
	r.long = r.long[:0]
	for {
		part, err := r.in.ReadSlice('\n')
		if err == bufio.ErrBufferFull || len(r.long) > 0 {
			r.long = append(r.long, part...)
			part = r.long
		}
		switch {
		case err == nil:
			r.number++
			r.place, r.behind = r.behind, r.behind+int64(len(part))
			return r.bare(part[:len(part)-1]), nil
		case err == bufio.ErrBufferFull && len(r.long) >= r.most+r.in.Size():
			return nil, fmt.Errorf("%w: line %d is longer than %d bytes", ErrNotTrace, r.number+1, r.most)
		case err == bufio.ErrBufferFull:
		case err == io.EOF:
			return r.last(part)
		default:
			return nil, err
		}
	}
}

// bare removes what other programs have added to a line: a carriage return at its end, and
// a byte order mark before the first one.
func (r *Reader) bare(line []byte) []byte {
	if r.number == 1 {
		line = bytes.TrimPrefix(line, []byte("\ufeff"))
	}
	return bytes.TrimSuffix(line, []byte("\r"))
}

// last handles a last line without an end. Only an end mark is known to be whole.
func (r *Reader) last(line []byte) ([]byte, error) {
	if len(line) == 0 {
		return nil, io.EOF
	}
	if r.ending.Format > 1 && !r.over {
		if _, err := decodeEnd(line); err == nil {
			r.number++
			return line, nil
		}
	}
	r.ending.Cut, r.cut = true, bytes.Clone(line[:min(len(line), 16)])
	return nil, io.EOF
}
