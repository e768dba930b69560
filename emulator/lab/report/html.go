package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/serve/page"
	"rrmq.example/emulator/emulator/text"
)

// A playedVerdict is a verdict in the file that plays runs.
type playedVerdict struct {
	jsonVerdict
	Text string `json:"text"` // what went wrong, in a line
	Run  *int   `json:"run"`  // the place of its run in the file; null: it has none
}

// writeHTML writes the page with all verdicts and the first MaxFull runs that did not pass, to
// be played.
func writeHTML(b *bytes.Buffer, verdicts []scenario.Verdict) error {
	return writeHTMLOf("", b, verdicts)
}

// writeHTMLOf is writeHTML for the verdicts on a submission.
func writeHTMLOf(submission string, b *bytes.Buffer, verdicts []scenario.Verdict) error {
	t := count(merge(verdicts))
	title := fmt.Sprintf("%s: %d passed, %d failed", text.Count(t.scenarios, "scenario"), t.of[scenario.Passed], t.of[scenario.Failed]+t.of[scenario.Error])
	if submission != "" {
		title = submission + ": " + title
	}
	story := page.Story{Title: text.Printable(title), Runs: []page.Run{}}
	played := make([]playedVerdict, len(verdicts))
	for i := range verdicts {
		v := &verdicts[i]
		played[i] = playedVerdict{jsonVerdict: jsonRun(*v), Text: wrongIn(v)}
		if f := played[i].Foreign; f != nil { // the runs have these
			f.Story, f.Output = []string{}, []string{}
		}
		if len(story.Runs) == MaxFull {
			continue
		}
		run, ok, err := runOf(v, i)
		if err != nil {
			return err
		}
		if ok {
			played[i].Run = new(len(story.Runs))
			story.Runs = append(story.Runs, run)
		}
	}
	story.Verdicts = played
	var table bytes.Buffer
	Table(&table, verdicts, TableOptions{})
	story.Summary = table.String()
	return page.File(b, &story)
}

// wrongIn says in a line what went wrong in a run; "" if nothing did.
func wrongIn(v *scenario.Verdict) string {
	if v.Status == scenario.Passed || v.Hidden {
		return ""
	}
	if v.Foreign != nil {
		return text.Clip(foreignSummary(v), maxForeignLine)
	}
	var lines []string
	if v.Problem != "" {
		lines = append(lines, v.Problem)
	}
	for i := range v.Findings {
		if f := &v.Findings[i]; f.Status != scenario.Passed {
			lines = append(lines, strings.TrimSuffix(f.Expected+": "+f.Seen, ": "))
		}
	}
	return strings.Join(lines, "; ")
}

// runOf returns the run of a verdict, if it is one to play.
func runOf(v *scenario.Verdict, place int) (page.Run, bool, error) {
	name := v.Name
	if v.Repeats > 1 {
		name += fmt.Sprintf(", seed %d", v.Seed)
	}
	run := page.Run{Name: name, Verdict: v.Status.String(), Place: place, Records: []json.RawMessage{}}
	if e := v.Excerpt; e != nil {
		records, err := e.Records()
		if err != nil {
			return run, false, err
		}
		run.Header, run.Records, run.OpenAt, run.LeftOut = e.Header, records, e.OpenAt, e.LeftOut()
		run.Explained = explained(e.Header, records, e.OpenAt)
		if e.Start != nil {
			run.Start = e.Start
		}
		return run, true, nil
	}
	if v.Foreign != nil && v.Status != scenario.Passed && !v.Hidden && !unrun(v) {
		run.Kind = page.ForeignRun
		run.Foreign, run.LeftOut = foreignRun(v.Foreign)
		return run, true, nil
	}
	return run, false, nil
}
