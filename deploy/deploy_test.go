// Package deploy checks the ready files for graders' systems.
package deploy

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
	is "gotest.tools/v3/assert/cmp"
)

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	assert.NilError(t, err)
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

// fake is a program that writes its words and some lines, and fails.
const fake = `#!/bin/sh
for word; do printf '[%s]' "$word"; done >"$REPORTS/../words"
printf 'first\n~~~\n` + "```" + `\nlast\n'
exit 1
`

// runAction runs the action's script with some inputs and the fake program.
func runAction(t *testing.T, command, arguments string) (words, summary string, code int) {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "program")
	assert.NilError(t, os.WriteFile(program, []byte(fake), 0o755))
	script := exec.Command(bash, filepath.Join("action", "run.sh"))
	script.Env = append(os.Environ(), "COMMAND="+command, "ARGUMENTS="+arguments, "AUDIENCE=student", "EMULATOR="+program,
		"REPORTS="+filepath.Join(dir, "reports"), "GITHUB_STEP_SUMMARY="+filepath.Join(dir, "summary"))
	out, err := script.CombinedOutput()
	if ended, ok := errors.AsType[*exec.ExitError](err); ok {
		code = ended.ExitCode()
	} else {
		assert.NilError(t, err, "%s", out)
	}
	if code == 3 {
		return string(out), "", code
	}
	return strings.ReplaceAll(read(t, filepath.Join(dir, "words")), dir, "DIR"), read(t, filepath.Join(dir, "summary")), code
}

func TestActionPassesItsInputsOnAsTheyAre(t *testing.T) {
	words, summary, code := runAction(t, "run", "grading\n-part\nit's $(id) `id` * \"x\"; id\r\n\n")
	assert.Equal(t, words, "[run][-audience][student][-report][junit=DIR/reports/results.xml][-report][json=DIR/reports/results.json]"+
		"[grading][-part][it's $(id) `id` * \"x\"; id]")
	assert.Equal(t, code, 1)
	assert.Equal(t, summary, "## emulator run: exit code 1\n\n    first\n    ~~~\n    ```\n    last\n\n")

	words, _, _ = runAction(t, "mutants", "--\n./suite.sh\nsome words")
	assert.Assert(t, is.Contains(words, "results.json][--][./suite.sh][some words]"))
	assert.Assert(t, !strings.Contains(words, "audience"))

	said, _, code := runAction(t, "run; id", "all")
	assert.Equal(t, code, 3)
	assert.Assert(t, is.Contains(said, "want run or mutants"))
}

// TestNoInputReachesAShellAsText reads each step of each file for GitHub: an expression in
// a command would run as a part of it.
func TestNoInputReachesAShellAsText(t *testing.T) {
	files, err := filepath.Glob("*/*.yml")
	assert.NilError(t, err)
	assert.Assert(t, len(files) >= 3)
	commands := 0
	for _, file := range files {
		block := -1 // the indent of an open run: |
		for _, line := range strings.Split(read(t, file), "\n") {
			words := strings.TrimPrefix(strings.TrimLeft(line, " "), "- ")
			indent := len(line) - len(strings.TrimLeft(line, " "))
			isRun := strings.HasPrefix(words, "run:") && !strings.HasSuffix(words, "run:")
			if words != "" && indent <= block {
				block = -1
			}
			if isRun || block >= 0 {
				commands++
				assert.Check(t, !strings.Contains(line, "${{"), "%s: %s", file, line)
			}
			if isRun && strings.HasSuffix(words, "|") {
				block = indent
			}
		}
	}
	assert.Assert(t, commands >= 6, "only %d lines of commands were found", commands)
}

func TestContainerIsSmallAndNotRoot(t *testing.T) {
	var steps []string
	for line := range strings.Lines(read(t, filepath.Join("container", "Containerfile"))) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			steps = append(steps, line)
		}
	}
	assert.DeepEqual(t, steps, []string{
		"FROM scratch", "ARG TARGETARCH=amd64", "COPY --chmod=0555 emulator-linux-${TARGETARCH} /emulator",
		"COPY LICENSES.txt /LICENSES.txt", "WORKDIR /work", "USER 65532:65532", `ENTRYPOINT ["/emulator"]`,
	})
}

func TestGuidesShowTheReadyFiles(t *testing.T) {
	guides := ""
	assert.NilError(t, filepath.WalkDir(filepath.Join("..", "docs", "how-to"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			guides += read(t, path)
		}
		return err
	}))
	files, err := filepath.Glob(filepath.Join("github", "*.yml"))
	assert.NilError(t, err)
	assert.Assert(t, len(files) > 0)
	for _, file := range files {
		assert.Assert(t, strings.Contains(guides, "```yaml\n"+read(t, file)+"```\n"), "no guide shows %s as it is", file)
	}
}
