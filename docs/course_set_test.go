package docs

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"gotest.tools/v3/assert"
	"gotest.tools/v3/golden"

	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/bugs"
)

// The reference lists the course's set, and says of each planted bug which verdicts tell it, or
// why none can. go test -update writes the lists.
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
	path := filepath.Join("reference", "course-set.md")
	data, err := os.ReadFile(path)
	assert.NilError(t, err)
	text := string(data)
	want := withTable(t, text, "| part | scenario | points | nodes | runs | what it does |\n| --- | --- | --- | --- | --- | --- |\n", set.String())
	want = withTable(t, want, "| bug | verdict | scenarios aimed at it, or why no client sees it |\n| --- | --- | --- |\n", rowsOfBugs(t, aimed))
	if golden.FlagUpdate() {
		assert.NilError(t, os.WriteFile(path, []byte(want), 0o666))
		return
	}
	assert.Equal(t, text, want)
}

// rowsOfBugs writes a row for each planted bug. The file of verdicts that were seen must agree
// with the list of bugs and with the scenarios that are aimed at them.
func rowsOfBugs(t *testing.T, aimed map[string][]string) string {
	t.Helper()
	var seen struct {
		Told   map[string]map[string][]string // scenarios, by bug and verdict
		Hidden map[string]string
	}
	meta, err := toml.DecodeFile(filepath.Join("..", "tests", "grader", "bugs.toml"), &seen)
	assert.NilError(t, err)
	assert.Equal(t, len(meta.Undecoded()), 0, "unknown keys %v", meta.Undecoded())
	all := slices.Sorted(slices.Values(bugs.Names()))
	named := slices.Sorted(maps.Keys(seen.Told))
	named = slices.Sorted(slices.Values(slices.AppendSeq(named, maps.Keys(seen.Hidden))))
	assert.DeepEqual(t, named, all)
	var rows strings.Builder
	for _, bug := range all {
		if why := seen.Hidden[bug]; why != "" {
			fmt.Fprintf(&rows, "| %s | *hidden* | %s |\n", bug, why)
			continue
		}
		var told []string
		for _, kind := range course.Kinds() {
			list := seen.Told[bug][string(kind)]
			if len(list) > 0 {
				fmt.Fprintf(&rows, "| %s | *%s* | %s |\n", bug, kind, strings.Join(list, ", "))
			}
			assert.Check(t, len(list) == 0 || kind.Counts() && kind != course.Passed && kind != course.Flaky, "%s is not told by %q", bug, kind)
			told = append(told, list...)
		}
		assert.DeepEqual(t, slices.Sorted(slices.Values(told)), slices.Sorted(slices.Values(aimed[bug])))
	}
	for bug := range aimed {
		assert.Check(t, slices.Contains(all, bug), "a scenario is aimed at %s, which is no bug", bug)
	}
	return rows.String()
}

// withTable replaces the rows of the table with a head.
func withTable(t *testing.T, text, head, rows string) string {
	t.Helper()
	before, after, ok := strings.Cut(text, head)
	assert.Assert(t, ok, "there is no table with the head\n%s", head)
	_, after, _ = strings.Cut("\n"+after, "\n\n")
	return before + head + rows + "\n" + after
}
