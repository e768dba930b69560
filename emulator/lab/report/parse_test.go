package report_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
	is "gotest.tools/v3/assert/cmp"

	"rrmq.example/emulator/emulator/lab/scenario"
)

// suites is JUnit XML as its readers see it.
type suites struct {
	XMLName xml.Name `xml:"testsuites"`
	counts
	Suites []struct {
		Name string `xml:"name,attr"`
		counts
		Skipped int `xml:"skipped,attr"`
		Cases   []struct {
			Name      string  `xml:"name,attr"`
			ClassName string  `xml:"classname,attr"`
			Time      float64 `xml:"time,attr"`
			Failure   *reason `xml:"failure"`
			Error     *reason `xml:"error"`
			Skipped   *reason `xml:"skipped"`
			SystemOut string  `xml:"system-out"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

type reason struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

type counts struct {
	Tests    int     `xml:"tests,attr"`
	Failures int     `xml:"failures,attr"`
	Errors   int     `xml:"errors,attr"`
	Time     float64 `xml:"time,attr"`
}

func readJUnit(t testing.TB, document string) suites {
	t.Helper()
	var all suites
	d := xml.NewDecoder(strings.NewReader(document))
	assert.NilError(t, d.Decode(&all))
	_, err := d.Token()
	for err == nil {
		_, err = d.Token()
	}
	assert.ErrorIs(t, err, io.EOF)
	return all
}

// checkJUnit checks a JUnit report: it has one case for each run, and its counts are those
// of the cases.
func checkJUnit(t testing.TB, document string, verdicts []scenario.Verdict) suites {
	t.Helper()
	assert.NilError(t, junitProblem(document))
	all := readJUnit(t, document)
	var sum counts
	for _, s := range all.Suites {
		var c counts
		skipped := 0
		for _, test := range s.Cases {
			assert.Equal(t, test.ClassName, s.Name)
			c.Tests++
			outcomes := 0
			if test.Failure != nil {
				c.Failures++
				outcomes++
			}
			if test.Error != nil {
				c.Errors++
				outcomes++
			}
			if test.Skipped != nil {
				skipped++
				outcomes++
			}
			assert.Assert(t, outcomes <= 1)
		}
		c.Time = s.Time
		assert.Equal(t, s.counts, c)
		assert.Equal(t, s.Skipped, skipped)
		sum.Tests, sum.Failures = sum.Tests+c.Tests, sum.Failures+c.Failures
		sum.Errors, sum.Time = sum.Errors+c.Errors, all.Time
	}
	assert.Equal(t, all.counts, sum)
	assert.Equal(t, sum.Tests, len(verdicts))
	return all
}

func TestJUnitReadsBack(t *testing.T) {
	all := checkJUnit(t, write(t, "junit", everything()), everything())
	assert.Equal(t, all.counts, counts{Tests: 18, Failures: 6, Errors: 3, Time: 0.020})
	assert.Assert(t, is.Len(all.Suites, 3))
	lost := all.Suites[1].Cases[0]
	assert.Equal(t, lost.Name, "old_leader_steps_down")
	for _, want := range []string{
		"expected   leader=unique", "(grading/old_leader_steps_down.toml:42)", "because    a leader",
		"seen       node 0", "at         2.350 s", "before     1.250 s  node 2", "repeat     emulator run",
	} {
		assert.Assert(t, is.Contains(lost.Failure.Text, want))
	}
	assert.Equal(t, lost.SystemOut, `
file       grading/old_leader_steps_down.toml
paper      §5.3
points     2
simulated  2.350 s
events     812
repeat     emulator run grading/old_leader_steps_down.toml -seed 7
`)
	assert.Equal(t, all.Suites[1].Cases[2].Name, "figure_7 (run 2 of 9)")
}

// readJSON reads one document and fails on an unknown field.
func readJSON[D any](t testing.TB, document string) D {
	t.Helper()
	var out D
	d := json.NewDecoder(strings.NewReader(document))
	d.DisallowUnknownFields()
	assert.NilError(t, d.Decode(&out))
	assert.Assert(t, !d.More())
	return out
}

type gradescope struct {
	Score         *float64 `json:"score"`
	ExecutionTime float64  `json:"execution_time"`
	Output        string   `json:"output"`
	OutputFormat  string   `json:"output_format"`
	Tests         []struct {
		Score        *float64 `json:"score"`
		MaxScore     *float64 `json:"max_score"`
		Status       string   `json:"status"`
		Name         string   `json:"name"`
		NameFormat   string   `json:"name_format"`
		Number       string   `json:"number"`
		Output       string   `json:"output"`
		OutputFormat string   `json:"output_format"`
		Tags         []string `json:"tags"`
		Visibility   string   `json:"visibility"`
	} `json:"tests"`
}

func TestGradescopeReadsBack(t *testing.T) {
	all := readJSON[gradescope](t, write(t, "gradescope", everything()))
	assert.Assert(t, all.Score == nil)
	assert.Assert(t, is.Len(all.Tests, 10))
	var said []string
	for _, test := range all.Tests {
		score := "no score"
		if test.Score != nil {
			score = fmt.Sprintf("%v/%v", *test.Score, *test.MaxScore)
		}
		said = append(said, fmt.Sprintf("%s %s %s %s %s", test.Number, test.Name, score, test.Status, test.Visibility))
	}
	assert.DeepEqual(t, said, []string{
		"1.1 election: first_leader 0.1/0.1 passed visible",
		"1.2 election: second_leader 0.2/0.2 passed visible",
		"1.3 election: split_vote 0/2.5 failed visible",
		"1.4 election: hidden_case 5/5 passed after_due_date",
		"1.5 election: not_reached 0/1 failed visible",
		"1.6 election: typo 0/2 failed visible",
		"2.1 replication: old_leader_steps_down 0/2 failed visible",
		"2.2 replication: figure_7 0/3 failed visible",
		"2.3 replication: no_vote_twice no score  visible",
		"3.1 scenarios: a_step_that_found_nobody 0/0 failed visible",
	})
	// The output at the top does not show the five hidden points.
	assert.Assert(t, is.Contains(all.Output, "0.3 of 10.8 points"))

	blind := run("p", "n", 1)
	blind.Status = scenario.NotObservable
	all = readJSON[gradescope](t, write(t, "gradescope", []scenario.Verdict{blind}))
	assert.Assert(t, all.Score != nil && *all.Score == 0)
}

type github struct {
	Version  int     `json:"version"`
	Status   string  `json:"status"`
	MaxScore float64 `json:"max_score"`
	Tests    []struct {
		Name     string  `json:"name"`
		Status   string  `json:"status"`
		Score    float64 `json:"score"`
		Message  *string `json:"message"`
		TestCode string  `json:"test_code"`
		FileName string  `json:"filename"`
		LineNo   int     `json:"line_no"`
		Duration float64 `json:"duration"`
	} `json:"tests"`
}

func TestGitHubReadsBack(t *testing.T) {
	all := readJSON[github](t, write(t, "github", everything()))
	assert.Equal(t, all.Version, 1)
	assert.Equal(t, all.Status, "error")
	assert.Equal(t, all.MaxScore, 15.8)
	assert.Assert(t, is.Len(all.Tests, 9)) // without the one that is not observable
	assert.Assert(t, all.Tests[0].Message == nil)
	lost := all.Tests[6]
	assert.Equal(t, lost.Name, "replication: old_leader_steps_down")
	assert.Equal(t, lost.LineNo, 42)
	assert.Assert(t, is.Contains(*lost.Message, "expected   leader=unique"))
	many := all.Tests[7]
	assert.Equal(t, many.TestCode, "emulator run grading/figure_7.toml -seed 101")
	assert.Assert(t, is.Contains(*many.Message, "5 of 9 runs passed."))

	for _, test := range []struct {
		status scenario.Status
		want   string
	}{
		{scenario.Passed, "pass"}, {scenario.NotObservable, "pass"}, {scenario.Undecided, "error"}, {scenario.Failed, "fail"},
		{scenario.Error, "error"},
	} {
		v := run("p", "n", 1)
		v.Status = test.status
		assert.Equal(t, readJSON[github](t, write(t, "github", []scenario.Verdict{v})).Status, test.want)
	}
}

func TestJSONReadsBack(t *testing.T) {
	all := readJSON[map[string]any](t, write(t, "json", everything()))
	assert.Equal(t, all["format"], 1.0)
	assert.DeepEqual(t, all["summary"], map[string]any{
		"status": "error", "scenarios": 10.0, "passed": 3.0, "not_observable": 1.0, "undecided": 2.0, "failed": 3.0, "errors": 1.0, "hidden": 0.0,
		"runs": 37.0, "points": 5.3, "max_points": 15.8, "sim_time_ms": 39950.0, "wall_time_ms": 20.4,
	})
	verdicts := all["verdicts"].([]any)
	assert.Assert(t, is.Len(verdicts, 18))
	lost := verdicts[2].(map[string]any)
	assert.Equal(t, lost["status"], "failed")
	finding := lost["findings"].([]any)[1].(map[string]any)
	assert.Equal(t, finding["line"], 42.0)
	assert.Equal(t, finding["when_ms"], 2350.0)
	assert.Assert(t, is.Len(finding["trail"], 3))
}

// A point is a test point of TAP.
type point struct {
	ok   bool
	said string
	skip bool
	yaml []string
}

// readTAP reads the lines that this package writes, by a version of TAP, and fails on any
// other line.
func readTAP(t testing.TB, version int, document string) (points []point) {
	t.Helper()
	assert.Assert(t, strings.HasSuffix(document, "\n"))
	lines := strings.Split(strings.TrimSuffix(document, "\n"), "\n")
	assert.Equal(t, lines[0], fmt.Sprint("TAP version ", version))
	plan := 0
	_, err := fmt.Sscanf(lines[1], "1..%d", &plan)
	assert.NilError(t, err)
	inYAML, bailed := false, false
	for _, l := range lines[2:] {
		assert.Assert(t, !bailed, l)
		switch {
		case inYAML && l == "  ...":
			inYAML = false
		case inYAML:
			points[len(points)-1].yaml = append(points[len(points)-1].yaml, readYAML(t, l))
		case l == "  ---":
			inYAML = true
		case strings.HasPrefix(l, "# "):
		case strings.HasPrefix(l, "Bail out! "):
			bailed = true
		default:
			p := point{ok: !strings.HasPrefix(l, "not ")}
			rest, found := strings.CutPrefix(strings.TrimPrefix(l, "not "), fmt.Sprintf("ok %d - ", len(points)+1))
			assert.Assert(t, found, l)
			p.said, p.skip = readDescription(t, rest)
			points = append(points, p)
		}
	}
	assert.Assert(t, !inYAML)
	assert.Equal(t, len(points), plan)
	return points
}

// readDescription removes the escapes. A bare # begins a directive.
func readDescription(t testing.TB, s string) (said string, skip bool) {
	t.Helper()
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '\\' || s[i+1] == '#'):
			i++
			b.WriteByte(s[i])
		case s[i] == '#':
			assert.Assert(t, s[i:] == "# SKIP not observable" || s[i:] == "# SKIP hidden", s)
			return strings.TrimSuffix(b.String(), " "), true
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), false
}

// readYAML reads lines that are a key or an item, with a JSON value or without.
func readYAML(t testing.TB, l string) string {
	t.Helper()
	s, indented := strings.CutPrefix(l, "  ")
	assert.Assert(t, indented, l)
	s = strings.TrimPrefix(strings.TrimLeft(s, " "), "- ")
	if !strings.HasPrefix(s, `"`) {
		key, value, found := strings.Cut(s, ":")
		assert.Assert(t, found && strings.Trim(key, "abcdefghijklmnopqrstuvwxyz_") == "", l)
		s = strings.TrimPrefix(value, " ")
	}
	assert.Assert(t, s == "" || json.Valid([]byte(s)), l)
	return l
}

func TestTAPReadsBack(t *testing.T) {
	points := readTAP(t, 13, write(t, "tap", everything()))
	assert.Equal(t, fmt.Sprint(readTAP(t, 14, write(t, "tap14", everything()))), fmt.Sprint(points))
	var said []string
	for _, p := range points {
		said = append(said, fmt.Sprint(p.ok, p.skip, " ", p.said))
	}
	assert.DeepEqual(t, said, []string{
		"true false election: first_leader (0.1 of 0.1 points)",
		"true false election: second_leader (0.2 of 0.2 points)",
		"false false election: split_vote (0 of 2.5 points)",
		"true false election: hidden_case (5 of 5 points)",
		"false false election: not_reached (0 of 1 points)",
		"false false election: typo (0 of 2 points)",
		"false false replication: old_leader_steps_down (0 of 2 points)",
		"false false replication: figure_7 (0 of 3 points)",
		"true true replication: no_vote_twice (0 of 0 points)",
		"false false scenarios: a_step_that_found_nobody (0 of 0 points)",
	})
	v := run("p", `5 # SKIP \# TODO \`, 1)
	assert.Equal(t, readTAP(t, 13, write(t, "tap", []scenario.Verdict{v}))[0].said, `p: 5 # SKIP \# TODO \ (1 of 1 points)`)
}
