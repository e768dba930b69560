package docs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/golden"

	"rrmq.example/emulator/emulator/text/bounds"
)

// The reference has the table of bounds.
func TestReferenceHasTheBounds(t *testing.T) {
	const head = "| text | bytes | one line | where |\n| --- | --- | --- | --- |\n"
	var table strings.Builder
	for _, b := range bounds.All() {
		line := ""
		if b.Line {
			line = "yes"
		}
		fmt.Fprintf(&table, "| %s | %d | %s | %s |\n", b.Name, b.Max, line, b.Where)
	}
	path := filepath.Join("reference", "bounds.md")
	data, err := os.ReadFile(path)
	assert.NilError(t, err)
	before, after, ok := strings.Cut(string(data), head)
	assert.Assert(t, ok, "%s has no table with the head\n%s", path, head)
	_, after, _ = strings.Cut("\n"+after, "\n\n")
	want := before + head + table.String() + "\n" + after
	if golden.FlagUpdate() {
		assert.NilError(t, os.WriteFile(path, []byte(want), 0o666))
		return
	}
	assert.Equal(t, string(data), want)
}
