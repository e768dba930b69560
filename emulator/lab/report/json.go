package report

import (
	"bytes"
	"encoding/json"

	"rrmq.example/emulator/emulator/lab/scenario"
)

// The package's documentation describes the fields.
type (
	jsonReport struct {
		Format     int           `json:"format"`
		Submission string        `json:"submission,omitempty"`
		Summary    jsonSummary   `json:"summary"`
		Verdicts   []jsonVerdict `json:"verdicts"`
	}
	jsonSummary struct {
		Status        string  `json:"status"`
		Scenarios     int     `json:"scenarios"`
		Passed        int     `json:"passed"`
		NotObservable int     `json:"not_observable"`
		Undecided     int     `json:"undecided"`
		Failed        int     `json:"failed"`
		Errors        int     `json:"errors"`
		Hidden        int     `json:"hidden"`
		Runs          int     `json:"runs"`
		Points        float64 `json:"points"`
		MaxPoints     float64 `json:"max_points"`
		OpenPoints    float64 `json:"undecided_points,omitempty"`
		SimTime       float64 `json:"sim_time_ms"`
		WallTime      float64 `json:"wall_time_ms"`
	}
	jsonVerdict struct {
		Name        string        `json:"name"`
		File        string        `json:"file"`
		Description string        `json:"description"`
		Paper       string        `json:"paper"`
		Grade       jsonGrade     `json:"grade"`
		Seed        uint64        `json:"seed"`
		Repeat      int           `json:"repeat"`
		Repeats     int           `json:"repeats"`
		Count       int           `json:"count"`
		Status      string        `json:"status"`
		Interrupted bool          `json:"interrupted"`
		Problem     string        `json:"problem"`
		SimTime     float64       `json:"sim_time_ms"`
		WallTime    float64       `json:"wall_time_ms"`
		Events      uint64        `json:"events"`
		Command     string        `json:"command"`
		Findings    []jsonFinding `json:"findings"`
		Checks      []jsonCheck   `json:"checks"`
		Foreign     *jsonForeign  `json:"foreign,omitempty"`
	}
	jsonLink struct {
		From      int    `json:"from"`
		To        int    `json:"to"`
		Requests  uint64 `json:"requests"`
		Answers   uint64 `json:"answers"`
		Other     uint64 `json:"other"`
		Held      uint64 `json:"held"`
		Reset     uint64 `json:"reset"`
		Delayed   uint64 `json:"delayed"`
		Lost      uint64 `json:"lost"`
		Copied    uint64 `json:"copied"`
		Reordered uint64 `json:"reordered"`
	}
	jsonForeign struct {
		Kind     string     `json:"kind"`
		Share    float64    `json:"share"`
		Excluded bool       `json:"excluded"`
		Flagged  bool       `json:"flagged"`
		Story    []string   `json:"story"`
		Output   []string   `json:"output"`
		Links    string     `json:"links"`
		Counts   []jsonLink `json:"link_counts"`
	}
	jsonGrade struct {
		Part       string   `json:"part"`
		Points     float64  `json:"points"`
		Visibility string   `json:"visibility"`
		Tags       []string `json:"tags"`
	}
	jsonCheck struct {
		Name   string  `json:"name"`
		Status string  `json:"status"`
		Seen   string  `json:"seen"`
		Excuse string  `json:"excuse"`
		Seq    uint64  `json:"seq"`
		When   float64 `json:"when_ms"`
	}
	jsonFinding struct {
		Line     int      `json:"line"`
		Expected string   `json:"expected"`
		Because  string   `json:"because"`
		Status   string   `json:"status"`
		Seen     string   `json:"seen"`
		When     float64  `json:"when_ms"`
		Trail    []string `json:"trail"`
		Why      string   `json:"why,omitempty"`
	}
)

func writeJSON(b *bytes.Buffer, verdicts []scenario.Verdict) error {
	return writeJSONOf("", b, verdicts)
}

// writeJSONOf writes the report on a submission.
func writeJSONOf(submission string, b *bytes.Buffer, verdicts []scenario.Verdict) error {
	parts := merge(verdicts)
	t := count(parts)
	all := jsonReport{
		Format: 1, Submission: submission,
		Summary: jsonSummary{
			Status: snake(t.status()), Scenarios: t.scenarios, Runs: t.runs,
			Passed: t.of[scenario.Passed], NotObservable: t.of[scenario.NotObservable],
			Undecided: t.of[scenario.Undecided], Failed: t.of[scenario.Failed], Errors: t.of[scenario.Error], Hidden: t.hidden,
			Points: t.earned, MaxPoints: t.possible, OpenPoints: stand(parts, &t).open,
			SimTime: milliseconds(t.sim), WallTime: milliseconds(t.wall),
		},
		Verdicts: []jsonVerdict{},
	}
	for _, v := range verdicts {
		all.Verdicts = append(all.Verdicts, jsonRun(v))
	}
	return encodeJSON(b, all)
}

func jsonRun(v scenario.Verdict) jsonVerdict {
	out := jsonVerdict{
		Name: v.Name, File: v.File, Description: v.Description, Paper: v.Paper,
		Grade: jsonGrade{
			Part: v.Grade.Part, Points: v.Grade.Points,
			Visibility: v.Grade.Visibility, Tags: append([]string{}, v.Grade.Tags...),
		},
		Seed: v.Seed, Repeat: v.Repeat, Repeats: v.Repeats,
		Count: v.Runs(), Status: snake(v.Status), Interrupted: v.Interrupted, Problem: v.Problem,
		SimTime: milliseconds(v.SimTime), WallTime: milliseconds(v.WallTime),
		Events: v.Events, Command: v.Command,
		Findings: []jsonFinding{}, Checks: []jsonCheck{},
	}
	if v.Hidden {
		out.Status, out.Count = hiddenWord, 0
	}
	if f := v.Foreign; f != nil {
		out.Foreign = &jsonForeign{
			Kind: f.Kind.Key(), Share: f.Share, Excluded: f.Excluded, Flagged: f.Flagged,
			Story: append([]string{}, f.Story...), Output: append([]string{}, f.Output...), Links: f.Links,
			Counts: []jsonLink{},
		}
		for _, c := range f.Counts {
			out.Foreign.Counts = append(out.Foreign.Counts, jsonLink(c))
		}
	}
	for _, f := range v.Findings {
		out.Findings = append(out.Findings, jsonFinding{
			Line: f.Line, Expected: f.Expected, Because: f.Because, Status: snake(f.Status),
			Seen: f.Seen, When: milliseconds(f.When), Trail: append([]string{}, f.Trail...), Why: f.Why,
		})
	}
	for _, c := range v.Checks {
		out.Checks = append(out.Checks, jsonCheck{
			Name: c.Name, Status: snake(c.Status), Seen: c.Seen, Excuse: c.Excuse, Seq: c.Seq, When: milliseconds(c.When),
		})
	}
	return out
}

// encodeJSON writes an indented document, without escapes for HTML.
func encodeJSON(b *bytes.Buffer, document any) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(document)
}
