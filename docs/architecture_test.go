package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

var packageRow = regexp.MustCompile("(?m)^\\| `([a-z/]+)` \\|")

// TestArchitectureListsPackages checks that the page lists every package except the
// subcommands, and no other.
func TestArchitectureListsPackages(t *testing.T) {
	data, err := os.ReadFile("architecture.md")
	assert.NilError(t, err)
	var listed, there []string
	for _, m := range packageRow.FindAllStringSubmatch(string(data), -1) {
		listed = append(listed, m[1])
	}
	for _, top := range []string{"raft", "mqapi", "emulator"} {
		err := filepath.WalkDir(filepath.Join("..", top), func(path string, d fs.DirEntry, err error) error {
			name := strings.TrimPrefix(filepath.ToSlash(path), "../")
			isCommand := strings.HasPrefix(name, "emulator/cmd/") && name != "emulator/cmd/cli"
			if err == nil && d.IsDir() && !isCommand {
				files, _ := filepath.Glob(filepath.Join(path, "*.go"))
				if len(files) > 0 {
					there = append(there, name)
				}
			}
			return err
		})
		assert.NilError(t, err)
	}
	slices.Sort(listed)
	slices.Sort(there)
	assert.DeepEqual(t, listed, there)
}
