package report_test

import (
	"bytes"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/lab/report"
)

func TestSummaryHasALineForEachSubmission(t *testing.T) {
	all := []report.Summary{
		report.Summarize("Müller", graded()),
		report.Summarize("team2", graded()[:3]),
		{Submission: "team3", Failure: "no space left on device"},
	}
	var b bytes.Buffer
	report.SummaryTable(&b, all)
	assert.Equal(t, b.String(), `  submission  points  decided of  undecided  to look at
  Müller         6.5          21          6  2 scenarios, 1 not reached
  team2          4.5           6          0
  team3            -           -          -  not graded: no space left on device
`)
	b.Reset()
	assert.NilError(t, report.SummaryCSV(&b, all))
	assert.Equal(t, b.String(), report.SummaryHead+`,queue,election,promises
Müller,,6.5,21,6,"2 scenarios, 1 not reached",3,1.5,2
team2,4.5,4.5,6,0,,3,1.5,
team3,,,,,not graded: no space left on device,,,
`)
}
