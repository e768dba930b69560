package check

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/cmd/cli"
)

const (
	good = "format = 1\n[cluster]\nnodes = 1\n[[step]]\ncrash = 0\n"
	bad  = "format = 1\n[cluster]\nnods = 1\n"
)

// in writes files into a new working directory.
func in(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		assert.NilError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		assert.NilError(t, os.WriteFile(name, []byte(text), 0o666))
	}
}

func call(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = cli.Run(t.Context(), Command(), args, strings.NewReader(""), &out, &err)
	return code, out.String(), err.String()
}

// A directory stands for its fixtures, also in folders below; the rest is named and left out.
func TestDirectoryStandsForItsFixtures(t *testing.T) {
	in(t, map[string]string{"suite/b/good.toml": good, "suite/pyproject.toml": "[project]\nname = \"x\"\n", "suite/notes.txt": "x"})
	code, stdout, stderr := call(t, "suite")
	assert.Equal(t, code, cli.OK, stderr)
	assert.Equal(t, filepath.ToSlash(stdout), "suite/b/good.toml: fine, 1 node, 1 step, 0 expectations\n")
	assert.Equal(t, filepath.ToSlash(stderr), "emulator check: left out, because they have no key of a fixture: suite/pyproject.toml\n")
}

func TestCourseFileIsCheckedAsOne(t *testing.T) {
	in(t, map[string]string{
		"d/course.toml": "format = 1\n[start]\ncommand = [\"./node\", \"{index}\"]\n",
		"bad.toml":      "format = 1\n[start]\ncomand = [\"./node\", \"{index}\"]\n",
	})
	code, stdout, stderr := call(t, "d")
	assert.Equal(t, code, cli.OK, stderr)
	assert.Equal(t, filepath.ToSlash(stdout), "d/course.toml: course file: fine\n")
	code, _, stderr = call(t, "bad.toml")
	assert.Equal(t, code, cli.Usage)
	assert.Assert(t, strings.Contains(stderr, `start.comand: unknown key, did you mean "command"`), stderr)
}

// The problems of one file do not hide the others.
func TestDirectoryWithABadFile(t *testing.T) {
	in(t, map[string]string{"suite/a.toml": bad, "suite/b.toml": good})
	code, stdout, stderr := call(t, "suite")
	assert.Equal(t, code, cli.Usage)
	assert.Assert(t, strings.Contains(stdout, "b.toml: fine"), stdout)
	assert.Assert(t, strings.Contains(stderr, `a.toml:3: cluster.nods: unknown key, did you mean "nodes"`), stderr)
}

// A file that is named must be a fixture, and a directory must have one.
func TestNamedFilesMustBeFixtures(t *testing.T) {
	in(t, map[string]string{"pyproject.toml": "[project]\nname = \"x\"\n", "empty/readme.txt": ""})
	code, _, stderr := call(t, "pyproject.toml")
	assert.Equal(t, code, cli.Usage)
	assert.Assert(t, strings.Contains(stderr, "project"), stderr)
	code, _, stderr = call(t, "empty")
	assert.Equal(t, code, cli.Usage)
	assert.Equal(t, stderr, "empty: no .toml file in this directory\n")
	code, _, stderr = call(t, "missing")
	assert.Equal(t, code, cli.Usage)
	assert.Assert(t, strings.Contains(stderr, "missing"), stderr)
}
