package trace

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/emulator/text/readjson"
)

// Format is the version of a trace file's format that a Writer writes. A Reader also reads
// formats 1 and 2. Format 1 has no end marks, and the records of both do not tell all of the
// cluster's state: see TellsAll.
const Format = 3

// TellsAll reports whether the records of a format tell the cluster's whole state at every
// moment: they have SetTimer records, Extra, LogChange and what else format 3 brought.
func TellsAll(format int) bool { return format >= 3 }

// ErrNotTrace means that no Writer wrote the file.
var ErrNotTrace = errors.New("not a trace")

// A Header is the first line of each run in a trace file. A repetition needs only the
// header and the input records after it.
type Header struct {
	Name    string   // of the fixture
	Clock   string   // "real" or "virtual"
	Nodes   []string // their URLs; none in virtual time
	Fixture string   // in TOML
	// Format is the one that a Reader has read. AppendJSON writes the constant.
	Format int
}

// headerEvent is a header's event, where a record has its kind.
const headerEvent = "Run"

// A headerJSON is a Header as encoding/json writes and reads it.
type headerJSON struct {
	Event   string   `json:"event"`
	Format  int      `json:"format"`
	Name    string   `json:"name"`
	Clock   string   `json:"clock"`
	Nodes   []string `json:"nodes"`
	Fixture string   `json:"fixture"`
}

// AppendJSON appends the header as one JSON object, without a line break:
//
//	{"event": "Run", "format": 3, "name": "fresh_3", "clock": "virtual", "nodes": [], "fixture": "format = 1\n…"}
func (h *Header) AppendJSON(b []byte) []byte {
	line, err := json.Marshal(headerJSON{headerEvent, Format, h.Name, h.Clock, h.Nodes, h.Fixture})
	if err != nil { // it never fails for strings
		panic(err)
	}
	return append(b, line...)
}

// decodeHeader reads a line that Header.AppendJSON wrote. For another format the error
// names those that this program reads.
func decodeHeader(line []byte) (Header, error) {
	if err := readjson.Check(line, readjson.Options{Name: "the line"}); err != nil {
		return Header{}, err
	}
	var probe struct{ Format json.Number }
	if err := json.Unmarshal(line, &probe); err != nil {
		return Header{}, fmt.Errorf("the header cannot be read: %w", err)
	}
	var j headerJSON
	var err error
	if j.Format, err = strconv.Atoi(probe.Format.String()); err != nil {
		return Header{}, fmt.Errorf("format is %.20q, want a whole number", probe.Format)
	}
	if j.Format < 1 || j.Format > Format {
		return Header{}, fmt.Errorf("format %d, this program reads 1 to %d", j.Format, Format)
	}
	// Only of a known format are all keys known.
	if err := readjson.Decode(line, &j, readjson.Options{Name: "the header"}); err != nil {
		return Header{}, err
	}
	if !slices.Contains([]string{"", "real", "virtual"}, j.Clock) {
		return Header{}, fmt.Errorf("clock is %.20q, want \"real\" or \"virtual\"", j.Clock)
	}
	name := strings.ReplaceAll(text.Printable(j.Name), "\n", " ") // it goes to terminals
	return Header{name, j.Clock, j.Nodes, j.Fixture, j.Format}, nil
}

// Begins reports whether a file that begins with head is a trace, such as may be replaced by
// another one.
func Begins(head []byte) bool {
	return bytes.HasPrefix(head, []byte(`{"event":"`+headerEvent+`","format":`))
}
