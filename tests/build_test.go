package tests

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"gotest.tools/v3/assert"
)

// buildOnce builds the program when the first test asks for it, with the race
// detector if the tests have it.
var buildOnce = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "emulator")
	if err != nil {
		return "", err
	}
	binaryDir = dir
	file := filepath.Join(dir, "emulator")
	args := []string{"build", "-o", file}
	if raceEnabled {
		args = append(args, "-race")
	}
	build := exec.Command("go", append(args, "..")...)
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%v: %w\n%s", build, err, out)
	}
	return file, nil
})

var binaryDir string // set when the program has been built

// binary is the program's file.
func binary(t testing.TB) string {
	t.Helper()
	file, err := buildOnce()
	assert.NilError(t, err)
	return file
}

func removeBinary() error {
	if binaryDir == "" {
		return nil
	}
	return os.RemoveAll(binaryDir)
}
