package trace

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/raft"
)

// written returns a file of runs with these names, each with two records.
func written(t *testing.T, names ...string) string {
	t.Helper()
	var file bytes.Buffer
	for _, name := range names {
		w := NewWriter(&file, Header{Name: name, Clock: "virtual", Nodes: []string{}, Fixture: "format = 1\n"})
		w.Record(&Record{Seq: 1, Kind: Init})
		w.Record(&Record{Seq: 2, Kind: Apply, Node: raft.None})
		assert.NilError(t, w.Close())
	}
	return file.String()
}

// read returns the names of the runs in a file and the number of their lines.
func read(r *Reader) (names []string, lines int, err error) {
	for {
		h, err := r.Run()
		if err == io.EOF {
			return names, lines, nil
		}
		if err != nil {
			return names, lines, err
		}
		names = append(names, h.Name)
		for {
			_, err := r.Record()
			if err == io.EOF {
				break
			}
			if err != nil {
				return names, lines, err
			}
			lines++
		}
	}
}

func TestReaderReadsWhatWriterWrote(t *testing.T) {
	r := NewReader(strings.NewReader(written(t, "a", "b")))
	names, lines, err := read(r)
	assert.NilError(t, err)
	assert.DeepEqual(t, names, []string{"a", "b"})
	assert.Equal(t, lines, 4)
	assert.Equal(t, r.Line(), 8)
	assert.DeepEqual(t, r.Ending(), Ending{Format: 3, Mark: &End{Reason: Closed, Records: 2}})
}

func TestHeaderJSON(t *testing.T) {
	h := Header{Name: "<x>", Clock: "real", Nodes: []string{"http://a"}, Fixture: "format = 1\n"}
	line := h.AppendJSON(nil)
	assert.Equal(t, string(line),
		`{"event":"Run","format":3,"name":"\u003cx\u003e","clock":"real","nodes":["http://a"],"fixture":"format = 1\n"}`)
	back, err := decodeHeader(line)
	assert.NilError(t, err)
	h.Format = Format
	assert.DeepEqual(t, back, h)
}

// A Reader finds headers that another program has written, with reordered keys and spaces.
func TestReaderFindsHeadersInOtherSpelling(t *testing.T) {
	names, lines, err := read(NewReader(strings.NewReader(
		` {"format": 1, "name": "a", "event": "Run"}` + "\n" + `{ "seq": 1 }` + "\n" + `{"name": "b", "format": 1, "event": "Run"}` + "\n")))
	assert.NilError(t, err)
	assert.DeepEqual(t, names, []string{"a", "b"})
	assert.Equal(t, lines, 1)
}

// without returns a file without its last lines.
func without(file string, lines int) string {
	all := strings.SplitAfter(file, "\n")
	return strings.Join(all[:len(all)-1-lines], "")
}

// formatOne returns a file as it was before there were end marks.
func formatOne(file string) string {
	var b strings.Builder
	for line := range strings.Lines(file) {
		if !strings.Contains(line, `"event":"End"`) {
			b.WriteString(strings.Replace(line, `{"event":"Run","format":3`, `{"event":"Run","format":1`, 1))
		}
	}
	return b.String()
}

func TestReaderSaysHowARunEnds(t *testing.T) {
	whole := written(t, "a")
	closed := &End{Reason: Closed, Records: 2}
	replaced := strings.Replace(whole, "closed", "replaced", 1)
	failed := strings.Replace(whole, `"closed","records":2`, `"failed","error":"disk full","records":2,"missing":1`, 1)
	for _, c := range []struct {
		name, file string
		lines      int
		want       Ending
		whole      bool
		note       string
	}{
		{"Closed", whole, 2, Ending{Format: 3, Mark: closed}, true, ""},
		{"WithoutItsLastLineEnd", whole[:len(whole)-1], 2, Ending{Format: 3, Mark: closed}, true, ""},
		{"NoMark", without(whole, 1), 2, Ending{Format: 3}, false, "the trace has no end mark: its program was killed or still writes it, or its end is missing"},
		{"ABareHeader", without(whole, 3), 0, Ending{Format: 3}, false, "the trace has no end mark: its program was killed or still writes it, or its end is missing"},
		{"CutInTheMark", whole[:len(whole)-2], 2, Ending{Format: 3, Cut: true}, false, "the trace has no end mark, and its last line is not whole and was left out: its program was killed or still writes it"},
		{"CutInARecord", without(whole, 1)[:len(without(whole, 1))-1], 1, Ending{Format: 3, Cut: true}, false, "the trace has no end mark, and its last line is not whole and was left out: its program was killed or still writes it"},
		{"Failed", failed, 2, Ending{Format: 3, Mark: &End{Failed, "disk full", 2, 1}}, false, "recording failed: disk full; 1 record and whatever came later are missing"},
		{"TooSlow", strings.Replace(whole, `"closed","records":2`, `"too_slow","records":2,"missing":9`, 1), 2, Ending{Format: 3, Mark: &End{Reason: TooSlow, Records: 2, Missing: 9}}, false, "recording ended because what takes the trace was too slow; 9 records and whatever came later are missing"},
		{"ReplacedByNothing", replaced, 2, Ending{Format: 3, Mark: &End{Reason: Replaced, Records: 2}, Lost: true}, false, "another run followed, and is missing"},
		{"Replaced", replaced + whole, 4, Ending{Format: 3, Mark: closed}, true, ""},
		{"AfterARunWithoutAMark", without(whole, 1) + whole, 4, Ending{Format: 3, Mark: closed}, true, ""},
		{"FormatOne", formatOne(whole), 2, Ending{Format: 1}, true, "the trace has format 1, without an end mark, so nothing shows whether its end is missing"},
		{"FormatOneCut", formatOne(whole)[:len(formatOne(whole))-1], 1, Ending{Format: 1, Cut: true}, true, "the last line is not whole and was left out; the trace has format 1, without an end mark"},
		{"CutAsLongAsTheBuffer", without(whole, 1) + strings.Repeat("x", 1<<20), 2, Ending{Format: 3, Cut: true}, false, "the trace has no end mark, and its last line is not whole and was left out: its program was killed or still writes it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, file := range []string{c.file, "\ufeff" + strings.ReplaceAll(c.file, "\n", "\r\n")} {
				r := NewReader(strings.NewReader(file))
				_, lines, err := read(r)
				assert.NilError(t, err)
				assert.Equal(t, lines, c.lines)
				ending := r.Ending()
				assert.DeepEqual(t, ending, c.want)
				assert.Equal(t, ending.Whole(), c.whole)
				assert.Equal(t, ending.Note(), c.note)
				_, err = r.Run()
				assert.Equal(t, err, io.EOF)
				assert.DeepEqual(t, r.Ending(), c.want) // also when one reads on
			}
		})
	}
}

// Line ends of Windows and a byte order mark are no part of a line.
func TestReaderReadsLinesOfWindows(t *testing.T) {
	whole := written(t, "a")
	r := NewReader(strings.NewReader("\ufeff" + strings.ReplaceAll(whole, "\n", "\r\n")))
	_, err := r.Run()
	assert.NilError(t, err)
	line, err := r.Record()
	assert.NilError(t, err)
	assert.Equal(t, string(line)+"\n", strings.SplitAfter(whole, "\n")[1])
}

func TestReaderBoundsALineByItsBuffers(t *testing.T) {
	for _, c := range []struct {
		name   string
		length int
		ok     bool
	}{
		{"TwoBuffers", 2<<20 - 1, true},
		{"More", 2 << 20, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := NewReader(strings.NewReader(without(written(t, "a"), 1) + strings.Repeat("x", c.length) + "\n"))
			r.most = 1 << 20
			_, lines, err := read(r)
			if c.ok {
				assert.NilError(t, err)
				assert.Equal(t, lines, 3)
				return
			}
			assert.ErrorIs(t, err, ErrNotTrace)
		})
	}
}

func TestReaderReadsLongLines(t *testing.T) {
	long := `{"seq":1,"x":"` + strings.Repeat("x", 3<<20) + `"}`
	r := NewReader(strings.NewReader(without(written(t, "a"), 1) + long + "\n" + written(t, "b")))
	_, err := r.Run()
	assert.NilError(t, err)
	for range 2 {
		_, err = r.Record()
		assert.NilError(t, err)
	}
	line, err := r.Record()
	assert.NilError(t, err)
	assert.Equal(t, string(line), long)
	names, _, err := read(r)
	assert.NilError(t, err)
	assert.DeepEqual(t, names, []string{"b"})
}

// Half a line behind the end mark leaves a trace that is not whole, and a header's name
// cannot reach a terminal as it is.
func TestReaderNamesWhatFollowsTheMark(t *testing.T) {
	file := NewReader(strings.NewReader(written(t, "evil\x1b[31m\nname") + `{"event":"Ru`))
	h, err := file.Run()
	assert.NilError(t, err)
	assert.Equal(t, h.Name, `evil\x1b[31m name`)
	for err == nil {
		_, err = file.Record()
	}
	assert.ErrorIs(t, err, io.EOF)
	ending := file.Ending()
	assert.Assert(t, !ending.Whole())
	assert.Equal(t, ending.Note(), "half a line comes after the end mark and was left out")
}

func TestReaderRefuses(t *testing.T) {
	header, rest, _ := strings.Cut(written(t, "a"), "\n")
	for _, c := range []struct{ name, file, want string }{
		{"AnEmptyFile", "", "not a trace: it is empty; want a file that -trace has written"},
		{"AFileOfOneCutLine", header, "not a trace: it has no whole line; want a file that -trace has written"},
		{"RecordsWithoutAHeader", rest, "not a trace: line 1 does not begin a run; want a file that -trace has written"},
		{"SomethingElse", "hello\n", "not a trace: line 1 does not begin a run; want a file that -trace has written"},
		{"AnotherFormat", strings.Replace(header, `"format":3`, `"format":4`, 1) + "\n", "not a trace: line 1: format 4, this program reads 1 to 3"},
		{"UnknownKeyOfAHeader", strings.Replace(header, `"format":3`, `"format":3,"note":1`, 1) + "\n", "not a trace: line 1: /note is an unknown key"},
		{"AHeaderOfWrongTypes", `{"event":"Run","format":1,"name":3}` + "\n", "not a trace: line 1: /name is 3, want a string"},
		{"AnotherFormatLater", header + "\n" + rest + strings.Replace(header, `"format":3`, `"format":0`, 1) + "\n", "not a trace: line 5: format 0, this program reads 1 to 3"},
		{"ARecordAfterTheMark", header + "\n" + rest + `{"seq":3}` + "\n", "not a trace: line 5 comes after the end mark and begins no run"},
		{"AnEmptyLineAfterTheMark", header + "\n" + rest + "\n", "not a trace: line 5 comes after the end mark and begins no run"},
		{"TwoMarks", header + "\n" + rest + `{"event":"End","reason":"closed","records":2}` + "\n", "not a trace: line 5 comes after the end mark and begins no run"},
		{"AMarkOfMoreRecords", header + "\n" + strings.Replace(rest, `"records":2`, `"records":3`, 1), "not a trace: line 4: the end mark says that the run has 3 records, and 2 are there"},
		{"AnUnknownReason", header + "\n" + strings.Replace(rest, "closed", "bored", 1), `not a trace: line 4: unknown reason "bored" of the end mark`},
		{"AnUnknownKeyOfAMark", header + "\n" + strings.Replace(rest, `"records":2`, `"records":2,"note":1`, 1), "not a trace: line 4: /note is an unknown key"},
		{"AWholeMarkWithRecordsMissing", header + "\n" + strings.Replace(rest, `"records":2`, `"records":2,"missing":3`, 1), `the end mark has the reason "closed", and records missing`},
		{"AWholeMarkWithAnError", header + "\n" + strings.Replace(rest, `"records":2`, `"error":"x","records":2`, 1), `the end mark has the reason "closed", and records missing or an error`},
		{"AFormatWithDecimals", strings.Replace(header, `"format":3`, `"format":3.0`, 1) + "\n", `format is "3.0", want a whole number`},
		{"AnotherClock", strings.Replace(header, `"virtual"`, `"sun"`, 1) + "\n", `clock is "sun", want "real" or "virtual"`},
		{"CompressedDataOfOneLine", "\x1f\x8b\x08", "the file is compressed; try zcat FILE | emulator verify -"},
		{"CompressedData", "\x1f\x8b\x08\n", "the file is compressed; try zcat FILE | emulator verify -"},
		{"UTF16", "\xff\xfe{\x00\n", "the file is UTF-16; want UTF-8"},
		{"ALineWithoutEnd", header + "\n" + strings.Repeat("x", 4<<20), "not a trace: line 2 is longer than 1000000 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := NewReader(strings.NewReader(c.file))
			r.most = 1_000_000
			_, _, err := read(r)
			assert.ErrorIs(t, err, ErrNotTrace)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestReaderPassesOnErrorsOfTheFile(t *testing.T) {
	broken := errors.New("the disk is broken")
	_, _, err := read(NewReader(io.MultiReader(strings.NewReader(without(written(t, "a"), 1)), failing{broken})))
	assert.ErrorIs(t, err, broken)
	assert.Assert(t, !errors.Is(err, ErrNotTrace))
}

// A Writer returns its first error, even if later writes would succeed.
func TestWriterKeepsTheFirstError(t *testing.T) {
	full := errors.New("the disk is full")
	w := NewWriter(failing{full}, Header{Name: "a"})
	for range 2 {
		w.Record(&Record{Seq: 1, Kind: Init, Node: raft.None, Detail: &Start{Bug: strings.Repeat("x", 1<<17)}})
	}
	err := w.Close()
	assert.ErrorIs(t, err, full)
	assert.ErrorContains(t, err, "the trace is not complete")
}

// A disk is a Cutter with room for some bytes.
type disk struct {
	bytes.Buffer
	room int
}

func (d *disk) Write(b []byte) (int, error) {
	fits := min(len(b), d.room-d.Len())
	d.Buffer.Write(b[:fits])
	if fits < len(b) {
		return fits, errors.New("disk full")
	}
	return fits, nil
}

func (d *disk) Cut(n int64) error {
	d.Truncate(d.Len() - int(n))
	return nil
}

// pipe hides that a disk is a Cutter.
type pipe struct{ io.Writer }

// A file on a full disk ends with a mark behind a whole line, wherever the disk ends.
func TestTailEndsWithAMarkWhenTheDiskIsFull(t *testing.T) {
	h := Header{Name: "a", Clock: "virtual", Nodes: []string{}, Fixture: "format = 1\n"}
	const records = 60
	record := func(d io.Writer) error {
		tail := NewTail(d)
		lines := append(h.AppendJSON(nil), '\n')
		var err error
		for seq := uint64(1); seq <= records && err == nil; seq++ {
			lines = append((&Record{Seq: seq, Kind: Apply, Node: raft.None}).AppendJSON(lines), '\n')
			if seq%7 == 0 || seq == records {
				err = tail.Lines(lines, func() uint64 { return records - seq })
				lines = lines[:0]
			}
		}
		if err != nil {
			assert.Equal(t, tail.Lines([]byte("late\n"), nil), err)
		}
		return err
	}
	var whole bytes.Buffer
	assert.NilError(t, record(&whole))
	marked := 0
	for room := 0; room < whole.Len(); room += 5 {
		d := &disk{room: room}
		assert.Error(t, record(d), "disk full")
		r := NewReader(&d.Buffer)
		_, lines, err := read(r)
		ending := r.Ending()
		if ending.Mark == nil {
			assert.Check(t, room < 400, "no mark at %d", room)
			continue
		}
		marked++
		assert.NilError(t, err)
		assert.Equal(t, ending.Mark.Reason, Failed)
		assert.Equal(t, ending.Mark.Error, "disk full")
		assert.Equal(t, ending.Mark.Records, uint64(lines))
		assert.Equal(t, ending.Mark.Missing, uint64(records-lines), "at %d", room)
	}
	assert.Assert(t, marked > whole.Len()/10)
	// Nothing can be taken back from a pipe.
	d := &disk{room: 3000}
	assert.Error(t, record(pipe{d}), "disk full")
	assert.Equal(t, d.Len(), 3000)
}

// A disk that is full just behind the mark of a run says that the next one is missing.
func TestTailLeavesTheMarkOfARunWhenTheNextOneCannotBegin(t *testing.T) {
	first := strings.Replace(written(t, "a"), "closed", "replaced", 1)
	d := &disk{room: len(first) + 40}
	tail := NewTail(d)
	assert.NilError(t, tail.Lines([]byte(first), nil))
	assert.Error(t, tail.Lines([]byte(written(t, "b")), nil), "disk full")
	r := NewReader(&d.Buffer)
	_, _, err := read(r)
	assert.NilError(t, err)
	ending := r.Ending()
	assert.Assert(t, !ending.Whole())
}

// A lazy writer takes half of what it gets, and claims that all is well.
type lazy struct{ bytes.Buffer }

func (l *lazy) Write(b []byte) (int, error) { return l.Buffer.Write(b[:len(b)/2]) }

// A writer that takes less than it should has failed. Behind half a line there is no mark.
func TestTailNoticesAShortWrite(t *testing.T) {
	var l lazy
	tail := NewTail(&l)
	assert.ErrorIs(t, tail.Lines([]byte(written(t, "a")), nil), io.ErrShortWrite)
	assert.Assert(t, !strings.Contains(l.String(), `"event":"End"`), l.String())
	assert.Assert(t, tail.Missing() > 0)
}

// failing fails every read and write.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error)  { return 0, f.err }
func (f failing) Write([]byte) (int, error) { return 0, f.err }
