package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"gotest.tools/v3/assert"
)

// The tests of the module for suites in Python stand beside it, in Python.
func TestPythonModule(t *testing.T) {
	t.Parallel()
	python := "/usr/bin/python3" // Debian's Python has Debian's pytest
	if _, err := os.Stat(python); err != nil {
		python, err = exec.LookPath("python3")
		if err != nil {
			assert.Equal(t, os.Getenv("CI"), "", "CI has Python")
			t.Skip("there is no python3")
		}
	}
	if os.Getenv("CI") != "" {
		assert.NilError(t, exec.Command(python, "-c", "import pytest").Run(), "CI installs pytest, for the tests of the fixture")
	}
	module := exec.Command(python, "-B", "-m", "unittest")
	module.Dir = filepath.Join("..", "emulator", "cmd", "python")
	module.Env = append(os.Environ(), "EMULATOR="+binary(t))
	out, err := module.CombinedOutput()
	assert.NilError(t, err, "%s", out)
}
