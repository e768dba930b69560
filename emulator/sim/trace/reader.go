package trace

import (
	"bufio"
	"fmt"
	"io"
)

// maxLine bounds a line of a trace file.
const maxLine = 64 << 20

// A Reader reads a trace file: call Run for each of its runs, and after that Record for
// each record of the run.
//
// Only complete lines count: the last one may be cut off, as when the program that wrote it
// was killed.
type Reader struct {
	in     *bufio.Reader
	most   int    // bytes of a line, to within the size of the buffer
	number int    // of the line read last
	long   []byte // a line that does not fit into the buffer
	ahead  []byte // the header that ended a run; nil: none
	cut    bool
}

// NewReader returns a reader of a file.
func NewReader(in io.Reader) *Reader {
	return &Reader{in: bufio.NewReaderSize(in, 1<<20), most: maxLine}
}

// Line returns the number of the last line read, from 1 on. When Record has returned
// io.EOF, that may be the header of the next run.
func (r *Reader) Line() int { return r.number }

// Cut reports whether the file's last line is incomplete. Such a line is left out.
func (r *Reader) Cut() bool { return r.cut }

// Run reads the header of the next run. The error is io.EOF after the last run, ErrNotTrace
// with the line if that is no header, or that of reading.
func (r *Reader) Run() (Header, error) {
	line := r.ahead
	if r.ahead = nil; line == nil {
		var err error
		line, err = r.next()
		switch {
		case err == io.EOF && r.number == 0:
			return Header{}, fmt.Errorf("%w: it is empty; want a file that -trace has written", ErrNotTrace)
		case err != nil:
			return Header{}, err
		case !isHeader(line):
			return Header{}, fmt.Errorf("%w: line %d does not begin a run; want a file that -trace has written", ErrNotTrace, r.number)
		}
	}
	h, err := decodeHeader(line)
	if err != nil {
		return Header{}, fmt.Errorf("%w: line %d: %w", ErrNotTrace, r.number, err)
	}
	return h, nil
}

// Record returns the line of the run's next record, without its end. It is valid until the
// next call. The error is io.EOF at the run's end, ErrNotTrace for a line that is too long,
// or that of reading.
func (r *Reader) Record() ([]byte, error) {
	if r.ahead != nil {
		return nil, io.EOF
	}
	line, err := r.next()
	if err != nil {
		return nil, err
	}
	if isHeader(line) {
		r.ahead = line
		return nil, io.EOF
	}
	return line, nil
}

// next reads a line.
func (r *Reader) next() ([]byte, error) {
	r.long = r.long[:0]
	for {
		part, err := r.in.ReadSlice('\n')
		switch {
		case err == nil && len(r.long) == 0:
			r.number++
			return part[:len(part)-1], nil
		case err == nil:
			r.number++
			r.long = append(r.long, part...)
			return r.long[:len(r.long)-1], nil
		case err == bufio.ErrBufferFull && len(r.long) < r.most:
			r.long = append(r.long, part...)
		case err == bufio.ErrBufferFull:
			return nil, fmt.Errorf("%w: line %d is longer than %d bytes", ErrNotTrace, r.number+1, r.most)
		case err == io.EOF:
			r.cut = r.cut || len(r.long)+len(part) > 0
			return nil, io.EOF
		default:
			return nil, err
		}
	}
}
