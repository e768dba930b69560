// Package layout keeps the house in order: it reads which package imports which, and
// which files stand in the root.
package layout

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

const (
	module = "rrmq.example/emulator"
	root   = "../.."
)

// wings lists the directories below emulator/, bottom first. A package imports only
// packages of its own wing and of wings named before it. "emulator" is the package
// emulator itself, the API for suites in Go.
var wings = []string{"text", "sim", "script", "check", "serve", "lab", "grade", "emulator", "cmd"}

// outside lists the directories that stand beside emulator/, each with the directories
// whose packages may be imported in it. A wing may import from any of them. The entry of a
// package itself goes before that of its directory.
var outside = map[string][]string{
	"raft":     nil,
	"fixtures": nil,
	"mqapi":    {"mqapi", "raft", "emulator/text", "emulator/sim/machine"},
	"deploy":   nil,
	"tests":    {"tests"},
	// The state of the world itself, to which the page's model is compared.
	"tests/page/states": {"raft", "emulator/sim", "emulator/script", "emulator/lab"},
	"":                  {"emulator/cmd", "emulator/grade/room"}, // main.go
}

// knots lists the imports that break a rule and are still to be untied. The test fails
// when a knot is gone: remove it here.
var knots = []string{}

// pure lists the directories whose packages link no net/http: what they do is
// computed, and never served.
var pure = []string{"raft", "mqapi/queue", "mqapi/wire", "emulator/sim", "emulator/script", "emulator/check", "emulator/lab/systematic"}

// ofTheQueue lists the packages and directories that may import the queue itself. All
// others go by the table of the machine that a cluster replicates. Package history has
// a model of its own, so that it can judge the queue.
var ofTheQueue = []string{"mqapi", "emulator/sim/machines", "emulator/script/config", "emulator/lab/load"}

func TestFewPackagesImportTheQueue(t *testing.T) {
	for _, p := range packages(t) {
		if slices.Contains(p.imports, "mqapi/queue") && !isWithin(p.path, ofTheQueue) {
			t.Errorf("%s imports mqapi/queue: it may go by the operations of machine.Type", p.path)
		}
	}
}

func TestPackagesImportOnlyWhatIsBelowThem(t *testing.T) {
	var found []string
	for _, p := range packages(t) {
		for _, path := range p.imports {
			if !mayImport(p.path, path) {
				found = append(found, p.path+" imports "+path)
			}
		}
		if isWithin(p.path, pure) && slices.Contains(p.links, "net/http") {
			found = append(found, p.path+" links net/http")
		}
	}
	for _, f := range found {
		if !slices.Contains(knots, f) {
			t.Errorf("%s, which it may not: see the lists in layout_test.go", f)
		}
	}
	for _, k := range knots {
		if !slices.Contains(found, k) {
			t.Errorf("the knot %q is untied: remove it from knots", k)
		}
	}
}

// mayImport reports whether the package at path may import the package at other;
// both are relative to the module.
func mayImport(path, other string) bool {
	if dirs, ok := outside[path]; ok {
		return isWithin(other, dirs)
	}
	dir, _, _ := strings.Cut(path, "/")
	if dirs, ok := outside[dir]; ok {
		return isWithin(other, dirs)
	}
	dir, _, _ = strings.Cut(other, "/")
	if _, ok := outside[dir]; ok {
		return other != ""
	}
	from, to := slices.Index(wings, wingOf(path)), slices.Index(wings, wingOf(other))
	return from >= 0 && to >= 0 && to <= from
}

// wingOf returns the wing of a package, or "" when it stands in none.
func wingOf(path string) string {
	if path == "emulator" {
		return path
	}
	below, ok := strings.CutPrefix(path, "emulator/")
	if !ok {
		return ""
	}
	wing, _, _ := strings.Cut(below, "/")
	return wing
}

func isWithin(path string, dirs []string) bool {
	return slices.ContainsFunc(dirs, func(dir string) bool { return path == dir || strings.HasPrefix(path, dir+"/") })
}

// A pkg is a package of this module, without its tests.
type pkg struct {
	path    string   // relative to the module
	imports []string // packages of this module, relative to it
	links   []string // all packages that it links
}

func packages(t *testing.T) []pkg {
	t.Helper()
	readDirectories(t)
	list := exec.Command("go", "list", "-f", `{{.ImportPath}}|{{join .Imports " "}}|{{join .Deps " "}}|{{len .GoFiles}}`, "./...")
	list.Dir = root
	list.Stderr = os.Stderr
	out, err := list.Output()
	assert.NilError(t, err)
	var all []pkg
	for line := range strings.Lines(string(out)) {
		parts := strings.Split(strings.TrimSpace(line), "|")
		if parts[3] == "0" {
			continue // tests only
		}
		p := pkg{path: relative(parts[0]), links: strings.Fields(parts[2])}
		for _, path := range strings.Fields(parts[1]) {
			if path == module || strings.HasPrefix(path, module+"/") {
				p.imports = append(p.imports, relative(path))
			}
		}
		all = append(all, p)
	}
	assert.Assert(t, len(all) > 20)
	return all
}

// readDirectories opens every directory, so that go test runs this test again when a
// file changes: its cache does not see the files that go list reads.
func readDirectories(t *testing.T) {
	t.Helper()
	assert.NilError(t, filepath.WalkDir(root, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == ".git" {
			return fs.SkipDir
		}
		return err
	}))
}

func relative(path string) string { return strings.TrimPrefix(strings.TrimPrefix(path, module), "/") }

// rootFiles is what stands in the root. A newcomer finds the way by these names, so
// that a file that no tool demands there belongs elsewhere.
var rootFiles = []string{
	".ci", ".gitignore", ".golangci.yml", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md",
	"deploy", "docs", "emulator", "fixtures", "go.mod", "go.sum", "main.go", "mqapi", "raft", "tests",
}

func TestRootHoldsOnlyTheFilesNamed(t *testing.T) {
	list := exec.Command("git", "ls-files")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Skip("this is no clone of a repository: ", err)
	}
	for file := range strings.FieldsSeq(string(out)) {
		name, _, _ := strings.Cut(file, "/")
		if !slices.Contains(rootFiles, name) {
			t.Errorf("%s stands in the root: move it, or add it to rootFiles", file)
		}
	}
}
