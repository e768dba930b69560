package cmd

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/cmd/cli"
)

// The scripts are right for their shells, as far as the machine has these.
func TestCompletionScripts(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		t.Run(shell, func(t *testing.T) {
			code, script, stderr := call("completion", shell)
			assert.Equal(t, code, cli.OK, stderr)
			assert.Assert(t, strings.Contains(script, "__complete"), script)
			path, err := exec.LookPath(shell)
			if err != nil {
				assert.Equal(t, os.Getenv("CI"), "", "CI installs %s", shell)
				t.Skip("there is no " + shell)
			}
			file := filepath.Join(t.TempDir(), "script")
			assert.NilError(t, os.WriteFile(file, []byte(script), 0o666))
			out, err := exec.Command(path, "-n", file).CombinedOutput()
			assert.NilError(t, err, "%s", out)
		})
	}
	code, _, stderr := call("completion", "tcsh")
	assert.Equal(t, code, cli.Usage)
	assert.Assert(t, strings.Contains(stderr, `"tcsh": want bash, zsh or fish`), stderr)
}

// Names of fixtures and bugs are completed where they are values and operands.
func TestCompleteNames(t *testing.T) {
	for _, c := range []struct{ name, line, want string }{
		{"Fixture", "-fixture figure_7_", "figure_7_a"},
		{"FixtureOfExplore", "explore -fixture figure_7_", "figure_7_a"},
		{"Scenario", "run one_leader_of_t", "one_leader_of_three"},
		{"BugFlag", "run all -bug vote_t", "vote_twice"},
		{"BugOperand", "bugs vote_t", "vote_twice"},
		{"Report", "run -report ju", "junit="},
		{"Nested", "ctl fault s", "set"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, stdout, _ := call(append([]string{"__complete"}, strings.Fields(c.line)...)...)
			assert.Assert(t, strings.Contains("\n"+stdout, "\n"+c.want), stdout)
		})
	}
}
