package run

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/poll"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/serve/page"
	"rrmq.example/emulator/emulator/sim/explain"
	"rrmq.example/emulator/emulator/sim/trace"
)

func TestPassedScenarioIsReported(t *testing.T) {
	dir(t, map[string]string{"elects.toml": passing})
	o := run("elects.toml")
	o.must(t, cli.OK, "passed  elects", "1 of 1 scenario passed", "2 of 2 points")
	assert.Equal(t, o.stderr, "")
}

// A failure says what was expected and seen, and how to see it again: that
// command gives the same failure.
func TestFailureNamesACommandThatRepeatsIt(t *testing.T) {
	dir(t, map[string]string{"b/impossible.toml": failing})
	o := run("-seed", "5", "b/impossible.toml")
	o.must(t, cli.Failed, "FAILED", "always leader=none from crashed", "b/impossible.toml:21", "nobody may lead (§5.2)", " leads in term ")
	command := "emulator run b/impossible.toml -seed 5"
	assert.Assert(t, strings.Contains(o.stdout, command), o.stdout)
	words := strings.Fields(command)
	again := run(words[2:]...)
	assert.Equal(t, withoutWallTime(again.stdout), withoutWallTime(o.stdout))
}

// withoutWallTime leaves out what may differ: the table's last column, and the
// last line.
func withoutWallTime(table string) string {
	_, details, _ := strings.Cut(table, "\nFAILED")
	details, _, _ = strings.Cut(details, "\n0 of ")
	return details
}

// Flags stand anywhere, and what they choose is what is run.
func TestFlagsChooseScenarios(t *testing.T) {
	dir(t, map[string]string{
		"grading/elects.toml": passing, "grading/deep/impossible.toml": failing, "grading/plain.toml": noScenario, "grading/README": "",
	})
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"grading", cli.Failed, "1 of 2 scenarios passed"},
		{"grading grading/elects.toml", cli.Failed, "1 of 2 scenarios passed"},
		{"grading/*.toml", cli.OK, "1 of 1 scenario passed"},
		{"grading -run ^el", cli.OK, "1 of 1 scenario passed"},
		{"-part election grading", cli.OK, "1 of 1 scenario passed"},
		{"grading -part deep", cli.Failed, "0 of 1 scenario passed"},
		{"grading -part ELECT", cli.OK, "1 of 1 scenario passed"},
		{"grading -tag slow", cli.Failed, "0 of 1 scenario passed"},
		{"grading -tag none,fast", cli.OK, "1 of 1 scenario passed"},
		{"grading -tag slow,fast -part election -v", cli.OK, "leader=unique within 2 s"},
		{"-- grading/elects.toml", cli.OK, "1 of 1 scenario passed"},
	} {
		t.Run(c.args, func(t *testing.T) {
			o := run(strings.Fields(c.args)...)
			o.must(t, c.code, c.want)
			assert.Equal(t, o.stderr, "")
		})
	}
}

// Fixtures without a scenario are left out; one that was named is mentioned.
func TestNoScenario(t *testing.T) {
	dir(t, map[string]string{"elects.toml": passing, "plain.toml": noScenario})
	o := run("plain.toml", "elects.toml")
	o.must(t, cli.OK, "1 of 1 scenario passed")
	assert.Equal(t, o.stderr, "emulator run: plain.toml has no scenario, and is left out\n")
	run("plain.toml").complains(t, "plain.toml has no scenario", "there is nothing to run: none of these files")
}

func TestEmbeddedScenariosPassByNameFolderAndPattern(t *testing.T) {
	t.Chdir(t.TempDir())
	o := run("all", "-report", "json=all.json")
	o.must(t, cli.OK)
	all := strings.Count(o.stdout, "\n  passed  ")
	assert.Assert(t, all >= 60, "%d", all)
	election := run("election")
	election.must(t, cli.OK, "  one_leader_of_five ")
	assert.Assert(t, strings.Count(election.stdout, "\n  passed  ") < all)
	run("one_leader_of_*").must(t, cli.OK, "  one_leader_of_five ", "  one_leader_of_three ")
	run("one_leader_of_five", "one_leader_of_five.toml").must(t, cli.OK, "1 of 1 scenario passed")
}

// The command lists all problems and runs nothing.
func TestBadUsageIsReported(t *testing.T) {
	dir(t, map[string]string{"elects.toml": passing, "wrong.toml": wrong, "empty/x": "", "file": ""})
	for _, c := range []struct {
		args string
		want []string
	}{
		{"", []string{"there is nothing to run; want names, files, directories, or all", "emulator run -h tells more"}},
		{"elects.toml -x", []string{"-x"}},
		{"elects.toml -clock fast", []string{`-clock "fast": want real or virtual`}},
		{"elects.toml -repeat 0", []string{"-repeat 0: want 1 or more"}},
		{"elects.toml -parallel 0", []string{"-parallel 0: want 1 or more"}},
		{"elects.toml -parallel -1", []string{"-parallel -1: want 1 or more"}},
		{"elects.toml -run (", []string{"-run \"(\": ", "missing closing )"}},
		{"elects.toml -seed -1", []string{"-seed"}},
		{"elects.toml -part none", []string{`no scenario has -part none; the parts are "election"`}},
		{"elects.toml -part election -run none", []string{"no scenario is one of those that -run, -tag and -part choose"}},
		{"elects.toml nothing.toml wrong.toml", []string{
			"nothing.toml: no such file", "wrong.toml:8: step[0].at_ms", "wrong.toml:12: expect[0].that",
		}},
		{"frsh_3", []string{`unknown fixture "frsh_3", did you mean "fresh_3"`, "(emulator -list shows all;"}},
		{"empty", []string{"empty: no .toml file in this directory"}},
		{"no*thing", []string{"nothing matches no*thing"}},
		{"no[thing", []string{"no[thing: syntax error in pattern"}},
		{"elects.toml -report xml=a", []string{`unknown kind of report: "xml"`}},
		{"elects.toml -report junit", []string{"want KIND=FILE, such as junit=results.xml"}},
		{"elects.toml -report junit=no/a.xml -report tap=file/a", []string{
			"-report junit=no/a.xml: no such file or directory", "-report tap=file/a: not a directory",
		}},
		{"elects.toml -report tap=- -report json=-", []string{"-report json=-: another output goes there already"}},
		{"elects.toml -report tap=a -report json=a", []string{"-report json=a: another output goes there already"}},
		{"elects.toml -traces file", []string{"-traces file: "}},
	} {
		t.Run(c.args, func(t *testing.T) {
			run(strings.Fields(c.args)...).complains(t, c.want...)
		})
	}
}

func TestHelpListsReports(t *testing.T) {
	for _, args := range [][]string{{"-h"}, {"x.toml", "--help"}} {
		o := run(args...)
		o.must(t, cli.OK, "Usage:\n  emulator run", "-clock", "-fail-fast", "-parallel", "-part", "-repeat", "-report",
			"-run", "-seed", "-tag", "-trace", "Exit codes:")
		for _, k := range report.Kinds() {
			assert.Check(t, strings.Contains(o.stdout, k.Name+" "), k.Name)
		}
		assert.Equal(t, o.stderr, "")
	}
}

// Repeats have a seed each, from the first on. Those that pass share a verdict, and so do the
// failures beyond the first ones; the order is that of the seeds.
func TestRepeatsHaveASeedEach(t *testing.T) {
	dir(t, map[string]string{"elects.toml": passing, "impossible.toml": failing})
	o := run("impossible.toml", "elects.toml", "-repeat", "25", "-seed", "100", "-parallel", "4", "-report", "json=-")
	o.must(t, cli.Failed)
	var written struct {
		Verdicts []struct {
			Name    string
			Seed    uint64
			Repeat  int
			Count   int
			Status  string
			Command string
		}
	}
	assert.NilError(t, json.Unmarshal([]byte(o.stdout), &written))
	assert.Equal(t, len(written.Verdicts), 22)
	for i, v := range written.Verdicts[:20] {
		assert.Equal(t, v.Name, "impossible")
		assert.Equal(t, v.Seed, uint64(100+i))
		assert.Equal(t, v.Repeat, i+1)
		assert.Equal(t, v.Count, 1)
		assert.Equal(t, v.Status, "failed")
		assert.Equal(t, v.Command, fmt.Sprintf("emulator run impossible.toml -seed %d", v.Seed))
	}
	assert.Equal(t, written.Verdicts[20].Count, 5) // those beyond the first twenty
	assert.Equal(t, written.Verdicts[20].Command, "emulator run impossible.toml -seed 120")
	assert.Equal(t, written.Verdicts[21].Name, "elects")
	assert.Equal(t, written.Verdicts[21].Status, "passed")
	assert.Equal(t, written.Verdicts[21].Count, 25)
	assert.Equal(t, written.Verdicts[21].Seed, uint64(100))
	assert.Equal(t, written.Verdicts[3].Command, "emulator run impossible.toml -seed 103")
	// Standard output is the report's, so the table is elsewhere.
	assert.Assert(t, strings.Contains(o.stderr, "1 of 2 scenarios passed"), o.stderr)
}

// To fail fast is to begin nothing more.
func TestFailFast(t *testing.T) {
	dir(t, map[string]string{"a.toml": passing, "b.toml": failing, "c.toml": stuck})
	o := run("-fail-fast", "-parallel", "1", "a.toml", "b.toml", "c.toml")
	o.must(t, cli.Failed, "1 of 3 scenarios passed, 1 failed, 1 undecided; 1 run did not end; 2 of 3 points")
	assert.Assert(t, strings.Contains(o.stderr, "stopped after a failure: 1 of 3 runs did not end"), o.stderr)
	// A scenario that may have begun is cut short.
	o = run("-fail-fast", "-parallel", "2", "c.toml", "b.toml")
	o.must(t, cli.Failed, "0 of 2 scenarios passed, 1 failed, 1 undecided; 1 run did not end")
	assert.Assert(t, strings.Contains(o.stderr, "stopped after a failure: 1 of 2 runs did not end"), o.stderr)
}

// Reports are written, several at once.
func TestReportsAreWritten(t *testing.T) {
	dir(t, map[string]string{"elects.toml": passing})
	args := []string{"elects.toml"}
	for _, k := range report.Kinds() {
		args = append(args, "-report", k.Name+"="+k.Name+".out")
	}
	run(args...).must(t, cli.OK, "1 of 1 scenario passed")
	for _, k := range report.Kinds() {
		text := reportOf(t, k.Name)
		assert.Assert(t, strings.Contains(text, "elects"), "%s: %s", k.Name, text)
	}
}

// reportOf reads the report of a kind.
func reportOf(t *testing.T, kind string) string {
	t.Helper()
	text, err := os.ReadFile(kind + ".out")
	assert.NilError(t, err)
	if kind == "html" {
		text, err = page.Unpack(text)
		assert.NilError(t, err)
	}
	return string(text)
}

// A run that failed is in the file that plays runs, opened where it went wrong, and one that
// passed is not.
func TestFailedRunsCanBePlayed(t *testing.T) {
	dir(t, map[string]string{"elects.toml": passing, "impossible.toml": failing})
	run("elects.toml", "impossible.toml", "-repeat", "25", "-report", "html=html.out", "-traces", "traces").must(t, cli.Failed)
	var story struct {
		Runs []struct {
			Name    string
			Verdict string
			Place   int
			OpenAt  uint64 `json:"open_at"`
			Header  struct{ Format int }
			Records []struct {
				Seq  uint64
				Time time.Duration `json:"time_ns"`
			}
			Explained map[uint64]explain.Explanation
		}
		Verdicts []struct {
			Name, Status, Text string
			Run                *int
			Findings           []struct {
				When float64 `json:"when_ms"`
			}
		}
	}
	assert.NilError(t, json.Unmarshal([]byte(reportOf(t, "html")), &story))
	assert.Equal(t, len(story.Runs), report.MaxFull)
	for i, r := range story.Runs {
		assert.Equal(t, r.Verdict, "failed")
		assert.Assert(t, r.OpenAt > 0 && r.OpenAt <= uint64(len(r.Records)) && r.Header.Format == trace.Format)
		opened, ok := r.Explained[r.OpenAt]
		assert.Assert(t, ok && opened.Seq == r.OpenAt && opened.Text != "", "the event of the failure is not explained")
		for _, s := range opened.Steps {
			assert.Assert(t, r.Explained[s.Seq].Text != "", "step %d is not explained", s.Seq)
		}
		v := story.Verdicts[r.Place]
		assert.Assert(t, v.Name == "impossible" && v.Status == "failed" && v.Text != "" && *v.Run == i)
		assert.Assert(t, float64(r.Records[r.OpenAt-1].Time)/1e6 <= v.Findings[0].When)
	}
	for _, v := range story.Verdicts {
		assert.Assert(t, v.Name == "impossible" || v.Run == nil && v.Text == "")
	}
	recorded, err := os.ReadFile("traces/impossible-1.jsonl")
	assert.NilError(t, err)
	assert.Equal(t, strings.Count(string(recorded), "\n"), len(story.Runs[0].Records)+2)
}

// A report that cannot be written is the environment's fault, whatever passed.
func TestReportToWhatIsFull(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no /dev/full")
	}
	dir(t, map[string]string{"elects.toml": passing})
	o := run("elects.toml", "-report", "tap=/dev/full")
	o.must(t, cli.Environment, "1 of 1 scenario passed")
	assert.Assert(t, strings.Contains(o.stderr, "no space left on device"), o.stderr)
}

// Each run has a trace of its own.
func TestEachRunHasATrace(t *testing.T) {
	dir(t, map[string]string{"a.toml": passing, "b.toml": passing})
	run("a.toml", "b.toml", "-traces", "traces/of/today", "-repeat", "2", "-seed", "7").must(t, cli.OK)
	files, err := filepath.Glob("traces/of/today/*")
	assert.NilError(t, err)
	assert.DeepEqual(t, files, []string{
		"traces/of/today/elects-2-7.jsonl", "traces/of/today/elects-2-8.jsonl",
		"traces/of/today/elects-7.jsonl", "traces/of/today/elects-8.jsonl",
	})
	assert.NilError(t, os.Remove("traces/of/today/elects-7.jsonl"))
	assert.NilError(t, os.Mkdir("traces/of/today/elects-7.jsonl", 0o777))
	o := run("a.toml", "-traces", "traces/of/today", "-seed", "7")
	o.must(t, cli.Environment, "undecided")
}

// The wall's clock gives the same verdicts.
func TestRealClock(t *testing.T) {
	dir(t, map[string]string{"elects.toml": passing, "impossible.toml": failing})
	o := run("-clock", "real", "elects.toml", "impossible.toml", "-parallel", "2", "-traces", ".")
	o.must(t, cli.Failed, "1 of 2 scenarios passed", "emulator run impossible.toml -seed 1 -clock real")
	for _, file := range []string{"elects-1.jsonl", "impossible-1.jsonl"} {
		info, err := os.Stat(file)
		assert.NilError(t, err)
		assert.Assert(t, info.Size() > 0)
	}
}

// A bad file is an error in the table and in all reports, with its points, and the others run.
func TestBadFileIsAnErrorAndTheOthersRun(t *testing.T) {
	const typo = "format = 1\nname = \"typed\"\n[cluster]\nnodez = 3\n[grade]\npart = \"election\"\npoints = 4\n[[expect]]\nthat = \"leader=unique\"\n"
	dir(t, map[string]string{
		"d/a.toml": failing, "d/b.toml": typo, "d/c.toml": "format = \n", "d/e.toml": passing,
		"d/pyproject.toml": "[project]\nname = \"suite\"\n", "d/empty.toml": "",
	})
	args := []string{"d"}
	for _, k := range report.Kinds() {
		args = append(args, "-report", k.Name+"="+k.Name+".out")
	}
	o := run(args...)
	o.must(t, cli.Usage, "1 of 4 scenarios passed, 2 bad files, 1 failed; 2 of 7 points",
		"\n  ERROR   typed ", "\n  ERROR   c ", "d/b.toml:4: cluster.nodez: unknown key, did you mean \"nodes\"?", "repeat     emulator check d/b.toml")
	assert.Equal(t, o.stderr, "emulator run: left out, because they have no key of a fixture: d/empty.toml, d/pyproject.toml\n")
	for _, k := range report.Kinds() {
		text := reportOf(t, k.Name)
		for _, want := range []string{"typed", "elects", "impossible"} {
			assert.Check(t, strings.Contains(text, want), "%s has no %s", k.Name, want)
		}
	}
	// Flags choose among bad files as far as they can be read.
	run("d", "-run", "elects").must(t, cli.OK, "1 of 1 scenario passed")
	run("d", "-part", "election").must(t, cli.Usage, "1 of 3 scenarios passed, 2 bad files")
	run("d", "-part", "replication").must(t, cli.Usage, "0 of 2 scenarios passed, 1 bad file, 1 failed")
	// A file that was named is an error whatever it is.
	run("d/pyproject.toml", "d/e.toml").must(t, cli.Usage, "ERROR   pyproject", "1 of 2 scenarios passed, 1 bad file")
}

// A grade that cannot be read is hidden from students.
func TestBadFileWithoutAGradeIsHidden(t *testing.T) {
	dir(t, map[string]string{
		"a.toml": "format = \n", "b.toml": "format = 1\n[grade]\nvisibility = \"hiden\"\n", "c.toml": "format = 1\n[grade]\npoints = 1\n",
	})
	run("a.toml", "b.toml", "c.toml", "-report", "json=out.json").must(t, cli.Usage, "3 bad files")
	text, err := os.ReadFile("out.json")
	assert.NilError(t, err)
	assert.Equal(t, strings.Count(string(text), `"visibility": "hidden"`), 2)
	assert.Equal(t, strings.Count(string(text), `"visibility": "visible"`), 1)
}

// A run that is interrupted says what it knows, in the reports as well. Scenarios that were not
// reached are there too, so that the points are all.
func TestInterruptedRunReportsItsVerdicts(t *testing.T) {
	violating := "violates = [\"election_safety\"]\n" + strings.Replace(stuck, "format = 1", "format = 1\n[grade]\npoints = 3\n", 1)
	violating = strings.Replace(violating, "\nname = \"stuck\"", "", 1)
	violating = "name = \"stuck\"\n" + violating
	dir(t, map[string]string{"a.toml": passing, "c.toml": violating, "d.toml": failing})
	ctx, cancel := context.WithCancel(context.Background())
	before := runtime.NumGoroutine()
	outcomes := make(chan outcome, 1)
	go func() {
		outcomes <- runIn(ctx, "-parallel", "1", "-repeat", "2", "-traces", ".", "-report", "json=out.json", "-report", "tap=out.tap", "a.toml", "c.toml", "d.toml")
	}()
	poll.WaitOn(t, func(poll.LogT) poll.Result {
		if info, err := os.Stat("stuck-1.jsonl"); err != nil || info.Size() == 0 {
			return poll.Continue("the second has not begun")
		}
		return poll.Success()
	}, poll.WithDelay(time.Millisecond), poll.WithTimeout(20*time.Second))
	cancel()
	o := <-outcomes
	o.must(t, cli.Undecided, "1 of 3 scenarios passed, 2 undecided; 4 runs did not end; 2 of 6 points")
	assert.Assert(t, strings.Contains(o.stderr, "emulator run: interrupted: 4 of 6 runs did not end"), o.stderr)
	tap, err := os.ReadFile("out.tap")
	assert.NilError(t, err)
	assert.Assert(t, strings.HasSuffix(string(tap), "\nBail out! 4 runs did not end: interrupted before it began\n"), "%s", tap)
	text, err := os.ReadFile("out.json")
	assert.NilError(t, err)
	assert.Assert(t, strings.Contains(string(text), `interrupted at `), "%s", text)
	poll.WaitOn(t, func(poll.LogT) poll.Result {
		if n := runtime.NumGoroutine() - 1; n > before {
			return poll.Continue("%d goroutines, %d before", n, before)
		}
		return poll.Success()
	}, poll.WithTimeout(20*time.Second))
}

func TestExitCodeFollowsVerdicts(t *testing.T) {
	of := func(statuses ...scenario.Status) (list []scenario.Verdict) {
		for _, s := range statuses {
			list = append(list, scenario.Verdict{Status: s})
		}
		return list
	}
	assert.Equal(t, exitCode(of(scenario.Passed, scenario.Passed), false), cli.OK)
	assert.Equal(t, exitCode(of(scenario.Failed, scenario.Undecided, scenario.NotObservable), false), cli.Failed)
	assert.Equal(t, exitCode(of(scenario.Passed, scenario.Undecided), false), cli.Undecided)
	assert.Equal(t, exitCode(of(scenario.Passed, scenario.NotObservable), false), cli.Undecided)
	assert.Equal(t, exitCode(of(scenario.Passed, scenario.Failed), true), cli.Undecided)
	assert.Equal(t, exitCode(of(scenario.Error, scenario.Failed), false), cli.Usage)
	assert.Equal(t, exitCode(of(scenario.Failed, scenario.Error), true), cli.Usage)
}

func TestProgressCountsScenarios(t *testing.T) {
	dir(t, map[string]string{"elects.toml": passing})
	f := parse(t, "elects.toml", "-repeat", "40")
	cases, err := choose(f, io.Discard)
	assert.NilError(t, err)
	p := newPool(f, cases)
	for i, status := range []scenario.Status{scenario.Passed, scenario.Failed} {
		j := p.job(i)
		p.put(t.Context(), &j, scenario.Verdict{Status: status}, nil)
	}
	assert.Assert(t, strings.HasPrefix(p.line(), "2 of 40 runs done, 1 failed, "), p.line())
}

// A run that breaks the emulator is one run, not the end of all.
func TestPanicIsAnErrorOfOneRun(t *testing.T) {
	dir(t, map[string]string{"elects.toml": passing})
	f := parse(t, "elects.toml")
	cases, err := choose(f, io.Discard)
	assert.NilError(t, err)
	strange := struct{ play.Action }{} // in no fixture that was read
	cases[0].fixture.Scenario.Steps = []play.Step{{Action: strange}}
	p := newPool(f, cases)
	verdicts, err := p.run(context.Background())
	assert.ErrorContains(t, err, "elects.toml with seed 1: the emulator is broken: ")
	assert.Equal(t, len(verdicts), 1)
	assert.Equal(t, verdicts[0].Status.String(), "undecided")
}

// A bug is planted in every scenario, and told along with the command.
func TestBugIsPlantedInEveryScenario(t *testing.T) {
	dir(t, map[string]string{"elects.toml": passing})
	f := parse(t, "elects.toml", "-bug", "election_not_restarted", "-bug", "vote_twice@0")
	cases, err := choose(f, io.Discard)
	assert.NilError(t, err)
	assert.Equal(t, cases[0].fixture.Nodes[0].Bug, "vote_twice")
	assert.Equal(t, cases[0].fixture.Nodes[1].Bug, "election_not_restarted")
	verdicts, err := newPool(f, cases).run(context.Background())
	assert.NilError(t, err)
	assert.Equal(t, verdicts[0].Command, "emulator run elects.toml -seed 1 -bug election_not_restarted -bug vote_twice@0")

	f = parse(t, "elects.toml", "-bug", "vote_twice@99")
	_, err = choose(f, io.Discard)
	assert.ErrorContains(t, err, "elects.toml: -bug vote_twice: no such nodes: node 99")
}

// A trace never replaces a scenario that is run, whatever links lead there.
func TestTraceReplacesNoInput(t *testing.T) {
	dir(t, map[string]string{"e.toml": passing})
	assert.NilError(t, os.Mkdir("traces", 0o755))
	assert.NilError(t, os.Link("e.toml", filepath.Join("traces", "elects-1.jsonl")))
	run("e.toml", "-traces", "traces", "-overwrite").must(t, cli.Environment)
	text, err := os.ReadFile("e.toml")
	assert.NilError(t, err)
	assert.Equal(t, string(text), passing)
}
