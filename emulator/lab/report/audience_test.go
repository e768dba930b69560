package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"
	is "gotest.tools/v3/assert/cmp"

	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/play"
)

// secret is a verdict with a mark in every field, of a scenario that is hidden.
func secret(visibility string, status scenario.Status) scenario.Verdict {
	v := filled("zebra", uint8(status))
	v.Grade = play.Grade{Part: "zebra", Points: 77.5, Visibility: visibility, Tags: []string{"zebra"}}
	v.Status, v.Seed, v.Repeat, v.Repeats, v.Count = status, 7777, 3, 777, 77
	v.SimTime, v.WallTime, v.Events = 7777*time.Second, 7777*time.Second, 7777
	v.Command = "emulator run zebra.toml"
	v.Interrupted = status == scenario.Undecided
	v.Checks = []scenario.Check{{Name: "zebra", Status: scenario.Failed, Seen: "zebra"}}
	return v
}

// documents are all that students may read about verdicts.
func documents(t *testing.T, verdicts []scenario.Verdict) map[string]string {
	t.Helper()
	shown := report.Students.Show(verdicts)
	all := map[string]string{}
	for _, kind := range report.Kinds() {
		all[kind.Name] = write(t, kind.Name, shown)
	}
	for _, verbose := range []bool{false, true} {
		var b bytes.Buffer
		report.Table(&b, shown, report.TableOptions{Verbose: verbose})
		all[fmt.Sprint("table, verbose ", verbose)] = b.String()
	}
	return all
}

func TestStudentsSeeOnlyThatHiddenScenariosExist(t *testing.T) {
	around := func(hidden ...scenario.Verdict) []scenario.Verdict {
		return append(append([]scenario.Verdict{run("p", "first", 1)}, hidden...), run("p", "last", 1))
	}
	passed := documents(t, around(secret("hidden", scenario.Passed)))
	for _, visibility := range []string{"hidden", "after_due_date", "after_published", ""} {
		for status := range scenario.Status(scenario.Statuses) {
			// The status does not show either, nor how many runs there were.
			v := secret(visibility, status)
			for name, document := range documents(t, around(v, v)) {
				assert.Assert(t, !strings.Contains(document, "zebra"), "%s: %s", name, document)
				assert.Assert(t, !strings.Contains(document, "77"), "%s: %s", name, document)
				assert.Equal(t, document, passed[name])
				if name != "github" { // lists only what counts
					assert.Assert(t, is.Contains(document, "hidden scenario 1"))
				}
			}
		}
	}
}

func TestShowNumbersHiddenScenariosInTheirOrder(t *testing.T) {
	one, two := secret("hidden", scenario.Failed), secret("after_due_date", scenario.Passed)
	two.Name = "other"
	var names []string
	for _, v := range report.Students.Show([]scenario.Verdict{one, run("p", "seen", 1), two, one}) {
		names = append(names, v.Name)
	}
	assert.DeepEqual(t, names, []string{"hidden scenario 1", "seen", "hidden scenario 2"})
}

func TestStaffSeeEverything(t *testing.T) {
	assert.DeepEqual(t, report.Staff.Show(everything()), everything())
}

func TestReportsCountHiddenScenariosApart(t *testing.T) {
	all := documents(t, []scenario.Verdict{run("p", "seen", 1), secret("hidden", scenario.Failed)})
	assert.Assert(t, is.Contains(all["table, verbose false"], "1 of 1 scenario passed, 1 hidden; 1 of 1 points"))
	assert.Assert(t, is.Contains(all["tap"], "ok 2 - hidden: hidden scenario 1 # SKIP hidden\n"))
	assert.Assert(t, is.Contains(all["junit"], `<skipped message="hidden">`))
	assert.Assert(t, is.Contains(all["json"], `"status": "hidden"`))
	checkJUnit(t, all["junit"], make([]scenario.Verdict, 2))
	test := readJSON[gradescope](t, all["gradescope"]).Tests[1]
	assert.Assert(t, test.Score == nil && test.MaxScore == nil && test.Status == "" && test.Visibility == "hidden")
	readTAP(t, 13, all["tap"])
}
