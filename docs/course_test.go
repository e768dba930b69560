package docs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/golden"

	"rrmq.example/emulator/emulator/script/course"
)

// The reference has a row for each key of a course file, in order. go test ./docs -update
// writes them.
func TestCourseReferenceListsEveryKey(t *testing.T) {
	file := filepath.Join("reference", "course.md")
	data, err := os.ReadFile(file)
	assert.NilError(t, err)
	const head = "| key | holds | if left out |\n| --- | --- | --- |\n"
	before, after, ok := strings.Cut(string(data), head)
	assert.Assert(t, ok)
	got, rest, ok := strings.Cut(after, "\n\n")
	assert.Assert(t, ok)
	var rows []string
	for _, k := range course.Keys() {
		initial := k.Initial
		if initial != "" {
			initial = "`" + initial + "`"
		}
		rows = append(rows, fmt.Sprintf("| `%s` | %s | %s |", k.Name, k.Want, initial))
	}
	want := strings.Join(rows, "\n")
	if golden.FlagUpdate() && got != want {
		assert.NilError(t, os.WriteFile(file, []byte(before+head+want+"\n\n"+rest), 0o644))
		return
	}
	assert.Equal(t, got, want)
}

func TestCourseReferenceNamesEveryVerdictAndWord(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("reference", "course.md"))
	assert.NilError(t, err)
	for _, k := range course.Kinds() {
		assert.Check(t, strings.Contains(string(data), "\n| "+string(k)+" | "), "no row for %s", k)
	}
	for _, w := range course.Words() {
		assert.Check(t, strings.Contains(string(data), "`"+w+"`"), "nothing about %s", w)
	}
}

func TestExampleCourseIsRead(t *testing.T) {
	c, err := course.Load(filepath.Join("courses", "compiled.toml"))
	assert.NilError(t, err)
	assert.Equal(t, c.Start.Program, "node")
	assert.Equal(t, c.Promises.Reads, course.Linearizable)
	args, env := c.Start.Command(2, make([]course.Address, 3))
	assert.DeepEqual(t, args, []string{"./node", "--config", "nodes.json", "--id", "2"})
	assert.DeepEqual(t, env, []string{"DATA=data/2"})
}
