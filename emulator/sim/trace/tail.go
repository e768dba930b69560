package trace

import (
	"bytes"
	"errors"
	"io"
	"strconv"
)

// A Cutter is a writer that can take back the last n bytes written, such as a regular file.
type Cutter interface {
	io.Writer
	Cut(n int64) error
}

// A Tail is the growing end of a trace file. It takes whole lines. When they cannot be
// written any more, it ends the file with a mark that says so, at the end of a line. On a
// full disk it makes room for the mark by taking back the last records, if its writer is a
// Cutter.
type Tail struct {
	out  io.Writer
	kept []byte // whole lines at the end of the file, to take back
	err  error
	lost uint64 // records that were not written
}

// keep is how much of the file's end a Tail can take back.
const keep = 4 << 10

// NewTail returns the end of an empty file.
func NewTail(out io.Writer) *Tail { return &Tail{out: out} }

// Lines writes whole lines. After an error nothing more is written. more counts the
// records that wait behind them, for the mark; nil: none do.
func (t *Tail) Lines(lines []byte, more func() uint64) error {
	if t.err != nil {
		return t.err
	}
	n, err := t.out.Write(lines)
	if err == nil && n < len(lines) {
		err = io.ErrShortWrite
	}
	if err == nil {
		t.remember(lines)
		return nil
	}
	t.err = err
	end := End{Reason: Failed, Error: reasonOf(err)}
	if more != nil {
		end.Missing = more()
	}
	t.lost = t.endAfter(lines, n, end)
	return err
}

// Missing is the number of records that did not reach the file, with those that more has
// counted.
func (t *Tail) Missing() uint64 { return t.lost }

// reasonOf is an error without the name of the file, which may be another one later.
func reasonOf(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}

// remember keeps the last of the lines.
func (t *Tail) remember(lines []byte) {
	t.kept = append(t.kept, lines[max(0, len(lines)-2*keep):]...)
	if over := len(t.kept) - keep; over > 0 {
		if at := bytes.IndexByte(t.kept[over-1:], '\n'); at >= 0 {
			over += at
		}
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
}

// endAfter ends the file with a mark, after n bytes of the lines were written. It returns the
// number of missing records.
func (t *Tail) endAfter(lines []byte, n int, end End) (missing uint64) {
	all := append(t.kept, lines...) //nolint:gocritic // nothing is kept after this
	size := len(t.kept) + n
	at := size
	cutter, canCut := t.out.(Cutter)
	if canCut {
		room := len(end.AppendJSON(nil)) + 2*len("18446744073709551615")
		if at = afterLine(all[:max(0, size-room)]); at == 0 {
			at = afterLine(all[:size]) // the mark may fit all the same
		}
	}
	end.Missing += CountRecords(all[at:])
	if at == 0 || all[at-1] != '\n' {
		return end.Missing
	}
	line := all[afterLine(all[:at-1]):at]
	event := eventOf(line)
	seq := seqOf(line)
	if event == "" && seq == 0 {
		return end.Missing // the line's beginning is not kept
	}
	if canCut && cutter.Cut(int64(size-at)) != nil || event == endEvent {
		return end.Missing // a mark there says that another run follows
	}
	end.Records = seq
	written, err := t.out.Write(append(end.AppendJSON(nil), '\n'))
	if err != nil && canCut {
		_ = cutter.Cut(int64(written)) // the file is incomplete in either case
	}
	return end.Missing
}

// afterLine returns the place behind the last whole line; 0 without one.
func afterLine(b []byte) int { return bytes.LastIndexByte(b, '\n') + 1 }

// recordStart begins each record.
const recordStart = `{"seq":`

// seqOf returns the number of a record's line, and 0 for any other line.
func seqOf(line []byte) uint64 {
	digits, ok := bytes.CutPrefix(line, []byte(recordStart))
	if !ok {
		return 0
	}
	end := bytes.IndexByte(digits, ',')
	if end < 0 {
		return 0
	}
	seq, err := strconv.ParseUint(string(digits[:end]), 10, 64)
	if err != nil {
		return 0
	}
	return seq
}

// CountRecords counts the records that begin in lines of a trace. No string in JSON has their beginning.
func CountRecords(b []byte) uint64 { return uint64(bytes.Count(b, []byte(recordStart))) }
