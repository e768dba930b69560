package tests

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

// verdicts is the json report of emulator run.
type verdicts struct {
	Summary  struct{ Scenarios, Passed, Failed int }
	Verdicts []verdict
}

type verdict struct {
	Name, File, Status string
	Seed               uint64
	Checks             []struct{ Name, Status, Seen string }
}

// failed names the checks that failed.
func (v verdict) failed() []string {
	names := []string{}
	for _, c := range v.Checks {
		if c.Status == "failed" {
			names = append(names, c.Name)
		}
	}
	return names
}

// runReport runs scenarios and gives the report of it.
func runReport(t testing.TB, code int, args ...string) (r verdicts) {
	t.Helper()
	report := filepath.Join(t.TempDir(), "report.json")
	o := run(t, append([]string{"run", "-report", "json=" + report}, args...)...)
	o.must(t, code, "scenario", slow)
	content, err := os.ReadFile(report)
	assert.NilError(t, err)
	assert.NilError(t, json.Unmarshal(content, &r))
	return r
}

// onlyFile is the one file of a directory.
func onlyFile(t testing.TB, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	assert.NilError(t, err)
	assert.Equal(t, len(files), 1, "%v", files)
	return files[0]
}

// The scenario written for a planted bug fails the same check with the same words.
// Another exploration with the same flags writes the same, whatever -parallel says.
func TestExploreFindsBug(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var texts []string
	var found struct {
		Failed   int
		Failures []struct{ Check, Seen, File string }
	}
	for _, parallel := range []string{"1", "3"} {
		cmd := command(t, "explore", "-bug", "vote_twice", "-nodes", "3", "-sim-time", "3s", "-out", "found", "-json", "-parallel", parallel)
		cmd.Dir = filepath.Join(dir, parallel)
		assert.NilError(t, os.Mkdir(cmd.Dir, 0o777))
		o := launchCommand(t, cmd).outcome()
		o.must(t, 1, `"check"`, slow)
		assert.NilError(t, json.Unmarshal([]byte(o.stdout), &found))
		assert.Equal(t, found.Failed, 1)
		file := onlyFile(t, filepath.Join(cmd.Dir, "found"))
		assert.Equal(t, filepath.Join("found", filepath.Base(file)), found.Failures[0].File)
		text, err := os.ReadFile(file)
		assert.NilError(t, err)
		texts = append(texts, string(text))
	}
	assert.Equal(t, texts[0], texts[1])
	f := found.Failures[0]

	file := filepath.Join(dir, "1", f.File)
	run(t, "check", file).must(t, 0, ": fine, ")
	v := runReport(t, 1, file).Verdicts[0]
	assert.Equal(t, v.Status, "failed")
	seen := ""
	for _, c := range v.Checks {
		if c.Name == f.Check {
			assert.Equal(t, c.Status, "failed")
			seen = c.Seen
		}
	}
	assert.Equal(t, seen, f.Seen)
	assert.DeepEqual(t, runReport(t, 1, file).Verdicts[0].Checks, v.Checks)

	// Without the bug the schedule passes.
	bug := regexp.MustCompile(`(?m)^bug = "vote_twice"\n`)
	assert.Assert(t, bug.MatchString(texts[0]), texts[0])
	healthy := writeFile(t, "healthy.toml", bug.ReplaceAllString(texts[0], ""))
	run(t, "run", healthy).must(t, 0, `1 of 1 scenario passed`)
}

// The summary names the number of runs.
func TestExploreFindsNothingInHealthyNodes(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "failures")
	o := run(t, "explore", "-nodes", "3", "-runs", "10", "-sim-time", "3s", "-out", out)
	o.must(t, 0, `(?m)^10 runs of 3 nodes, 3s each, seed 1: nothing failed`, slow)
	files, err := os.ReadDir(out)
	assert.NilError(t, err)
	assert.Equal(t, len(files), 0)
}

// An interrupt ends the exploration, which reports its findings up to then.
func TestExploreInterrupted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args         []string
		says, stderr string
	}{
		"Random": {[]string{"-duration", "1h", "-parallel", "1"}, `(?m)^[1-9]\d* runs? of 5 nodes, 10s each, seed 1: nothing failed`, "emulator explore: interrupted"},
		"Systematic": {[]string{"-systematic", "-nodes", "5", "-term", "5", "-depth", "40", "-requests", "3", "-parallel", "1"},
			`(?s) 0 +1\n.*total +[1-9]\d+ .*Interrupted. Every property holds in the visited states`, slow},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := launch(t, append([]string{"explore"}, c.args...)...)
			l.works(300 * time.Millisecond)
			l.interrupt()
			o := l.outcome()
			o.must(t, 2, c.says, c.stderr)
		})
	}
}

// All schedules of a small cluster, with a bug in one node: a shortest one that goes
// wrong is written, and emulator run takes the same steps.
func TestExploreSystematic(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "twice.toml")
	o := run(t, "systematic", "-bug", "vote_twice@2", "-save", file)
	o.must(t, 1, `VIOLATED after 4 choices, and no schedule is shorter. one_vote_per_term: node 2`, slow)
	assert.Check(t, strings.Contains(o.stdout, "emulator run takes the same steps and fails one_vote_per_term, trace.\n"), o.stdout)
	run(t, "check", file).must(t, 0, ": fine, 3 nodes")
	assert.DeepEqual(t, runReport(t, 1, file).Verdicts[0].failed(), []string{"one_vote_per_term", "trace"})

	o = run(t, "explore", "-systematic", "-depth", "5")
	o.must(t, 0, `Every property holds in every state that schedules of up to 5 choices lead to`, slow)
}
