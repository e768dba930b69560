package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"gotest.tools/v3/assert"
	is "gotest.tools/v3/assert/cmp"
	"gotest.tools/v3/golden"

	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/play"
)

// grading is a verdict on a program that somebody else wrote.
func grading(part, name string, worth float64, status scenario.Status, f scenario.Foreign) scenario.Verdict {
	f.Links = "namespace"
	v := scenario.Verdict{
		Name: name, File: name + ".toml", Description: "What " + name + " is about.", Paper: "§5.4",
		Grade: play.Grade{Part: part, Points: worth, Visibility: "visible"}, Seed: 7, Repeat: 1, Repeats: 1, Count: 1,
		Status: status, Foreign: &f, SimTime: 4 * time.Second, WallTime: 4200 * time.Millisecond,
		Command: "emulator grade team7.zip -only " + name,
	}
	return v
}

// graded has verdicts of all kinds.
func graded() []scenario.Verdict {
	counts := func(k course.Kind, share float64, story ...string) scenario.Foreign {
		return scenario.Foreign{Kind: k, Share: share, Story: story}
	}
	void := func(k course.Kind, flagged bool, story ...string) scenario.Foreign {
		return scenario.Foreign{Kind: k, Excluded: true, Flagged: flagged, Story: story}
	}
	wrong := counts(course.Wrong, 0,
		"0.000 s  five nodes were started",
		"1.204 s  node 2 leads in term 1",
		"1.310 s  put_message dog \"I love dogs!\" was sent to node 2, which answered success",
		"1.352 s  node 2 was killed",
		"3.120 s  get_message dog was sent to node 4, which answered failure",
		"The message was acknowledged, so it is in the log of a majority, and the new leader has it (§5.4).")
	wrong.Output = []string{"node 2: 127.0.0.1 - - \"PUT /message HTTP/1.1\" 201 -", "node 4: became leader of term 2"}
	cut := grading("promises", "not_reached", 4, scenario.Undecided, void(course.Undecided, true))
	cut.Interrupted, cut.Problem, cut.WallTime, cut.Foreign.Links = true, "the budget of time was used up before it began", 0, ""
	same := []string{"Not run: in three_nodes, the program did not start with as many nodes."}
	flaky := counts(course.Flaky, 1, "In 1 of 2 runs: crashed. Others were not.")
	flaky.Flagged = true
	return []scenario.Verdict{
		grading("queue", "create_topic", 1, scenario.Passed, counts(course.Passed, 1)),
		grading("queue", "order", 2, scenario.Passed, counts(course.Passed, 1)),
		grading("election", "slow_election", 3, scenario.Failed, counts(course.TooSlow, 0.5, "The leader came after 4.2 s, want 3 s.")),
		grading("election", "no_leader", 3, scenario.Failed, counts(course.NotAvailable, 0, "No leader came within 10 s.")),
		grading("election", "three_nodes", 2, scenario.Failed, counts(course.NotStarted, 0, same...)),
		grading("election", "three_others", 2, scenario.Failed, counts(course.NotStarted, 0, same...)),
		grading("election", "exits", 2, scenario.Failed, counts(course.Crashed, 0, "Node 1 ended with exit status 1.")),
		grading("promises", "acknowledged", 4, scenario.Failed, wrong),
		grading("promises", "sometimes", 2, scenario.Undecided, flaky),
		grading("promises", "put_fails", 2, scenario.Undecided, void(course.Unprepared, true, "A put without any fault was not answered.")),
		grading("promises", "cut_off", 2, scenario.NotObservable, void(course.Bypassed, false, "Messages passed by the links. Send to the address in config.json.")),
		grading("promises", "debug_route", 1, scenario.NotObservable, void(course.NotObservable, false)),
		cut,
	}
}

func TestReportsOnProgramsOfOthers(t *testing.T) {
	for _, kind := range report.Kinds() {
		t.Run(kind.Name, func(t *testing.T) {
			golden.Assert(t, write(t, kind.Name, graded()), kind.Name+"_foreign.golden")
		})
	}
	golden.Assert(t, table(graded(), false), "table_foreign.golden")
	golden.Assert(t, table(graded(), true), "table_foreign_verbose.golden")
	shown := report.Students.Show(append(graded(), hidden()))
	golden.Assert(t, table(shown, false), "table_foreign_student.golden")
	golden.Assert(t, write(t, "gradescope", append(graded(), hidden())), "gradescope_foreign_hidden.golden")
}

func hidden() scenario.Verdict {
	v := grading("promises", "secret", 9, scenario.Failed, scenario.Foreign{Kind: course.Wrong, Flagged: true, Story: []string{"secret story"}})
	v.Grade.Visibility = "hidden"
	return v
}

func TestForeignPointsAreShares(t *testing.T) {
	earned, possible := report.Score(graded())
	assert.Equal(t, earned, 1+2+1.5+2.0)
	assert.Equal(t, possible, 1+2+3+3+2+2+2+4+2.0)
}

func TestOnePointIsNotSeveral(t *testing.T) {
	for worth, want := range map[float64]string{1: "Undecided: its point is not graded yet.", 2: "Undecided: its 2 points are not graded yet."} {
		v := grading("queue", "open", worth, scenario.Undecided, scenario.Foreign{Kind: course.Undecided, Excluded: true})
		var b bytes.Buffer
		report.Table(&b, []scenario.Verdict{v}, report.TableOptions{})
		assert.Assert(t, strings.Contains(b.String(), want), b.String())
	}
}

func TestForeignReportsReadBack(t *testing.T) {
	all := checkJUnit(t, write(t, "junit", graded()), graded())
	assert.Equal(t, all.Failures, 6)
	assert.Equal(t, all.Errors, 1)
	var results struct {
		Score *float64
		Tests []struct {
			Name   string
			Score  *float64
			Max    *float64 `json:"max_score"`
			Status string
		}
	}
	assert.NilError(t, json.Unmarshal([]byte(write(t, "gradescope", graded())), &results))
	assert.Assert(t, results.Score == nil)
	for _, test := range results.Tests {
		name, open := strings.CutSuffix(test.Name[strings.Index(test.Name, ": ")+2:], " (not graded yet)")
		assert.Equal(t, open, name == "put_fails" || name == "not_reached", name)
		excluded := name == "put_fails" || name == "cut_off" || name == "debug_route" || name == "not_reached"
		assert.Equal(t, test.Score == nil, excluded, name)
		assert.Equal(t, test.Status == "", excluded, name)
		assert.Equal(t, test.Status == "passed", name == "create_topic" || name == "order" || name == "sometimes", name)
		if name == "slow_election" {
			assert.Equal(t, *test.Score, 1.5)
			assert.Equal(t, *test.Max, 3.0)
		}
	}
	said, code := prove(t, write(t, "tap", graded()[:9]))
	assert.Assert(t, code != 0)
	assert.Assert(t, is.Contains(said, "Failed 7/9 subtests"))
}

func TestHiddenScenarioShowsNothingOfItsStory(t *testing.T) {
	shown := report.Students.Show([]scenario.Verdict{hidden()})
	for _, kind := range report.Kinds() {
		assert.Assert(t, !strings.Contains(write(t, kind.Name, shown), "secret"), kind.Name)
	}
	assert.Assert(t, !strings.Contains(table(shown, true), "secret"))
}

// Platforms refuse or cut off what is too long: PrairieLearn takes 1 MB.
func TestForeignTextIsBounded(t *testing.T) {
	var many []scenario.Verdict
	for i := range 80 {
		f := scenario.Foreign{Kind: course.Wrong}
		for n := range 200 {
			f.Story = append(f.Story, fmt.Sprintf("%d of %d %s", n, i, strings.Repeat("ä", 500)))
			f.Output = append(f.Output, fmt.Sprintf("node %d: \x1b[31m%s\xff", n, strings.Repeat("x", 5000)))
		}
		f.Story = append(f.Story, fmt.Sprintf("the reason of %d", i))
		many = append(many, grading("p", fmt.Sprintf("s%d", i), 1, scenario.Failed, f))
	}
	for _, kind := range report.Kinds() {
		if kind.Name == "json" {
			continue
		}
		said := write(t, kind.Name, many)
		assert.Assert(t, len(said) < 1<<20 || kind.Name == "html" && len(said) < 3<<19, "%s has %d bytes", kind.Name, len(said))
		assert.Assert(t, strings.Contains(said, "the reason of 79"), kind.Name)
		assert.Assert(t, utf8.ValidString(said) && !strings.Contains(said, "\x1b"), kind.Name)
	}
	var b bytes.Buffer
	report.Table(&b, many, report.TableOptions{})
	assert.Assert(t, b.Len() < 1<<20)
	assert.Assert(t, strings.Contains(b.String(), " lines before"))
}
