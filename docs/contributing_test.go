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

var (
	filesWith = regexp.MustCompile(`^<!-- files (with|that have): (.*) -->$`)
	listed    = regexp.MustCompile("^- `([^`]+)`")
)

// TestContributingListsFiles checks the lists of CONTRIBUTING. "files with" stands before
// a list of exactly the files that mention its example, beside tests and documents;
// "files that have" before one of some of them.
func TestContributingListsFiles(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "CONTRIBUTING.md"))
	assert.NilError(t, err)
	lists, exact := map[string][]string{}, map[string]bool{}
	pattern := ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if m := filesWith.FindStringSubmatch(line); m != nil {
			pattern = m[2]
			exact[pattern] = m[1] == "with"
		} else if m := listed.FindStringSubmatch(line); m != nil && pattern != "" {
			lists[pattern] = append(lists[pattern], m[1])
		} else if line != "" {
			pattern = ""
		}
	}
	assert.Assert(t, len(lists) >= 6, "only %d lists were found", len(lists))
	texts := sources(t)
	for pattern, want := range lists {
		words := regexp.MustCompile(pattern)
		var got []string
		for file, text := range texts {
			if words.MatchString(text) && (exact[pattern] || slices.Contains(want, file)) {
				got = append(got, file)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		assert.Check(t, slices.Equal(got, want), "CONTRIBUTING lists for %s\n  %s\nand these files mention it\n  %s",
			pattern, strings.Join(want, "\n  "), strings.Join(got, "\n  "))
	}
}

// sources reads the project's Go files and scenarios of bugs, without tests and
// documents, by their paths from the root.
func sources(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	root := ".."
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		name := filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator)))
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || name == "docs" || name == "tests" || name == ".git"):
			return fs.SkipDir
		case strings.HasSuffix(name, "_test.go"):
			return nil
		case strings.HasSuffix(name, ".go") || strings.HasPrefix(name, "fixtures/bugs/"):
			data, err := os.ReadFile(path)
			texts[name] = string(data)
			return err
		}
		return nil
	})
	assert.NilError(t, err)
	return texts
}
