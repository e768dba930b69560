package docs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/golden"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/bugs"
)

// The reference lists the course's set, and says of each planted bug which scenario is aimed
// at it, or why none can be. go test -update writes the lists.
func TestReferenceHasTheCourseSet(t *testing.T) {
	var set strings.Builder
	aimed := map[string][]string{}
	for _, part := range []string{"message queue", "election and status", "election with fault recovery", "replication and fail-stop", "what Raft promises"} {
		for _, name := range fixture.Folder(fixture.Course) {
			f, err := fixture.Named(name)
			assert.NilError(t, err)
			g := f.Scenario.Grade
			if g.Part != part {
				continue
			}
			fmt.Fprintf(&set, "| %s | %s | %g | %d | %d | %s |\n", part, name, g.Points, len(f.Nodes), max(g.Runs, 1), strings.ReplaceAll(f.Description, "|", `\|`))
			for _, tag := range g.Tags {
				if bug, ok := strings.CutPrefix(tag, "bug:"); ok {
					aimed[bug] = append(aimed[bug], name)
				}
			}
		}
	}
	var told strings.Builder
	all := slices.Sorted(slices.Values(bugs.Names()))
	for _, bug := range all {
		if list := aimed[bug]; len(list) > 0 {
			slices.Sort(list)
			fmt.Fprintf(&told, "| %s | %s |\n", bug, strings.Join(list, ", "))
		}
	}
	path := filepath.Join("reference", "course-set.md")
	data, err := os.ReadFile(path)
	assert.NilError(t, err)
	text := string(data)
	want := withTable(t, text, "| part | scenario | points | nodes | runs | what it does |\n| --- | --- | --- | --- | --- | --- |\n", set.String())
	want = withTable(t, want, "| bug | scenarios aimed at it |\n| --- | --- |\n", told.String())
	for _, bug := range all {
		hidden := strings.Contains(want, "\n| "+bug+" | ") && len(aimed[bug]) == 0
		assert.Check(t, hidden || len(aimed[bug]) > 0, "nothing says why no scenario is aimed at %s", bug)
		assert.Check(t, strings.Count(want, "\n| "+bug+" | ") == 1, "%s is in both tables", bug)
	}
	if golden.FlagUpdate() {
		assert.NilError(t, os.WriteFile(path, []byte(want), 0o666))
		return
	}
	assert.Equal(t, text, want)
}

// withTable replaces the rows of the table with a head.
func withTable(t *testing.T, text, head, rows string) string {
	t.Helper()
	before, after, ok := strings.Cut(text, head)
	assert.Assert(t, ok, "there is no table with the head\n%s", head)
	_, after, _ = strings.Cut("\n"+after, "\n\n")
	return before + head + rows + "\n" + after
}
