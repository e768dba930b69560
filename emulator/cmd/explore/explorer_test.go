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
)

// called runs emulator explore in a directory of its own.
func called(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return calledIn(t, context.Background(), args...)
}

func calledIn(t *testing.T, ctx context.Context, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Main(ctx, args, &out, &errs)
	return code, out.String(), errs.String()
}

func TestNothingFails(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, stderr := called(t, "-nodes", "3", "-runs", "20", "-seed", "2")
	assert.Equal(t, code, Nothing, "%s%s", stdout, stderr)
	assert.Assert(t, strings.Contains(stdout, "20 runs of 3 nodes, 10s each, seed 2: nothing failed"), "%s", stdout)
	assert.Assert(t, strings.Contains(stdout, "an election ran out of time") || strings.Contains(stdout, "election ran out of time (§5.2)"), "%s", stdout)
	_, err := os.Stat(defaultOut)
	assert.Assert(t, os.IsNotExist(err), "there is nothing to write")
}

// Few and short runs do not come to everything, and it says to what they don't.
func TestNotReached(t *testing.T) {
	code, stdout, _ := called(t, "-nodes", "1", "-runs", "2", "-sim-seconds", "0.5")
	assert.Equal(t, code, Nothing)
	assert.Assert(t, strings.Contains(stdout, "\nnot reached:\n"), "%s", stdout)
	assert.Assert(t, strings.Contains(stdout, "\n  two nodes led at once, in different terms\n"), "%s", stdout)
}

// What is found is written as a file that emulator run fails in the same way.
func TestFailureIsWritten(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, stderr := called(t, "-nodes", "3", "-bug", "vote_twice", "-json", "-out", "found")
	assert.Equal(t, code, Found, "%s", stderr)
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

// The command in the report gives the failing run again, and its schedule is a file
// that fails as well.
func TestRunAlone(t *testing.T) {
	t.Chdir(t.TempDir())
	_, stdout, _ := called(t, "-nodes", "3", "-bug", "vote_twice@0,1,2", "-json", "-shrink", "0", "-sim-seconds", "4")
	var r struct{ Failures []failure }
	assert.NilError(t, json.Unmarshal([]byte(stdout), &r))
	found := r.Failures[0]
	assert.Equal(t, found.Shrunk, 0)
	assert.Equal(t, found.FileSteps, found.Steps)
	args := strings.Fields(found.Command)[2:]
	assert.Assert(t, strings.Contains(found.Command, "-sim-seconds 4"), "%s", found.Command)
	code, stdout, stderr := called(t, args...)
	assert.Equal(t, code, Found)
	assert.Assert(t, strings.Contains(stderr, fmt.Sprintf("run %d fails %s", found.Run, found.Check)), "%s", stderr)
	f, err := fixture.Parse("alone.toml", []byte(stdout))
	assert.NilError(t, err)
	assert.Equal(t, len(f.Scenario.Steps), found.Steps)

	code, _, stderr = called(t, "-nodes", "3", "-run", "0")
	assert.Equal(t, code, Nothing)
	assert.Equal(t, stderr, "run 0: nothing failed\n")
}

// A command can be pasted into a shell, whatever its words are.
func TestCommand(t *testing.T) {
	f, err := parseFlags([]string{"-nodes", "3", "-faults", "drop, crash", "-out", t.TempDir()}, nil)
	assert.NilError(t, err)
	assert.Equal(t, f.command(7), "emulator explore -seed 1 -run 7 -faults 'drop, crash' -nodes 3")
}

func TestKeepGoing(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, stderr := called(t, "-nodes", "3", "-bug", "vote_without_log", "-runs", "20", "-keep-going", "-shrink", "50")
	assert.Equal(t, code, Found, "%s", stderr)
	assert.Assert(t, strings.Contains(stdout, "20 runs of 3 nodes"), "%s", stdout)
	files, err := filepath.Glob("failures/*.toml")
	assert.NilError(t, err)
	assert.Equal(t, strings.Count(stdout, "emulator run failures"), len(files))
	assert.Assert(t, len(files) > 0)
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	code, stdout, stderr := calledIn(t, ctx, "-nodes", "3")
	assert.Equal(t, code, Interrupted)
	assert.Assert(t, strings.HasPrefix(stdout, "0 runs of 3 nodes"), "%s", stdout)
	assert.Equal(t, stderr, "emulator explore: interrupted\n")
}

func TestHelp(t *testing.T) {
	code, stdout, stderr := called(t, "-h")
	assert.Equal(t, code, Nothing)
	assert.Equal(t, stderr, "")
	for _, want := range []string{"-keep-going", "Exit codes:", "Examples:", "  crash ", "leader_completeness", "-systematic"} {
		assert.Assert(t, strings.Contains(stdout, want), "%s", want)
	}
}

func TestBadUsage(t *testing.T) {
	t.Chdir(t.TempDir())
	assert.NilError(t, os.WriteFile("wrong.toml", []byte("format = 1\nnonsense = 2\n"), 0o666))
	assert.NilError(t, os.WriteFile("file", nil, 0o666))
	for name, c := range map[string]struct{ args, want string }{
		"Word":        {"everything", `"everything" is no flag`},
		"Flag":        {"-depth 3", "flag provided but not defined: -depth"},
		"Nodes":       {"-nodes 0", "-nodes 0: want 1 to 25"},
		"BothNodes":   {"-nodes 3 -fixture figure_7", "-nodes is for new nodes"},
		"Runs":        {"-runs 0", "-runs 0: want 1 or more"},
		"Duration":    {"-duration -1s", "-duration -1s: want more than nothing"},
		"Seed":        {"-seed 9007199254740992", "want 0 to 9007199254740991"},
		"SimSeconds":  {"-sim-seconds NaN", "-sim-seconds NaN: want 0.1 to 600"},
		"Parallel":    {"-parallel 0", "-parallel 0: want 1 or more"},
		"Shrink":      {"-shrink -1", "-shrink -1: want 0 or more"},
		"Run":         {"-run -1", "want the number of a run, from 0 on"},
		"Fault":       {"-faults crash,fire", `-faults: there is no "fire", want all, none, or some of timing, storage`},
		"Check":       {"-check luck", `-check: there is no "luck", want all, none, or some of election_safety`},
		"Bug":         {"-bug vote_twise", `-bug: "vote_twise": no such bug; did you mean vote_twice? (emulator bugs lists them all)`},
		"BugNode":     {"-bug vote_twice@3-5", `-bug vote_twice@3-5: no such nodes: node 5, the cluster has nodes 0 to 4`},
		"Fixture":     {"-fixture figure_77", "did you mean"},
		"FixtureFile": {"-fixture wrong.toml", "nonsense"},
		"Out":         {"-out file/dir", "-out: mkdir file"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := called(t, strings.Fields(c.args)...)
			assert.Equal(t, code, Usage)
			assert.Equal(t, stdout, "")
			assert.Assert(t, strings.HasPrefix(stderr, "emulator explore: "), "%s", stderr)
			assert.Assert(t, strings.Contains(stderr, c.want), "%s", stderr)
		})
	}
}

// A directory that cannot be made is the environment's fault, and the failure is
// told of even so.
func TestCannotWrite(t *testing.T) {
	t.Chdir(t.TempDir())
	assert.NilError(t, os.WriteFile(defaultOut, nil, 0o666))
	code, stdout, stderr := called(t, "-nodes", "3", "-bug", "vote_twice", "-shrink", "10")
	assert.Equal(t, code, Environment)
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

// Who interrupts the making small gets what there is by then, and it fails.
func TestInterruptedWhileShrinking(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	f, err := parseFlags([]string{"-nodes", "3", "-bug", "vote_twice", "-out", dir}, nil)
	assert.NilError(t, err)
	s, err := explore.Explore(ctx, f.options, nil)
	assert.NilError(t, err)
	cancel()
	found, err := shrinkAndWrite(ctx, f, &s.Failures[0], cli.New(os.Stderr))
	assert.NilError(t, err)
	assert.Equal(t, found.FileSteps, found.Steps)
	var out, errs bytes.Buffer
	assert.Equal(t, cli.Run(context.Background(), run.Command(), []string{found.File}, nil, &out, &errs), cli.Failed)
}

func TestProgress(t *testing.T) {
	f := &flags{options: explore.Options{Runs: 40}}
	s := &explore.Summary{Runs: 10, Failed: 1, WallTime: 2 * time.Second}
	assert.Equal(t, exploring(f, s)(), "10 of 40 runs, 1 failed, 300 a minute, 0 of 35 rare situations reached, 6 s left")
	f.options = explore.Options{Duration: 5 * time.Second}
	assert.Equal(t, exploring(f, s)(), "10 runs, 1 failed, 300 a minute, 0 of 35 rare situations reached, 3 s left")
}
