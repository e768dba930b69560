package verify

import (
	"encoding/json"
	"io"

	"rrmq.example/emulator/emulator/check/oracle"
	"rrmq.example/emulator/emulator/check/verify"
	"rrmq.example/emulator/emulator/cmd/cli"
)

// A reportJSON is the output of -json.
type reportJSON struct {
	Verdict verify.Verdict `json:"verdict"` // of all
	Runs    []runJSON      `json:"runs"`
}

type runJSON struct {
	File      string         `json:"file"`
	Name      string         `json:"name"`
	Line      int            `json:"line"` // of its header
	Servers   int            `json:"servers"`
	Records   uint64         `json:"records"`
	TimeNS    int64          `json:"time_ns"`
	Format    int            `json:"format"`
	End       string         `json:"end"` // the reason in the end mark; "": there is none
	Cut       bool           `json:"cut"` // the last line is not whole
	Verdict   verify.Verdict `json:"verdict"`
	Why       string         `json:"why,omitempty"` // it is undecided
	Violation *violationJSON `json:"violation,omitempty"`
}

type violationJSON struct {
	oracle.Rule
	Line      int             `json:"line"`
	Seq       uint64          `json:"seq"`
	Expected  string          `json:"expected"`
	Found     string          `json:"found"`
	Record    json.RawMessage `json:"record"` // as it stands in the trace
	NotJudged int             `json:"lines_not_judged"`
}

func printJSON(w io.Writer, files []file, code int) error {
	report := reportJSON{Verdict: verify.Undecided, Runs: []runJSON{}}
	switch code {
	case cli.OK:
		report.Verdict = verify.Accepted
	case cli.Failed:
		report.Verdict = verify.Illegal
	}
	for i := range files {
		for k := range files[i].runs {
			r := &files[i].runs[k]
			j := runJSON{
				File: files[i].name, Name: r.Name, Line: r.Line, Servers: r.Servers, Records: r.Records,
				TimeNS: int64(r.Time), Format: r.Ending.Format, Cut: r.Ending.Cut, Verdict: r.Verdict(),
			}
			if r.Ending.Mark != nil {
				j.End = string(r.Ending.Mark.Reason)
			}
			if j.Verdict == verify.Undecided {
				j.Why = r.Why()
			}
			if v := r.Finding; v != nil {
				j.Violation = &violationJSON{
					Rule: v.Rule, Line: r.At, Seq: v.Seq, Expected: v.Want, Found: v.Got, Record: r.Record, NotJudged: r.Rest,
				}
			}
			report.Runs = append(report.Runs, j)
		}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(report)
}
