package grade

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/cmd/cli"
	engine "rrmq.example/emulator/emulator/grade"
	"rrmq.example/emulator/emulator/grade/room"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/fixture"
)

// courseFile is a course whose command every machine has.
const courseFile = `
format = 1
parts = ["queue", "election"]
[start]
command = ["sh", "src/node.py", "{index}"]
`

// dir makes a directory of files, and goes there.
func dir(t *testing.T, files map[string]string) {
	t.Helper()
	d := t.TempDir()
	for name, text := range files {
		path := filepath.Join(d, name)
		assert.NilError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		assert.NilError(t, os.WriteFile(path, []byte(text), 0o666))
	}
	t.Chdir(d)
	t.Setenv("TMPDIR", t.TempDir())
}

// class makes a class of two submissions, a course and three scenarios.
func class(t *testing.T) {
	t.Helper()
	one := func(part, points, more string) string {
		return "format = 1\n[cluster]\nnodes = 3\n[grade]\npart = \"" + part + "\"\npoints = " + points + more +
			"\n[[expect]]\nthat = \"leader=unique\"\nwithin_ms = 1000\n"
	}
	dir(t, map[string]string{
		"team1/src/node.py": "", "team2/src/node.py": "", "empty/README": "", "text": "",
		"c.toml":         courseFile,
		"set/alone.toml": one("election", "2", ""),
		"set/first.toml": one("queue", "1", ""),
		"set/put.toml":   one("queue", "3", ""),
	})
}

// An outcome is what is left of a run.
type outcome struct {
	code           int
	stdout, stderr string
}

// A fake says how runs end: the kind by scenario, and what else they do.
type fake struct {
	kinds  map[string]course.Kind
	do     func(context.Context, *engine.Job) error
	usable func(room.Mode) error
}

func (f *fake) run(ctx context.Context, args ...string) outcome {
	o := options{usable: f.usable, once: func(ctx context.Context, j *engine.Job) (scenario.Verdict, error) {
		kind, ok := f.kinds[j.Fixture.Name]
		if !ok {
			kind = course.Passed
		}
		v := scenario.Verdict{Name: j.Fixture.Name, Grade: j.Fixture.Scenario.Grade, Seed: j.Fixture.Seed}
		engine.Settle(&v, &scenario.Foreign{Kind: kind, Links: "proxy", Story: []string{"It was " + string(kind) + "."}, History: &history.History{}}, course.Initial())
		var err error
		if f.do != nil {
			err = f.do(ctx, j)
		}
		return v, err
	}}
	if o.usable == nil {
		o.usable = func(room.Mode) error { return nil }
	}
	var stdout, stderr bytes.Buffer
	code := cli.Run(ctx, o.command(), args, nil, &stdout, &stderr)
	left, _ := os.ReadDir(os.Getenv("TMPDIR"))
	if len(left) > 0 {
		stderr.WriteString("left behind: " + left[0].Name())
	}
	return outcome{code, stdout.String(), stderr.String()}
}

func (f *fake) grade(t *testing.T, line string) outcome {
	t.Helper()
	o := f.run(t.Context(), strings.Fields(line)...)
	assert.Check(t, !strings.Contains(o.stderr, "left behind"), o.stderr)
	return o
}

// must checks how a run has ended, and what it says.
func (o outcome) must(t *testing.T, code int, says ...string) {
	t.Helper()
	assert.Check(t, o.code == code, "exit code %d, want %d; stdout:\n%s\nstderr:\n%s", o.code, code, o.stdout, o.stderr)
	for _, s := range says {
		assert.Check(t, strings.Contains(words(o.stdout+o.stderr), words(s)), "it does not say %q:\n%s%s", s, o.stdout, o.stderr)
	}
}

// words writes any space as one blank.
func words(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestPointsDoNotChangeTheExitCode(t *testing.T) {
	class(t)
	f := &fake{kinds: map[string]course.Kind{"put": course.Wrong, "alone": course.TooSlow}}
	o := f.grade(t, "team1 -course c.toml -scenarios set")
	o.must(t, cli.OK, "wrong     put       0/3", "too slow  alone     1/2", "passed    first     1/1",
		"1 of 3 scenarios passed, 1 wrong, 1 too slow; 2 of 6 points.", "Links between the nodes: proxy.",
		"repeat     emulator grade team1 -course c.toml -scenarios set -run put\n", "story      It was wrong.")
	assert.Equal(t, o.stderr, "")
	assert.Assert(t, strings.Index(o.stdout, "\nqueue\n") < strings.Index(o.stdout, "\nelection\n"))
}

func TestRepeatCommandRunsThatScenarioAlone(t *testing.T) {
	class(t)
	f := &fake{kinds: map[string]course.Kind{"put": course.Wrong}}
	f.grade(t, "team1 -course c.toml -scenarios set -run put").must(t, cli.OK, "0 of 1 scenario passed")
	f.grade(t, "team1 -course c.toml -scenarios set -only put,first").must(t, cli.OK, "1 of 2 scenarios passed")
	f.grade(t, "team1 -course c.toml -scenarios set -run ^p").must(t, cli.OK, "0 of 1 scenario passed")
	f.grade(t, "team1 -course c.toml -scenarios set/put.toml").must(t, cli.OK, "0 of 1 scenario passed")
	f.grade(t, "team1 -course c.toml -scenarios set -part elec").must(t, cli.OK, "1 of 1 scenario passed")
}

func TestUndecidedIsToldByTheExitCode(t *testing.T) {
	for kind, want := range map[course.Kind]int{
		course.Undecided: cli.Undecided, course.Unprepared: cli.Undecided, course.Bypassed: cli.OK, course.NotObservable: cli.OK,
		course.Crashed: cli.OK, course.NotStarted: cli.OK, course.NotAvailable: cli.OK,
	} {
		t.Run(string(kind), func(t *testing.T) {
			class(t)
			f := &fake{kinds: map[string]course.Kind{"put": kind}}
			f.grade(t, "team1 -course c.toml -scenarios set").must(t, want, string(kind)+"  ")
		})
	}
}

// The command lists all problems and runs nothing.
func TestBadUsageIsReported(t *testing.T) {
	class(t)
	for name, text := range map[string]string{
		"bad.toml": "format = 1\nnmae = 3\n[start]\ncommand = [\"node\", \"{idx}\"]\n", "wrong/bad.toml": "format = 1\n[[step]]\nat_ms = -5\n",
		"none/plain.toml": "format = 1\n[cluster]\nnodes = 3\n",
	} {
		assert.NilError(t, os.MkdirAll(filepath.Dir(name), 0o777))
		assert.NilError(t, os.WriteFile(name, []byte(text), 0o666))
	}
	f := &fake{do: func(context.Context, *engine.Job) error { t.Error("something was run"); return nil }}
	const fine = " -course c.toml -scenarios set"
	for _, c := range []struct {
		args string
		want []string
	}{
		{"", []string{"there is nothing to grade; want the folder or the archive of a submission"}},
		{"nothing text" + fine, []string{"nothing: no such file", "no submission: nothing"}},
		{"nothing -course bad.toml", []string{"nothing: no such file", `bad.toml:2: nmae: unknown key, did you mean "name"?`, `bad.toml:4: start.command[1]: has the word "{idx}"`}},
		{"team1 -course none.toml", []string{"none.toml: no such file"}},
		{"team1 -course c.toml -scenarios wrong", []string{"wrong/bad.toml:3: step[0].at_ms"}},
		{"team1 -course c.toml -scenarios none", []string{"-scenarios none: there is nothing to run"}},
		{"team1 -course c.toml -scenarios nowhere", []string{"-scenarios nowhere: no such file, directory, or folder of the program"}},
		{"team1 -run frst" + fine, []string{`no scenario matches -run frst; did you mean "first"?`}},
		{"team1 -run (" + fine, []string{"missing closing )"}},
		{"team1 -part log" + fine, []string{`no scenario has -part log; the parts are "election", "queue"`}},
		{"team1 -links magic" + fine, []string{`-links "magic": want auto, namespace, seccomp or proxy`}},
		{"team1 -keep-running" + fine, []string{"-keep-running and -attach are for one scenario, and there are 3; want -run with the name of one"}},
		{"team1 -attach 2" + fine, []string{"are for one scenario"}},
		{"team1 -budget -3s" + fine, []string{"-budget"}},
		{"team1 -report xml=a" + fine, []string{`unknown kind of report: "xml"`}},
		{"team1 -report json=text/a" + fine, []string{"-report json=text/a: not a directory"}},
		{"team1 -run put -attach 9" + fine, []string{"-attach 9: want a node from 0 to 2"}},
		{"team1 -run put -attach 2 -links namespace" + fine, []string{"-attach 2: a node that you start reaches its peers only with -links proxy, not namespace"}},
		{"team1 -run nosuchthing" + fine, []string{"no scenario matches -run nosuchthing; there are 3, such as"}},
		{"team1 -summary none/plain.toml" + fine, []string{"-summary none/plain.toml: ", "-overwrite replaces it"}},
		{"team1 -summary c.toml -overwrite" + fine, []string{"-summary c.toml: it is also an input"}},
		{"team1 team2 -report json=a" + fine, []string{"-report json=a: there are 2 submissions, want {submission} in the name of the file"}},
		{"team1 -report json=c.toml -overwrite" + fine, []string{"-report json=c.toml: it is also an input"}},
		{"team1 -pictures text" + fine, []string{"-pictures text: "}},
	} {
		t.Run(c.args, func(t *testing.T) {
			f.grade(t, c.args).must(t, cli.Usage, c.want...)
		})
	}
}

func TestSubmissionThatCannotBeGradedHasOneReason(t *testing.T) {
	class(t)
	o := (&fake{}).grade(t, "empty team1 -course c.toml -scenarios set -report json={submission}.json")
	o.must(t, cli.OK, "did not start  put       0/3", "The file src/node.py is missing; the submission holds README.", "The same: put, alone",
		"3 of 3 scenarios passed", "\nteam1\n")
	assert.Equal(t, strings.Count(o.stdout, "The file src/node.py is missing"), 1)
	assert.Equal(t, pointsIn(t, "empty.json"), "0/6")
	assert.Equal(t, pointsIn(t, "team1.json"), "6/6")
}

func TestBrokenUploadStopsNoOther(t *testing.T) {
	class(t)
	assert.NilError(t, os.WriteFile("broken.zip", []byte("PK\x03\x04 and so on"), 0o600))
	o := (&fake{}).grade(t, "text broken.zip team1 -course c.toml -scenarios set -report json={submission}.json")
	o.must(t, cli.OK, "The file that was handed in is empty.", "The archive is damaged:", "For a person to look at: all scenarios.",
		"did not start  put       0/3", "3 of 3 scenarios passed")
	assert.Equal(t, pointsIn(t, "text.json"), "0/6")
	assert.Equal(t, pointsIn(t, "broken.json"), "0/6")
	assert.Equal(t, pointsIn(t, "team1.json"), "6/6")
}

// pointsIn reads the points of a json report.
func pointsIn(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	assert.NilError(t, err)
	var r struct {
		Summary struct {
			Points, Max json.Number
			Scenarios   int
			MaxPoints   json.Number `json:"max_points"`
		}
	}
	assert.NilError(t, json.Unmarshal(data, &r))
	assert.Equal(t, r.Summary.Scenarios, 3)
	return r.Summary.Points.String() + "/" + r.Summary.MaxPoints.String()
}

func TestMachineWithoutTheCommandIsNoVerdict(t *testing.T) {
	class(t)
	assert.NilError(t, os.WriteFile("c.toml", []byte(strings.Replace(courseFile, `"sh"`, `"no_such_python"`, 1)), 0o666))
	o := (&fake{}).grade(t, "team1 -course c.toml -scenarios set -summary class.csv")
	o.must(t, cli.Environment, "no_such_python, which starts nodes; install it, or put it into PATH")
	assert.Equal(t, o.stdout, "")
	data, err := os.ReadFile("class.csv")
	assert.NilError(t, err)
	assert.Assert(t, strings.Contains(string(data), "\nteam1,,,,,\"not graded: a command of the course is missing: no_such_python"), string(data))
}

func TestGradersFaultIsToldAndNeverCounted(t *testing.T) {
	class(t)
	f := &fake{do: func(_ context.Context, j *engine.Job) error {
		if j.Fixture.Name == "put" {
			return errors.New("no namespaces left")
		}
		return nil
	}}
	o := f.grade(t, "team1 -course c.toml -scenarios set")
	o.must(t, cli.Environment, "team1: put: no namespaces left", "undecided  put           -", "3 of 3 points")
}

func TestLinksThatCannotBeUsedAreTheEnvironment(t *testing.T) {
	class(t)
	f := &fake{usable: func(room.Mode) error { return errors.New("clone3 is refused") }}
	f.grade(t, "team1 -links namespace -course c.toml -scenarios set").must(t, cli.Environment, "-links namespace: clone3 is refused")
}

// Gradescope kills a grader that takes too long.
func TestReportsAreWholeAfterEachScenario(t *testing.T) {
	class(t)
	var seen []string
	f := &fake{do: func(context.Context, *engine.Job) error {
		seen = append(seen, pointsIn(t, "r.json"))
		return nil
	}}
	f.grade(t, "team1 -parallel 1 -course c.toml -scenarios set -report json=r.json -report gradescope=results.json").must(t, cli.OK)
	assert.DeepEqual(t, seen, []string{"0/0", "1/1", "4/4"})
	assert.Equal(t, pointsIn(t, "r.json"), "6/6")
	data, err := os.ReadFile("results.json")
	assert.NilError(t, err)
	assert.Assert(t, json.Valid(data))
	left, err := filepath.Glob(".emulator*")
	assert.NilError(t, err)
	assert.Equal(t, len(left), 0)
}

func TestReportOnStandardOutputIsAlone(t *testing.T) {
	class(t)
	o := (&fake{}).grade(t, "team1 -course c.toml -scenarios set -report json=-")
	o.must(t, cli.OK)
	assert.Assert(t, json.Valid([]byte(o.stdout)), o.stdout)
	assert.Assert(t, strings.Contains(o.stderr, "3 of 3 scenarios passed"))
}

func TestInterruptKeepsResultsAndLeavesNothing(t *testing.T) {
	class(t)
	ctx, cancel := context.WithCancel(t.Context())
	f := &fake{kinds: map[string]course.Kind{"first": course.Wrong}, do: func(context.Context, *engine.Job) error { cancel(); return nil }}
	o := f.run(ctx, strings.Fields("team1 -parallel 1 -course c.toml -scenarios set -report json=r.json")...)
	o.must(t, cli.Undecided, "interrupted: the rest is undecided", "wrong      first     0/1", "undecided  put           -")
	assert.Equal(t, pointsIn(t, "r.json"), "0/1")
	assert.Assert(t, !strings.Contains(o.stderr, "left behind"))
}

func TestBudgetEndsWithAWholeReport(t *testing.T) {
	class(t)
	f := &fake{do: func(ctx context.Context, j *engine.Job) error {
		if j.Fixture.Name == "put" {
			<-ctx.Done()
		}
		return nil
	}}
	began := time.Now()
	o := f.grade(t, "team1 -parallel 1 -budget 1s -course c.toml -scenarios set -report json=r.json")
	o.must(t, cli.Undecided, "passed     first", "the budget of time was used up")
	assert.Assert(t, time.Since(began) < 20*time.Second)
	assert.Equal(t, pointsIn(t, "r.json"), "3/3") // one of each part before the second of any
}

func TestStudentsSeeNothingOfHiddenScenarios(t *testing.T) {
	class(t)
	text, err := os.ReadFile("set/put.toml")
	assert.NilError(t, err)
	assert.NilError(t, os.WriteFile("set/put.toml", []byte(strings.Replace(string(text), "points = 3", "points = 3\nvisibility = \"hidden\"", 1)), 0o666))
	var onTheWay []byte
	f := &fake{kinds: map[string]course.Kind{"put": course.Undecided}, do: func(context.Context, *engine.Job) error {
		report, err := os.ReadFile("t")
		onTheWay = append(onTheWay, report...)
		return err
	}}
	o := f.grade(t, "team1 -audience student -parallel 1 -course c.toml -scenarios set -pictures p -report tap=t -summary class.csv")
	o.must(t, cli.OK, "hidden scenario 1", "2 of 2 scenarios passed, 1 hidden; 3 of 3 points.")
	report, err := os.ReadFile("t")
	assert.NilError(t, err)
	summary, err := os.ReadFile("class.csv")
	assert.NilError(t, err)
	assert.Assert(t, strings.Contains(string(summary), "\nteam1,3,3,3,0,,"), string(summary))
	pictures, err := filepath.Glob("p/*")
	assert.NilError(t, err)
	f.do = nil
	for _, s := range []string{o.stdout, o.stderr, string(report), string(onTheWay), strings.Join(pictures, " ")} {
		assert.Assert(t, !strings.Contains(s, "put"), s)
	}
	f.grade(t, "team1 -course c.toml -scenarios set").must(t, cli.Undecided, "undecided  put")
}

func TestPicturesShowWhatFailed(t *testing.T) {
	class(t)
	f := &fake{kinds: map[string]course.Kind{"put": course.Wrong}}
	f.grade(t, "team1 -course c.toml -scenarios set -pictures p").must(t, cli.OK)
	files, err := filepath.Glob("p/*")
	assert.NilError(t, err)
	assert.DeepEqual(t, files, []string{filepath.Join("p", "team1-put.html")})
	page, err := os.ReadFile(files[0])
	assert.NilError(t, err)
	assert.Assert(t, strings.Contains(string(page), "<title>put, team1 (drawn by Porcupine)</title>"))
	f.grade(t, "team1 -course c.toml -scenarios set -pictures p").must(t, cli.OK) // it replaces its own
}

func TestSeedIsThatOfTheCommandLine(t *testing.T) {
	class(t)
	var seeds []uint64
	f := &fake{kinds: map[string]course.Kind{"put": course.Wrong}, do: func(_ context.Context, j *engine.Job) error {
		seeds = append(seeds, j.Fixture.Seed)
		return nil
	}}
	f.grade(t, "team1 -seed 42 -run put -course c.toml -scenarios set").must(t, cli.OK, "-seed 42 -run put\n")
	assert.DeepEqual(t, seeds, []uint64{42})
}

func TestNotesNameWhatWasLeftOut(t *testing.T) {
	class(t)
	assert.NilError(t, os.Rename("team2", "team1/inner"))
	assert.NilError(t, os.RemoveAll("team1/src"))
	(&fake{}).grade(t, "team1 -course c.toml -scenarios set").must(t, cli.OK, "emulator grade: team1: the program is in inner/, and is graded from there")
}

func TestClassHasASummary(t *testing.T) {
	class(t)
	assert.NilError(t, os.Rename("team2", "Müller"))
	f := &fake{kinds: map[string]course.Kind{"put": course.Undecided, "alone": course.TooSlow}}
	o := f.grade(t, "team1 Müller text -budget 1h -course c.toml -scenarios set -summary class.csv -report json=reports/{submission}.json")
	o.must(t, cli.Undecided, "emulator grade: 3 submissions, 3 scenarios: at most 1h0m0s each, 3h0m0s together",
		"Müller 2 3 3 1 scenario", "2 of 3 points decided; 3 points undecided: not a grade yet")
	data, err := os.ReadFile("class.csv")
	assert.NilError(t, err)
	assert.Assert(t, strings.Contains(string(data), "\nMüller,,2,3,3,1 scenario,1,1\ntext,,0,6,0,3 scenarios,0,0\n"), string(data))
	data, err = os.ReadFile("reports/Müller.json")
	assert.NilError(t, err)
	assert.Assert(t, strings.Contains(string(data), `"submission": "Müller"`))
}

// A class takes hours, and may be killed.
func TestSummaryIsWholeAfterEachSubmission(t *testing.T) {
	class(t)
	seen := map[string]string{}
	f := &fake{do: func(_ context.Context, j *engine.Job) error {
		data, err := os.ReadFile("class.csv")
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		seen[fmt.Sprint(len(seen))] = string(data)
		return nil
	}}
	assert.NilError(t, os.WriteFile("class.csv", []byte("submission,grade,points,decided_of,undecided,to_look_at\nold\n"), 0o666))
	f.grade(t, "team1 text team2 -parallel 1 -run first -course c.toml -scenarios set -summary class.csv").must(t, cli.OK)
	assert.Assert(t, strings.HasSuffix(seen["0"], "old\n"), "%q", seen)
	assert.Equal(t, seen["1"], "submission,grade,points,decided_of,undecided,to_look_at,queue\nteam1,1,1,1,0,,1\n"+
		"text,,0,1,0,1 scenario,0\nteam2,,,,,not graded: not reached yet,\n")
	data, err := os.ReadFile("class.csv")
	assert.NilError(t, err)
	assert.Assert(t, strings.HasSuffix(string(data), "\nteam2,1,1,1,0,,1\n"), string(data))
	left, err := filepath.Glob(".*")
	assert.NilError(t, err)
	assert.Equal(t, len(left), 0, "%q", left)
}

// The program's own course knows the order of the parts of its own scenarios.
func TestPartsAreInTheCoursesOrderAlsoWhenABuildFails(t *testing.T) {
	class(t)
	assert.NilError(t, os.WriteFile("b.toml", []byte("format = 1\n[start]\ncommand = [\"sh\", \"src/node.py\", \"{index}\"]\n[build]\ncommand = [\"false\"]\n"), 0o666))
	o := (&fake{}).grade(t, "team1 -course b.toml")
	o.must(t, cli.OK, "did not start")
	last := 0
	for _, part := range course.Default().Parts {
		at := strings.Index(o.stdout, "\n"+part+"\n")
		assert.Assert(t, at > last, "%s is not in its place:\n%s", part, o.stdout)
		last = at
	}
}

// The user ends the nodes of a run that is over; that undoes nothing.
func TestEndOfKeptNodesDoesNotChangeTheVerdict(t *testing.T) {
	class(t)
	ctx, cancel := context.WithCancel(t.Context())
	f := &fake{kinds: map[string]course.Kind{"put": course.NotAvailable}, do: func(_ context.Context, j *engine.Job) error {
		j.Decided = true
		cancel()
		return nil
	}}
	f.run(ctx, strings.Fields("team1 -keep-running -run put -course c.toml -scenarios set")...).must(t, cli.OK, "not available  put  0/3")
}

// Users copy them.
func TestExamplesNameScenariosOfTheCourse(t *testing.T) {
	names := fixture.Folder(courseSet)
	for _, example := range Command().Examples {
		words := strings.Fields(example[0])
		if i := slices.Index(words, "-run"); i >= 0 {
			assert.Check(t, slices.Contains(names, words[i+1]), "%s is none of %q", words[i+1], names)
		}
	}
}

func TestNamesOfSubmissionsDiffer(t *testing.T) {
	used := map[string]bool{}
	var names []string
	for _, path := range []string{"a/team 1.zip", "b/team 1", "Team_1.tar.gz", "..", "/", "-Jürgen Ø.zip"} {
		names = append(names, unused(used, nameOf(path)))
	}
	assert.DeepEqual(t, names[:3], []string{"team_1", "team_1-2", "Team_1-3"})
	assert.Assert(t, names[3] != "" && names[4] != "")
	assert.Equal(t, names[5], "_-Jürgen_Ø")
}

func TestCommandThatRepeatsAScenarioHasAllFlagsThatMatter(t *testing.T) {
	seed := uint64(7)
	o := options{course: "c.toml", scenarios: "my set", links: "proxy", seed: &seed}
	assert.Equal(t, o.repeats("-team", "a"), "emulator grade ./-team -course c.toml -scenarios 'my set' -links proxy -seed 7 -run a")
	o = options{scenarios: courseSet, links: auto}
	assert.Equal(t, o.repeats("team", "a"), "emulator grade team -run a")
}

// A link is written once, at the end.
func TestSummaryThroughALinkIsWritten(t *testing.T) {
	class(t)
	assert.NilError(t, os.Symlink("real.csv", "class.csv"))
	(&fake{}).grade(t, "team1 team2 -run first -course c.toml -scenarios set -summary class.csv").must(t, cli.OK)
	data, err := os.ReadFile("real.csv")
	assert.NilError(t, err)
	assert.Equal(t, strings.Count(string(data), "submission,grade"), 1)
	assert.Assert(t, strings.HasSuffix(string(data), "team1,1,1,1,0,,1\nteam2,1,1,1,0,,1\n"), string(data))
}
