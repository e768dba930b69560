// Package docs checks that the documents tell what is so.
package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/tests/budget"
)

// quote is a code block of the guide with the name of the file before it.
var quote = regexp.MustCompile("(?s)\\[docs/examples/\\S+\\]\\(\\.\\./(examples/\\S+)\\)\n\n```[a-z]+\n(.*?)```\n")

// The guide quotes each example as it is, so what it shows is what runs.
func TestGuideQuotesExamples(t *testing.T) {
	guide, err := os.ReadFile(filepath.Join("tutorial", "grading-suite.md"))
	assert.NilError(t, err)
	quoted := map[string]bool{}
	for _, m := range quote.FindAllStringSubmatch(string(guide), -1) {
		file, text := m[1], m[2]
		want, err := os.ReadFile(file)
		assert.NilError(t, err)
		assert.Equal(t, text, string(want), "%s is another one than the guide quotes", file)
		quoted[file] = true
	}
	for _, pattern := range []string{"*.toml", "*.py", "*.go", "*.sh"} {
		files, err := filepath.Glob(filepath.Join("examples", pattern))
		assert.NilError(t, err)
		assert.Assert(t, len(files) > 0)
		for _, file := range files {
			assert.Check(t, quoted[filepath.ToSlash(file)], "the guide doesn't quote %s", file)
		}
	}
}

// The scenarios pass, whatever the seed.
func TestExampleScenariosPass(t *testing.T) {
	files, err := filepath.Glob("examples/*.toml")
	assert.NilError(t, err)
	assert.Equal(t, len(files), 3)
	for _, file := range files {
		f, err := fixture.Load(file)
		assert.NilError(t, err)
		pass(t, file, f)
	}
}

// TestFixturesInDocumentsPass checks every fixture that the documents show: it can be read, and if it is
// a scenario, it passes.
func TestFixturesInDocumentsPass(t *testing.T) {
	whole := 0
	for _, file := range documents(t) {
		for _, b := range blocks(t, file) {
			if _, part := b.marks["part"]; part || b.lang != "toml" {
				continue
			}
			if strings.Contains(b.text, "\n[start]\n") {
				_, err := course.Parse(b.file, []byte(b.text))
				assert.Check(t, err, "%s", b)
				continue
			}
			whole++
			f, err := fixture.Parse(b.file, []byte(b.text))
			if err != nil {
				t.Errorf("%s: %v", b, err)
			} else if f.Scenario != nil {
				pass(t, b.String(), f)
			}
		}
	}
	assert.Assert(t, whole >= 6, "only %d fixtures were found", whole)
}

// pass checks that a scenario passes with many seeds.
func pass(t *testing.T, name string, f *fixture.Fixture) {
	t.Helper()
	for seed := range uint64(20) {
		f.Seed = seed
		v, err := scenario.Run(t.Context(), f, scenario.Options{File: name})
		assert.NilError(t, err)
		assert.Equal(t, v.Status, scenario.Passed, "%s with seed %d: %s %+v", name, seed, v.Problem, v.Findings)
	}
}

// The suite in Python passes with the program's module, where there is a Python with pytest.
func TestPythonSuitePasses(t *testing.T) {
	python := findPython()
	if python == "" {
		assert.Equal(t, os.Getenv("CI"), "", "CI installs pytest")
		t.Log("the suite in Python was not run: there is no Python with pytest (Debian: python3-pytest)")
		return
	}
	program := build(t)
	dir := t.TempDir()
	assert.NilError(t, os.CopyFS(dir, os.DirFS("examples")))
	module, err := exec.Command(program, "python").Output()
	assert.NilError(t, err)
	assert.NilError(t, os.WriteFile(filepath.Join(dir, "emulator.py"), module, 0o666))
	pytest := exec.Command(python, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", dir)
	pytest.Env = append(os.Environ(), "EMULATOR="+program)
	out, err := pytest.CombinedOutput()
	assert.NilError(t, err, "%s", out)
	t.Logf("%s", out)
}

// The suite in Go passes in a module of its own, as the guide says, and so does a copy
// with vendored packages.
func TestGoSuitePassesInItsOwnModule(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "suite")
	assert.NilError(t, os.Mkdir(dir, 0o755))
	copyFile(t, filepath.Join("examples", "suite_test.go"), filepath.Join(dir, "suite_test.go"))
	run := func(args ...string) {
		t.Helper()
		command := exec.Command("go", args...)
		command.Dir = dir
		command.Env = append(os.Environ(), "GOFLAGS=", "GOPROXY=off", "GOWORK=off") // all modules are here already
		out, err := command.CombinedOutput()
		assert.NilError(t, err, "%v\n%s", command, out)
	}
	source, err := filepath.Abs("..")
	assert.NilError(t, err)
	run("mod", "init", "grading.example/suite")
	copyFile(t, filepath.Join("..", "go.sum"), filepath.Join(dir, "go.sum")) // without asking the network
	run("mod", "edit", "-require", "rrmq.example/emulator@v0.0.0", "-replace", "rrmq.example/emulator="+source)
	run("mod", "tidy")
	run("test", "./...")
	if budget.Pick(false, true) {
		run("mod", "vendor")
		run("test", "-mod=vendor", "./...")
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	assert.NilError(t, err)
	assert.NilError(t, os.WriteFile(to, data, 0o666))
}

// The suite in a shell passes on healthy nodes, and catches what its two cases are
// about.
func TestShellSuitePasses(t *testing.T) {
	for _, tool := range []string{"sh", "sed"} {
		if _, err := exec.LookPath(tool); err != nil {
			assert.Equal(t, os.Getenv("CI"), "", "CI installs %s", tool)
			t.Log("the suite in a shell was not run:", err)
			return
		}
	}
	program := build(t)
	mutants := exec.Command(program, "mutants", "-clock", "virtual", "-bugs", "answer_before_commit,no_step_down", "--", "sh", "examples/suite.sh")
	mutants.Env = append(os.Environ(), "EMULATOR="+program)
	out, err := mutants.CombinedOutput()
	assert.NilError(t, err, "%s", out)
	t.Logf("%s", out)
}

// build gives the program's file.
func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "emulator")
	out, err := exec.Command("go", "build", "-o", program, "..").CombinedOutput()
	assert.NilError(t, err, "%s", out)
	return program
}

// findPython gives a Python with pytest; "" when there is none.
func findPython() string {
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(python, "-c", "import pytest").Run() == nil {
			return python
		}
	}
	return ""
}
