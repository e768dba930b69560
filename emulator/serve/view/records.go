package view

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math"
)

// errChanged: the file has other content than when it was opened.
var errChanged = errors.New("the file has been replaced since it was opened")

// records returns a reader of a run's records after a seq, at most limit of them, each a line
// as it stands in the file.
func (t *Trace) records(f *run, since, limit uint64) (*section, error) {
	s := &section{left: min(limit, f.records-min(since, f.records))}
	if s.left == 0 {
		return s, nil
	}
	s.in = bufio.NewReaderSize(io.NewSectionReader(t.file, f.places[since/stride], math.MaxInt64-f.places[since/stride]), 1<<16)
	for range since % stride {
		if err := s.line(func([]byte) error { return nil }); err != nil {
			return nil, err
		}
	}
	begin, err := s.in.Peek(len(recordStart) + len("18446744073709551615,"))
	if err != nil && err != io.EOF {
		return nil, err
	}
	// Other programs may write a record's keys in another order, or with spaces.
	if len(begin) == 0 || bytes.HasPrefix(begin, []byte(recordStart)) && !beginsRecord(begin, since+1) {
		return nil, errChanged
	}
	return s, nil
}

// A section is some records in a row.
type section struct {
	in   *bufio.Reader
	left uint64
}

// WriteTo implements [io.WriterTo].
func (s *section) WriteTo(w io.Writer) (n int64, err error) {
	for ; s.left > 0; s.left-- {
		err := s.line(func(part []byte) error {
			written, err := w.Write(part)
			n += int64(written)
			return err
		})
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// line passes on the next line, in parts if it is long.
func (s *section) line(to func(part []byte) error) error {
	for {
		part, err := s.in.ReadSlice('\n')
		if len(part) > 0 {
			if err := to(part); err != nil {
				return err
			}
		}
		switch {
		case err == nil:
			return nil
		case err == io.EOF:
			return errChanged // it has become shorter
		case !errors.Is(err, bufio.ErrBufferFull):
			return err
		}
	}
}
