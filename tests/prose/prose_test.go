package prose

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/golden"
)

const root = "../.."

// allowance holds, for each part of the project, how many findings are left there from
// before this test. A number only goes down: -update lowers it to what is found.
const allowance = "testdata/allowance.txt"

// TestProseIsPlain reads all comments, messages and documents. In a part with more
// findings than are allowed there it reports every one: the new ones, and the old ones
// among which they stand.
func TestProseIsPlain(t *testing.T) {
	found := map[string][]finding{}
	for _, b := range project(t) {
		found[part(b.file)] = append(found[part(b.file)], check(b)...)
	}
	allowed := readAllowance(t)
	for _, name := range slices.Sorted(keys(found)) {
		if len(found[name]) > allowed[name] {
			for _, f := range found[name] {
				t.Log(f)
			}
			t.Errorf("%s: %d findings, allowed are %d", name, len(found[name]), allowed[name])
		}
	}
	if golden.FlagUpdate() {
		writeAllowance(t, found, allowed)
	}
}

// part is the top of a file's path: its first directory, or the first two below
// emulator/ and docs/.
func part(file string) string {
	names := strings.Split(filepath.ToSlash(file), "/")
	switch {
	case len(names) > 2 && (names[0] == "emulator" || names[0] == "docs"):
		return names[0] + "/" + names[1]
	default:
		return names[0]
	}
}

// project returns the blocks of all files of the project.
func project(t *testing.T) []block {
	t.Helper()
	var all []block
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); name == "testdata" || name == ".git" {
				return fs.SkipDir
			}
			return nil
		}
		read := readers[filepath.Ext(path)]
		if read == nil {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		blocks, err := read(name, string(text))
		all = append(all, blocks...)
		return err
	})
	assert.NilError(t, err)
	assert.Assert(t, len(all) > 1000)
	return all
}

func readAllowance(t *testing.T) map[string]int {
	t.Helper()
	text, err := os.ReadFile(allowance)
	if !errors.Is(err, fs.ErrNotExist) {
		assert.NilError(t, err)
	}
	allowed := map[string]int{}
	for line := range strings.Lines(string(text)) {
		name, count, _ := strings.Cut(strings.TrimSpace(line), " ")
		n, err := strconv.Atoi(count)
		assert.NilError(t, err)
		allowed[name] = n
	}
	return allowed
}

// writeAllowance lowers what is allowed to what is found.
func writeAllowance(t *testing.T, found map[string][]finding, allowed map[string]int) {
	t.Helper()
	var text strings.Builder
	for _, name := range slices.Sorted(keys(allowed)) {
		if n := min(allowed[name], len(found[name])); n > 0 {
			fmt.Fprintf(&text, "%s %d\n", name, n)
		}
	}
	assert.NilError(t, os.WriteFile(allowance, []byte(text.String()), 0o644))
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}
