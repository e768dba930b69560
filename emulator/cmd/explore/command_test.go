package explore

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/cmd/run"
	"rrmq.example/emulator/emulator/lab/explore"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/page"
)

// called runs emulator explore in a directory of its own.
func called(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return calledIn(t, context.Background(), args...)
}

func calledIn(t *testing.T, ctx context.Context, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = cli.Run(ctx, Command(), args, nil, &out, &errs)
	return code, out.String(), errs.String()
}

// parsed returns the options of a command line, without running it.
func parsed(t *testing.T, args ...string) *options {
	t.Helper()
	o := &options{}
	cmd := &cli.Command{Name: "explore", Flags: o.flags(), Run: func(_ context.Context, c *cli.Call) error { return o.complete(c) }}
	assert.Equal(t, cli.Run(t.Context(), cmd, args, nil, os.Stdout, os.Stderr), cli.OK)
	return o
}

func TestHealthyClustersPass(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, stderr := called(t, "-nodes", "3", "-runs", "20", "-seed", "2")
	assert.Equal(t, code, cli.OK, "%s%s", stdout, stderr)
	assert.Assert(t, strings.Contains(stdout, "20 runs of 3 nodes, 10s each, seed 2: nothing failed"), "%s", stdout)
	assert.Assert(t, strings.Contains(stdout, "an election ran out of time") || strings.Contains(stdout, "election ran out of time (§5.2)"), "%s", stdout)
	_, err := os.Stat(defaultOut)
	assert.Assert(t, os.IsNotExist(err), "no failure was written")
}

// The report lists what a few short runs do not reach.
func TestReportListsWhatRunsDidNotReach(t *testing.T) {
	code, stdout, _ := called(t, "-nodes", "1", "-runs", "2", "-sim-seconds", "0.5")
	assert.Equal(t, code, cli.OK)
	assert.Assert(t, strings.Contains(stdout, "\nnot reached:\n"), "%s", stdout)
	assert.Assert(t, strings.Contains(stdout, "\n  two nodes led at once, in different terms\n"), "%s", stdout)
}

// A failure is written as a file that emulator run fails in the same way.
func TestFailureIsWritten(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, stderr := called(t, "-nodes", "3", "-bug", "vote_twice", "-json", "-out", "found")
	assert.Equal(t, code, cli.Failed, "%s", stderr)
	var r struct {
		Runs, Failed int
		Bug          string
		Failures     []failure
		NotReached   []string `json:"not_reached"`
		Situations   []struct{ Name string }
	}
	assert.NilError(t, json.Unmarshal([]byte(stdout), &r))
	assert.Equal(t, r.Failed, 1)
	assert.Equal(t, r.Bug, "vote_twice")
	assert.Assert(t, len(r.NotReached) > 0 && len(r.Situations) >= 20)
	found := r.Failures[0]
	assert.Equal(t, found.Run, r.Runs-1)
	assert.Assert(t, found.Minimal && found.FileSteps < found.Steps, "%+v", found)

	text, err := os.ReadFile(found.File)
	assert.NilError(t, err)
	assert.Assert(t, strings.HasPrefix(string(text), "# Found by "+found.Command+"\n"), "%s", text)
	assert.Assert(t, strings.Contains(string(text), found.Seen), "%s", text)
	f, err := fixture.Load(found.File)
	assert.NilError(t, err)
	v, err := scenario.Run(context.Background(), f, scenario.Options{})
	assert.NilError(t, err)
	assert.Assert(t, strings.Contains(fmt.Sprint(v.Checks), found.Seen), "%+v", v.Checks)

	var out, errs bytes.Buffer
	assert.Equal(t, cli.Run(context.Background(), run.Command(), []string{found.File}, nil, &out, &errs), cli.Failed)
	assert.Assert(t, strings.Contains(out.String(), found.Check), "%s", &out)
}

// The command in the report repeats the failing run, and prints its schedule as a file
// that fails as well.
func TestOnlyRepeatsTheFailingRun(t *testing.T) {
	t.Chdir(t.TempDir())
	_, stdout, _ := called(t, "-nodes", "3", "-bug", "vote_twice@0,1,2", "-json", "-shrink", "0", "-sim-seconds", "4")
	var r struct{ Failures []failure }
	assert.NilError(t, json.Unmarshal([]byte(stdout), &r))
	found := r.Failures[0]
	assert.Equal(t, found.Shrunk, 0)
	assert.Equal(t, found.FileSteps, found.Steps)
	args := strings.Fields(found.Command)[2:]
	assert.Assert(t, strings.Contains(found.Command, "-sim-time 4s"), "%s", found.Command)
	code, stdout, stderr := called(t, args...)
	assert.Equal(t, code, cli.Failed)
	assert.Assert(t, strings.Contains(stderr, fmt.Sprintf("run %d fails %s", found.Run, found.Check)), "%s", stderr)
	f, err := fixture.Parse("alone.toml", []byte(stdout))
	assert.NilError(t, err)
	assert.Equal(t, len(f.Scenario.Steps), found.Steps)

	code, _, stderr = called(t, "-nodes", "3", "-run", "0")
	assert.Equal(t, code, cli.OK)
	assert.Equal(t, stderr, "run 0: nothing failed\n")
}

// A repeat command is quoted for a shell.
func TestRepeatCommand(t *testing.T) {
	o := parsed(t, "-nodes", "3", "-faults", "drop, crash", "-out", t.TempDir())
	assert.Equal(t, o.command(7), "emulator explore -seed 1 -only 7 -faults 'drop, crash' -nodes 3")
}

func TestKeepGoing(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, stderr := called(t, "-nodes", "3", "-bug", "vote_without_log", "-runs", "20", "-keep-going", "-shrink", "50")
	assert.Equal(t, code, cli.Failed, "%s", stderr)
	assert.Assert(t, strings.Contains(stdout, "20 runs of 3 nodes"), "%s", stdout)
	files, err := filepath.Glob("failures/*.toml")
	assert.NilError(t, err)
	assert.Equal(t, strings.Count(stdout, "emulator run failures"), len(files))
	assert.Assert(t, len(files) > 0)
}

func TestInterruptedExploreEndsUndecided(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	code, stdout, stderr := calledIn(t, ctx, "-nodes", "3")
	assert.Equal(t, code, cli.Undecided)
	assert.Assert(t, strings.HasPrefix(stdout, "0 runs of 3 nodes"), "%s", stdout)
	assert.Equal(t, stderr, "emulator explore: interrupted\n")
}

func TestHelpListsFaultsAndChecks(t *testing.T) {
	code, stdout, stderr := called(t, "-h")
	assert.Equal(t, code, cli.OK)
	assert.Equal(t, stderr, "")
	for _, want := range []string{"-keep-going", "Exit codes:", "Examples:", "  crash ", "leader_completeness", "emulator systematic"} {
		assert.Assert(t, strings.Contains(stdout, want), "%s", want)
	}
}

func TestExploreRefusesBadUsage(t *testing.T) {
	t.Chdir(t.TempDir())
	assert.NilError(t, os.WriteFile("wrong.toml", []byte("format = 1\nnonsense = 2\n"), 0o666))
	assert.NilError(t, os.WriteFile("file", nil, 0o666))
	for name, c := range map[string]struct{ args, want string }{
		"Word":        {"everything", `it takes no operands, "everything" is one`},
		"Flag":        {"-depth 3", "there is no flag -depth"},
		"Nodes":       {"-nodes 0", "-nodes 0: want 1 to 25"},
		"BothNodes":   {"-nodes 3 -fixture figure_7", "-nodes is for new nodes"},
		"Runs":        {"-runs 0", "-runs 0: want 1 or more"},
		"Duration":    {"-duration -1s", "-duration -1s: want more than 0"},
		"Seed":        {"-seed 9007199254740992", "want 0 to 9007199254740991"},
		"SimSeconds":  {"-sim-seconds NaN", `-sim-seconds "NaN": want a number from 0.1 to 600`},
		"Parallel":    {"-parallel 0", "-parallel 0: want 1 or more"},
		"Shrink":      {"-shrink -1", "-shrink -1: want 0 or more"},
		"Run":         {"-run -1", "-run -1: want 0 to 2147483647"},
		"Fault":       {"-faults crash,fire", `-faults: there is no "fire", want all, none, or some of timing, storage`},
		"Check":       {"-check luck", `-check: there is no "luck", want all, none, or some of election_safety`},
		"Bug":         {"-bug vote_twise", `-bug: "vote_twise": no such bug; did you mean "vote_twice"? (emulator bugs lists them all)`},
		"BugNode":     {"-bug vote_twice@3-5", `-bug vote_twice@3-5: no such nodes: node 5, the cluster has nodes 0 to 4`},
		"Fixture":     {"-fixture figure_77", "did you mean"},
		"FixtureFile": {"-fixture wrong.toml", "nonsense"},
		"Out":         {"-out file/dir", "-out: file/dir: not a directory"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := called(t, strings.Fields(c.args)...)
			assert.Equal(t, code, cli.Usage)
			assert.Equal(t, stdout, "")
			assert.Assert(t, strings.HasPrefix(stderr, "emulator explore: "), "%s", stderr)
			assert.Assert(t, strings.Contains(stderr, c.want), "%s", stderr)
		})
	}
}

// If the directory for failures cannot be made, the failure is still reported.
func TestCannotWrite(t *testing.T) {
	t.Chdir(t.TempDir())
	assert.NilError(t, os.WriteFile(defaultOut, nil, 0o666))
	code, stdout, stderr := called(t, "-nodes", "3", "-bug", "vote_twice", "-shrink", "10")
	assert.Equal(t, code, cli.Environment)
	assert.Assert(t, strings.Contains(stdout, " fails "), "%s", stdout)
	assert.Assert(t, strings.Contains(stderr, "-out: mkdir failures"), "%s", stderr)
}

func TestChoose(t *testing.T) {
	all := []string{"a", "b", "c", "d"}
	for list, want := range map[string]string{
		"all": "a b c d", "none": "", "b": "b", "c,a": "c a", "-b": "a c d", "-b,-c": "a d", "a, b,a": "a b", "-a,-b,a": "c d a",
	} {
		got, err := choose("-x", list, all)
		assert.NilError(t, err)
		assert.Equal(t, strings.Join(got, " "), want, "%s", list)
	}
}

// An interrupt while a failure is made small writes the failure as it is.
func TestInterruptedWhileShrinking(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	o := parsed(t, "-nodes", "3", "-bug", "vote_twice", "-out", dir)
	s, err := explore.Explore(ctx, o.Options, nil)
	assert.NilError(t, err)
	cancel()
	found, err := shrinkAndWrite(ctx, o, &s.Failures[0], cli.New(os.Stderr))
	assert.NilError(t, err)
	assert.Equal(t, found.FileSteps, found.Steps)
	var out, errs bytes.Buffer
	assert.Equal(t, cli.Run(context.Background(), run.Command(), []string{found.File}, nil, &out, &errs), cli.Failed)
}

func TestProgress(t *testing.T) {
	o := &options{Options: explore.Options{Runs: 40}}
	s := &explore.Summary{Runs: 10, Failed: 1, WallTime: 2 * time.Second}
	assert.Equal(t, progressLine(o, s)(), "10 of 40 runs, 1 failed, 300 a minute, 0 of 35 rare situations reached, 6 s left")
	o.Options = explore.Options{Duration: 5 * time.Second}
	assert.Equal(t, progressLine(o, s)(), "10 runs, 1 failed, 300 a minute, 0 of 35 rare situations reached, 3 s left")
}

// The failures that are written can be played in a file.
func TestFailuresCanBePlayed(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, stderr := called(t, "-nodes", "3", "-bug", "vote_twice@0", "-keep-going", "-runs", "30", "-shrink", "5", "-report", "html=found.html")
	assert.Equal(t, code, cli.Failed, "%s%s", stdout, stderr)
	text, err := os.ReadFile("found.html")
	assert.NilError(t, err)
	data, err := page.Unpack(text)
	assert.NilError(t, err)
	var story struct {
		Runs []struct {
			Name    string
			OpenAt  uint64 `json:"open_at"`
			Records []any
		}
	}
	assert.NilError(t, json.Unmarshal(data, &story))
	written, err := filepath.Glob(filepath.Join(defaultOut, "*.toml"))
	assert.NilError(t, err)
	assert.Equal(t, len(story.Runs), len(written))
	for _, r := range story.Runs {
		assert.Assert(t, r.OpenAt > 0 && len(r.Records) > 0)
		_, err := os.Stat(filepath.Join(defaultOut, r.Name+".toml"))
		assert.NilError(t, err)
	}
	code, _, stderr = called(t, "-only", "1", "-report", "html=found.html")
	assert.Equal(t, code, cli.Usage)
	assert.Assert(t, strings.Contains(stderr, "-only prints a fixture"), stderr)
}
