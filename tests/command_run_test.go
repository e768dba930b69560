package tests

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/fixtures"
)

var violatesKey = regexp.MustCompile(`(?m)^violates = \[(.*)\]$`)

// violates is what a fixture's text says that its run violates.
func violates(text string) (names []string) {
	if key := violatesKey.FindStringSubmatch(text); key != nil {
		for name := range strings.SplitSeq(key[1], ",") {
			names = append(names, strings.Trim(name, ` "`))
		}
	}
	return names
}

// The scenario of each bug passes, as it violates what it says that it does, and
// the report names that. Without its bug, it fails.
func TestScenariosOfBugsFindThem(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(fixtures.FS, "bugs/*.toml")
	assert.NilError(t, err)
	assert.Equal(t, len(files), 40)
	shown := runReport(t, 0, "bugs")
	assert.Equal(t, shown.Summary.Passed, 40)
	byName := map[string]verdict{}
	for _, v := range shown.Verdicts {
		byName[v.Name] = v
	}
	cured, plant := t.TempDir(), regexp.MustCompile(`(?m)^bug = .*$|^bug = \{.*$`)
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".toml")
		content, err := fixtures.FS.ReadFile(file)
		assert.NilError(t, err)
		v, ok := byName[name]
		assert.Assert(t, ok, "%s was not run", name)
		for _, check := range violates(string(content)) {
			assert.Check(t, slices.Contains(v.failed(), check), "%s: %s held; %v failed", name, check, v.failed())
		}
		assert.Assert(t, plant.Match(content), "%s plants nothing", name)
		text := plant.ReplaceAll(content, nil)
		assert.NilError(t, os.WriteFile(filepath.Join(cured, path.Base(file)), text, 0o666))
	}
	assert.DeepEqual(t, runReport(t, 1, cured).Summary, struct{ Scenarios, Passed, Failed int }{40, 0, 40})
	// One by its name is the same.
	one := runReport(t, 0, "commit_old_term")
	assert.DeepEqual(t, one.Verdicts[0].Checks, byName["commit_old_term"].Checks)
}

// A scenario of healthy nodes fails when they get a bug, says which checks failed,
// and says it again with the command that it tells.
func TestRunWithABugFails(t *testing.T) {
	t.Parallel()
	run(t, "run", "one_vote_per_term").must(t, 0, "1 of 1 scenario passed")
	v := runReport(t, 1, "one_vote_per_term", "-bug", "vote_twice").Verdicts[0]
	assert.Check(t, slices.Contains(v.failed(), "one_vote_per_term"), "%v", v.failed())
}
