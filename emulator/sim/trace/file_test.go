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
	assert.Equal(t, r.Line(), 6)
	assert.Assert(t, !r.Cut())
}

func TestHeaderJSON(t *testing.T) {
	h := Header{Name: "<x>", Clock: "real", Nodes: []string{"http://a"}, Fixture: "format = 1\n"}
	line := h.AppendJSON(nil)
	assert.Equal(t, string(line),
		`{"event":"Run","format":1,"name":"\u003cx\u003e","clock":"real","nodes":["http://a"],"fixture":"format = 1\n"}`)
	back, err := decodeHeader(line)
	assert.NilError(t, err)
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

func TestReaderLeavesOutALineThatIsCutOff(t *testing.T) {
	whole := written(t, "a")
	r := NewReader(strings.NewReader(whole[:len(whole)-1]))
	_, lines, err := read(r)
	assert.NilError(t, err)
	assert.Equal(t, lines, 1)
	assert.Assert(t, r.Cut())
	_, err = r.Run()
	assert.Equal(t, err, io.EOF)
	assert.Assert(t, r.Cut(), "it is still cut when one reads on")
}

// The buffer has 1 MiB, so nothing follows the last part of such a line.
func TestReaderNoticesACutLineAsLongAsItsBuffer(t *testing.T) {
	r := NewReader(strings.NewReader(written(t, "a") + strings.Repeat("x", 1<<20)))
	_, _, err := read(r)
	assert.NilError(t, err)
	assert.Assert(t, r.Cut())
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
			r := NewReader(strings.NewReader(written(t, "a") + strings.Repeat("x", c.length) + "\n"))
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
	r := NewReader(strings.NewReader(written(t, "a") + long + "\n" + written(t, "b")))
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

func TestReaderRefuses(t *testing.T) {
	header, rest, _ := strings.Cut(written(t, "a"), "\n")
	for _, c := range []struct{ name, file, want string }{
		{"AnEmptyFile", "", "not a trace: it is empty; want a file that -trace has written"},
		{"AFileOfOneCutLine", header, "not a trace: it is empty; want a file that -trace has written"},
		{"RecordsWithoutAHeader", rest, "not a trace: line 1 does not begin a run; want a file that -trace has written"},
		{"SomethingElse", "hello\n", "not a trace: line 1 does not begin a run; want a file that -trace has written"},
		{"AnotherFormat", strings.Replace(header, `"format":1`, `"format":2`, 1) + "\n", "not a trace: line 1: format 2, this program reads 1"},
		{"UnknownKeyOfAHeader", strings.Replace(header, `"format":1`, `"format":1,"note":1`, 1) + "\n", "not a trace: line 1: /note is an unknown key"},
		{"AHeaderOfWrongTypes", `{"event":"Run","format":1,"name":3}` + "\n", "not a trace: line 1: json: cannot unmarshal number"},
		{"AnotherFormatLater", header + "\n" + rest + strings.Replace(header, `"format":1`, `"format":2`, 1) + "\n", "not a trace: line 4: format 2, this program reads 1"},
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
	_, _, err := read(NewReader(io.MultiReader(strings.NewReader(written(t, "a")), failing{broken})))
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

// failing fails every read and write.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error)  { return 0, f.err }
func (f failing) Write([]byte) (int, error) { return 0, f.err }
