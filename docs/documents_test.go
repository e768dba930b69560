package docs

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/golden"
)

// A block is a fenced code block of a document.
type block struct {
	file  string
	line  int    // of the opening fence
	lang  string // console, toml, json, text, …
	marks map[string]string
	text  string
}

func (b *block) String() string { return fmt.Sprintf("%s:%d", filepath.ToSlash(b.file), b.line) }

// mark is an HTML comment in front of a block. It tells a test how to treat
// the block:
//
//	<!-- not run: REASON -->       the commands are only shown
//	<!-- needs: pytest, curl -->   the commands run where these programs are
//	<!-- exit: 1 -->               the block's last command ends with this exit code
//	<!-- part -->                  the block is a part of a file, and is not checked alone
var mark = regexp.MustCompile(`^<!-- (not run|needs|exit|part)(?:: (.*))? -->$`)

// documents lists the README and all documents, with paths relative to docs.
func documents(t *testing.T) []string {
	t.Helper()
	files := []string{filepath.Join("..", "README.md"), filepath.Join("..", "CONTRIBUTING.md")}
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if filepath.Ext(path) == ".md" {
			files = append(files, path)
		}
		return err
	})
	assert.NilError(t, err)
	return files
}

// blocks reads the fenced blocks of a document.
func blocks(t *testing.T, file string) []*block {
	t.Helper()
	data, err := os.ReadFile(file)
	assert.NilError(t, err)
	var found []*block
	var open *block
	marks := map[string]string{}
	lines := strings.Split(string(data), "\n")
	for i, line := range lines {
		fence, isFence := strings.CutPrefix(line, "```")
		switch {
		case open != nil && isFence:
			found, open = append(found, open), nil
		case open != nil:
			open.text += line + "\n"
		case isFence:
			open = &block{file: file, line: i + 1, lang: fence, marks: marks}
			marks = map[string]string{}
		case mark.MatchString(line):
			m := mark.FindStringSubmatch(line)
			marks[m[1]] = m[2]
		case strings.HasPrefix(line, "    ") && i > 0 && lines[i-1] == "":
			t.Errorf("%s:%d: indented code; use a fence that names its language, so that it is tested", file, i+1)
		}
	}
	assert.Assert(t, open == nil, "%s: the last fence is not closed", file)
	return found
}

// TestBlocksHaveKnownLanguages checks that each block has a language for which a test exists.
func TestBlocksHaveKnownLanguages(t *testing.T) {
	tested := []string{"console", "toml", "json", "text", "go", "python", "sh", "yaml"}
	for _, file := range documents(t) {
		for _, b := range blocks(t, file) {
			assert.Check(t, slices.Contains(tested, b.lang), "%s: language %q; want one of %s", b, b.lang, strings.Join(tested, ", "))
			if _, skipped := b.marks["not run"]; b.lang == "console" && !skipped {
				assert.Check(t, strings.HasPrefix(b.text, "$ "), "%s: a console block begins with a command: $ …", b)
				for _, c := range splitCommands(b.text) {
					inBackground := strings.HasSuffix(c.text, "&")
					assert.Check(t, !inBackground || c.lines > 0, "%s: show what %q prints, so that a test knows when it runs", b, c.text)
				}
			}
		}
	}
}

// TestBlocksThatAreNotRunAreListed lists the blocks whose commands no test runs, and what others need. A new
// one is a decision: go test ./docs -update accepts it.
func TestBlocksThatAreNotRunAreListed(t *testing.T) {
	var list strings.Builder
	for _, file := range documents(t) {
		for _, b := range blocks(t, file) {
			for _, key := range []string{"not run", "needs"} {
				if reason, ok := b.marks[key]; ok {
					command, _, _ := strings.Cut(b.text, "\n")
					fmt.Fprintf(&list, "%s\t%s: %s\t%s\n", filepath.ToSlash(file), key, reason, command)
				}
			}
		}
	}
	golden.Assert(t, list.String(), "not_run.txt")
}

// link is a link of Markdown to a file of the project.
var link = regexp.MustCompile(`\]\(([^)#: ]*)(#[^)]*)?\)`)

// TestLinksLeadSomewhere checks that links lead to files, and to headings that are there.
func TestLinksLeadSomewhere(t *testing.T) {
	for _, file := range documents(t) {
		data, err := os.ReadFile(file)
		assert.NilError(t, err)
		for _, m := range link.FindAllStringSubmatch(string(data), -1) {
			target := file
			if m[1] != "" {
				target = filepath.Join(filepath.Dir(file), filepath.FromSlash(m[1]))
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s, which does not exist", file, m[1])
				continue
			}
			if m[2] != "" {
				assert.Check(t, slices.Contains(anchors(t, target), m[2][1:]), "%s links to %s%s, and there is no such heading", file, m[1], m[2])
			}
		}
	}
}

var notInAnchor = regexp.MustCompile(`[^\p{L}\p{N} _-]`)

// anchors lists the names that a document's headings have in links.
func anchors(t *testing.T, file string) []string {
	t.Helper()
	data, err := os.ReadFile(file)
	assert.NilError(t, err)
	var names []string
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "#") {
			continue
		}
		heading := strings.ToLower(strings.TrimSpace(strings.TrimLeft(line, "#")))
		names = append(names, strings.ReplaceAll(notInAnchor.ReplaceAllString(heading, ""), " ", "-"))
	}
	return names
}

// TestReadmeLength keeps the README short: what else there is to say has a place in docs.
func TestReadmeLength(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "README.md"))
	assert.NilError(t, err)
	lines := strings.Count(string(data), "\n")
	assert.Assert(t, lines <= 150, "the README has %d lines, want at most 150", lines)
}
