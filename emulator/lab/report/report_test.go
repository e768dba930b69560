package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/golden"

	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/serve/page"
)

// run is a verdict of a scenario that passed.
func run(part, name string, worth float64) scenario.Verdict {
	return scenario.Verdict{
		Name: name, File: "grading/" + name + ".toml",
		Grade: play.Grade{Part: part, Points: worth, Visibility: "visible", Tags: []string{"raft", part}},
		Seed:  7, Repeat: 1, Repeats: 1,
		SimTime: 2350 * time.Millisecond, WallTime: 1200 * time.Microsecond, Events: 812,
		Command: "emulator run grading/" + name + ".toml -seed 7",
		Findings: []scenario.Finding{{
			Line: 12, Expected: "leader=unique within 1 s", When: 230 * time.Millisecond,
		}},
	}
}

// failed is a verdict of a run that lost its leader.
func failed(v scenario.Verdict) scenario.Verdict {
	v.Status = scenario.Failed
	v.Findings = append(v.Findings[:len(v.Findings):len(v.Findings)],
		scenario.Finding{
			Line: 42, Status: scenario.Failed,
			Expected: "leader=unique and role=old:Follower and logs_equal=all within 1 s of the step healed",
			Because:  "a leader that hears of a higher term steps down, and its uncommitted entries are replaced (§5.3)",
			Seen:     "node 0 (old) is still Leader of term 3 while node 2 is Leader of term 4; the logs of 0 and 2 differ from index 4 on",
			When:     2350 * time.Millisecond,
			Trail: []string{
				"1.250 s  node 2 became Leader of term 4",
				"1.300 s  heal: every cut undone",
				"1.312 s  node 0 got AppendEntries of term 4 from node 2 and answered success=false, term=3",
			},
		},
		scenario.Finding{
			Line: 47, Status: scenario.NotObservable, Expected: "log=0:1*3 4*2 at the end",
			Seen: "these nodes do not show their logs",
		})
	return v
}

// everything has verdicts of all statuses, repeated runs, some without a part, and
// hidden points.
func everything() []scenario.Verdict {
	lost := failed(run("replication", "old_leader_steps_down", 2))
	lost.Description, lost.Paper = "A leader that was cut off steps down and loses what it could not commit.", "§5.3"
	blind := run("replication", "no_vote_twice", 1.5)
	blind.Status = scenario.NotObservable
	blind.Findings[0].Status, blind.Findings[0].Seen = scenario.NotObservable, "these nodes do not show their votes"
	stuck := run("election", "split_vote", 2.5)
	stuck.Status, stuck.Problem, stuck.Findings = scenario.Undecided, "the run was interrupted", nil
	hidden := run("election", "hidden_case", 5)
	hidden.Grade.Visibility = "after_due_date"
	late := run("", "a_step_that_found_nobody", 0)
	late.Status, late.Findings = scenario.Failed, nil
	late.Problem = "step \"cut\" (line 20): isolate = \"old\", and nobody has that name\n\tnodes that are up: 0, 1, 2"
	all := []scenario.Verdict{run("election", "first_leader", 0.1), run("election", "second_leader", 0.2), lost}
	for i := range 9 {
		v := run("replication", "figure_7", 3)
		if i%2 == 1 {
			v = failed(v)
		}
		v.Repeat, v.Repeats, v.Seed = i+1, 9, uint64(100+i)
		v.Command = fmt.Sprintf("emulator run grading/figure_7.toml -seed %d", v.Seed)
		all = append(all, v)
	}
	cut := run("election", "not_reached", 1)
	cut.Status, cut.Interrupted, cut.Problem, cut.Findings = scenario.Undecided, true, "interrupted before it began", nil
	cut.Repeats, cut.Count = 20, 20
	bad := scenario.Verdict{
		Name: "typo", File: "grading/typo.toml", Grade: play.Grade{Part: "election", Points: 2, Visibility: "visible"},
		Status: scenario.Error, Problem: "grading/typo.toml:3: nodes is missing", Command: "emulator check grading/typo.toml",
	}
	return append(all, blind, stuck, hidden, late, cut, bad)
}

func TestWrite(t *testing.T) {
	for _, kind := range report.Kinds() {
		t.Run(kind.Name, func(t *testing.T) {
			golden.Assert(t, write(t, kind.Name, everything()), kind.Name+".golden")
			golden.Assert(t, write(t, kind.Name, nil), kind.Name+"_empty.golden")
			assert.Assert(t, kind.Help != "" && !strings.Contains(kind.Help, "\n"))
		})
	}
}

func write(t testing.TB, kind string, verdicts []scenario.Verdict) string {
	t.Helper()
	var b bytes.Buffer
	assert.NilError(t, report.Write(kind, &b, verdicts))
	if kind == "html" {
		return unpacked(t, b.Bytes())
	}
	return b.String()
}

var summary = regexp.MustCompile("(?s)<noscript>.*</noscript>")

// unpacked is what a file that plays runs says of them: its data and its summary, without the
// page.
func unpacked(t testing.TB, file []byte) string {
	t.Helper()
	data, err := page.Unpack(file)
	assert.NilError(t, err)
	var b bytes.Buffer
	assert.NilError(t, json.Indent(&b, data, "", "  "))
	return b.String() + string(summary.Find(file)) + "\n"
}

func TestWriteRefusesAnUnknownKind(t *testing.T) {
	for _, test := range []struct{ name, kind, want string }{
		{"near", "junti", `unknown kind of report: "junti"; did you mean "junit"?`},
		{"far", "pdf", `unknown kind of report: "pdf"; want one of "junit", "gradescope", "tap", "tap14", "json", "html" or "github"`},
		{"none", "", `unknown kind of report: ""; want one of "junit", "gradescope", "tap", "tap14", "json", "html" or "github"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := report.Write(test.kind, io.Discard, nil)
			assert.ErrorIs(t, err, report.ErrUnknownKind)
			assert.Error(t, err, test.want)
		})
	}
}

type fullDisk struct{}

var errFull = errors.New("no space left")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestWriteReportsAnErrorOfItsWriter(t *testing.T) {
	for _, kind := range report.Kinds() {
		assert.ErrorIs(t, report.Write(kind.Name, fullDisk{}, everything()), errFull)
	}
	report.Table(fullDisk{}, everything(), report.TableOptions{Verbose: true})
}

func TestScoreCountsWholeScenarios(t *testing.T) {
	for _, test := range []struct {
		name             string
		verdicts         []scenario.Verdict
		earned, possible float64
	}{
		{"nothing", nil, 0, 0},
		{"decimal fractions", []scenario.Verdict{run("", "a", 0.1), run("", "b", 0.2)}, 0.3, 0.3},
		{"every status", everything(), 5.3, 15.8},
		{"one bad run of two", []scenario.Verdict{run("", "a", 4), failed(run("", "a", 4))}, 0, 4},
		{"good runs only", []scenario.Verdict{run("", "a", 4), run("", "a", 4)}, 4, 4},
		{"the same name in two parts", []scenario.Verdict{run("x", "a", 1), run("y", "a", 1)}, 2, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			earned, possible := report.Score(test.verdicts)
			assert.Equal(t, earned, test.earned)
			assert.Equal(t, possible, test.possible)
		})
	}
}
