package report

import (
	"bytes"
	"time"

	"rrmq.example/emulator/emulator/lab/scenario"
)

// The fields that the graders of GitHub Classroom pass to its reporter. Written by
// https://github.com/classroom-resources/autograding-io-grader, src/main.js; read by
// https://github.com/github-education-resources/autograding-grading-reporter,
// src/notify-classroom.js and src/console-results.js. The step's output result carries
// the document as base64.
type (
	githubResult struct {
		Version  int          `json:"version"`
		Status   string       `json:"status"` // pass, fail, error
		MaxScore float64      `json:"max_score"`
		Tests    []githubTest `json:"tests"`
	}
	githubTest struct {
		Name     string  `json:"name"`
		Status   string  `json:"status"`
		Score    float64 `json:"score"`
		Message  *string `json:"message"` // null when it passed
		TestCode string  `json:"test_code"`
		FileName string  `json:"filename"`
		LineNo   int     `json:"line_no"`
		Duration float64 `json:"duration"` // milliseconds
	}
)

// writeGitHub writes a test for each scenario, except those that are not observable: the
// reporter would show them as failed.
func writeGitHub(b *bytes.Buffer, verdicts []scenario.Verdict) error {
	parts := merge(verdicts)
	t := count(parts)
	all := githubResult{
		Version: 1, Status: githubStatus(t.status()), MaxScore: t.possible,
		Tests: []githubTest{},
	}
	for _, p := range parts {
		for i := range p.results {
			if r := &p.results[i]; r.status != scenario.NotObservable && !isExcluded(&r.Verdict) {
				all.Tests = append(all.Tests, githubScenario(p.name, r))
			}
		}
	}
	return encodeJSON(b, all)
}

func githubScenario(part string, r *result) githubTest {
	test := githubTest{
		Name:   line(part) + ": " + line(r.Name),
		Status: githubStatus(r.status), FileName: line(r.File),
		TestCode: line(r.Command), Duration: milliseconds(wallSum(r.runs).Round(time.Microsecond)),
	}
	test.Score, _ = r.points()
	if r.status == scenario.Passed {
		return test
	}
	message := explain(r)
	test.Message = &message
	bad := r.worst()[0]
	test.TestCode = line(bad.Command)
	for _, f := range bad.Findings {
		if f.Status == bad.Status {
			test.LineNo = f.Line
			break
		}
	}
	return test
}

func githubStatus(s scenario.Status) string {
	switch s {
	case scenario.Failed:
		return "fail"
	case scenario.Undecided, scenario.Error:
		return "error"
	}
	return "pass"
}
