package trace

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/emulator/text/readjson"
)

// An EndReason says why a run ends in a trace file.
type EndReason string

// Why a run ends.
const (
	Closed   EndReason = "closed"   // the recording was ended, as it should be
	Replaced EndReason = "replaced" // another cluster was loaded; its run follows
	Failed   EndReason = "failed"   // the file could not be written any more
	TooSlow  EndReason = "too_slow" // what takes the trace, such as a pipe's reader, was too slow
)

var endReasons = []EndReason{Closed, Replaced, Failed, TooSlow}

// An End is the end mark: the last line of each run in a trace file.
type End struct {
	Reason EndReason
	// Error says why the recording Failed.
	Error string
	// Records is the number of the run's records in the file.
	Records uint64
	// Missing is the number of records that were made and not written, until the mark was
	// written. The run may have gone on after it.
	Missing uint64
}

// endEvent is a mark's event, where a record has its kind.
const endEvent = "End"

// An endJSON is an End as encoding/json writes and reads it.
type endJSON struct {
	Event   string    `json:"event"`
	Reason  EndReason `json:"reason"`
	Error   string    `json:"error,omitempty"`
	Records uint64    `json:"records"`
	Missing uint64    `json:"missing,omitempty"`
}

// AppendJSON appends the mark as one JSON object, without a line break:
//
//	{"event": "End", "reason": "failed", "error": "no space left on device", "records": 120, "missing": 3}
func (e *End) AppendJSON(b []byte) []byte {
	line, err := json.Marshal(endJSON{endEvent, e.Reason, e.Error, e.Records, e.Missing})
	if err != nil { // it never fails for strings
		panic(err)
	}
	return append(b, line...)
}

// decodeEnd reads a line that End.AppendJSON wrote.
func decodeEnd(line []byte) (*End, error) {
	var j endJSON
	if err := readjson.Decode(line, &j, readjson.Options{Name: "the end mark"}); err != nil {
		return nil, err
	}
	if !slices.Contains(endReasons, j.Reason) {
		return nil, fmt.Errorf("unknown reason %q of the end mark", j.Reason)
	}
	if whole := j.Reason == Closed || j.Reason == Replaced; whole && (j.Missing > 0 || j.Error != "") {
		return nil, fmt.Errorf("the end mark has the reason %q, and records missing or an error beside it", j.Reason)
	}
	return &End{j.Reason, j.Error, j.Records, j.Missing}, nil
}

// eventOf returns "Run" for a header and "End" for an end mark. Of a record it may return
// "". It recognizes lines of a Writer by their beginning, and parses
// others.
func eventOf(line []byte) string {
	switch {
	case bytes.HasPrefix(line, []byte(recordStart)):
		return ""
	case bytes.HasPrefix(line, []byte(`{"event":"`+headerEvent+`"`)):
		return headerEvent
	}
	var j struct{ Event string }
	if json.Unmarshal(line, &j) != nil {
		return ""
	}
	return j.Event
}

// An Ending is how a run ends in a file that was read.
type Ending struct {
	Format int
	Mark   *End // nil: there is none
	Cut    bool // the file's last line is not whole, and was left out
	Lost   bool // the mark says that another run follows, and none does
}

// Whole reports whether the file has all of the run, as far as its format can say that.
func (e *Ending) Whole() bool {
	if e.Format < 2 {
		return true
	}
	return e.Mark != nil && !e.Lost && !e.Cut && (e.Mark.Reason == Closed || e.Mark.Reason == Replaced)
}

// Note says in words what is remarkable about the ending; "" for nothing.
func (e *Ending) Note() string {
	switch {
	case e.Format < 2 && e.Cut:
		return "the last line is not whole and was left out; the trace has format 1, without an end mark"
	case e.Format < 2:
		return "the trace has format 1, without an end mark, so nothing shows whether its end is missing"
	case e.Mark == nil && e.Cut:
		return "the trace has no end mark, and its last line is not whole and was left out: its program was killed or still writes it"
	case e.Mark == nil:
		return "the trace has no end mark: its program was killed or still writes it, or its end is missing"
	case e.Cut:
		return "half a line comes after the end mark and was left out"
	case e.Lost:
		return "another run followed, and is missing"
	case e.Mark.Reason == Failed:
		return "recording failed: " + e.Mark.Error + "; " + e.Mark.missing()
	case e.Mark.Reason == TooSlow:
		return "recording ended because what takes the trace was too slow; " + e.Mark.missing()
	}
	return ""
}

func (e *End) missing() string {
	return text.Count(e.Missing, "record") + " and whatever came later are missing"
}
