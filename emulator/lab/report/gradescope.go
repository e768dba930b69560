package report

import (
	"bytes"
	"fmt"
	"strings"

	"rrmq.example/emulator/emulator/lab/scenario"
)

// The fields and values of
// https://gradescope-autograders.readthedocs.io/en/latest/specs/, "Output format",
// "Output String Formatting" and "Test case status".
type (
	gradescopeResults struct {
		Score         *float64         `json:"score,omitempty"`
		ExecutionTime float64          `json:"execution_time"` // seconds
		Output        string           `json:"output"`
		OutputFormat  string           `json:"output_format"`
		Tests         []gradescopeTest `json:"tests"`
	}
	gradescopeTest struct {
		Score        *float64 `json:"score,omitempty"`
		MaxScore     *float64 `json:"max_score,omitempty"`
		Status       string   `json:"status,omitempty"` // passed, failed
		Name         string   `json:"name"`
		NameFormat   string   `json:"name_format"`
		Number       string   `json:"number"`
		Output       string   `json:"output"`
		OutputFormat string   `json:"output_format"`
		Tags         []string `json:"tags"`
		Visibility   string   `json:"visibility"`
	}
)

// writeGradescope writes a test for each scenario, numbered by part and place.
//
// A test that is not observable or not decided has neither score nor status, so that Gradescope
// shows neither; the name of one that is not decided says so. Its points are not in
// Gradescope's sum. Nothing makes up for them: a grade that is too high is never noticed.
// So the output at the top begins with what is missing. All students see the output at the top, so that it covers only the visible
// tests and keeps the points of hidden ones secret. A score at the top is required when
// no test has one; otherwise it is left out, because it would override the sum.
func writeGradescope(b *bytes.Buffer, verdicts []scenario.Verdict) error {
	parts := merge(verdicts)
	var visible tally
	all := gradescopeResults{
		OutputFormat:  "text",
		Tests:         []gradescopeTest{},
		ExecutionTime: round(wallSum(verdicts).Seconds()),
	}
	scored := false
	for i, p := range parts {
		for j := range p.results {
			r := &p.results[j]
			test := gradescopeScenario(r)
			test.Number = fmt.Sprintf("%d.%d", i+1, j+1)
			test.Name = line(p.name) + ": " + test.Name
			if test.Visibility == "visible" {
				visible.add(r)
			}
			scored = scored || test.Score != nil
			all.Tests = append(all.Tests, test)
		}
	}
	if !scored {
		all.Score = new(float64)
	}
	all.Output = visible.String()
	if allForeign(verdicts) {
		all.Output = gradescopeTotals(visibleParts(parts), &visible)
	}
	if visible.scenarios < len(all.Tests) {
		all.Output += "\nHidden tests are not included."
	}
	return encodeJSON(b, all)
}

// gradescopeTotals begins with the points that Gradescope's sum lacks.
func gradescopeTotals(parts []part, t *tally) string {
	lines := foreignTotals(parts, t)
	switch s := stand(parts, t); {
	case s.open > 0:
		lines = append([]string{"NOT A GRADE YET: " + s.decided() + ".",
			fmt.Sprintf("The total lacks the undecided points. Grade again, or decide by hand; then it is out of %s.", points(round(s.possible+s.open))), ""}, lines...)
	case s.left > 0:
		lines = append([]string{fmt.Sprintf("This total is out of %s points, whatever the assignment's total is: %s points are not counted.", points(s.possible), points(s.left)), ""}, lines...)
	}
	return strings.Join(lines, "\n")
}

func gradescopeScenario(r *result) gradescopeTest {
	test := gradescopeTest{
		Name: line(r.Name), NameFormat: "text",
		Output: explain(r), OutputFormat: "text",
		Visibility: r.Grade.Visibility,
		Tags:       []string{},
	}
	if test.Visibility == "" {
		test.Visibility = "visible"
	}
	for _, tag := range r.Grade.Tags {
		test.Tags = append(test.Tags, line(tag))
	}
	if isOpen(&r.Verdict) {
		test.Name += " (not graded yet)"
	}
	if r.status == scenario.NotObservable || isExcluded(&r.Verdict) {
		return test
	}
	earned, possible := r.points()
	test.Score, test.MaxScore = &earned, &possible
	test.Status = "failed"
	if r.status == scenario.Passed || r.Foreign != nil && r.Foreign.Share == 1 {
		test.Status = "passed"
	}
	return test
}
