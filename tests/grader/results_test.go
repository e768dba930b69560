package main

import (
	"os"
	"path/filepath"
	"testing"

	"gotest.tools/v3/assert"
)

func TestResultsSurviveHalfALineAndTheNewestCounts(t *testing.T) {
	file := filepath.Join(t.TempDir(), "results.jsonl")
	none, err := readResults(file)
	assert.NilError(t, err)
	assert.Equal(t, len(none), 0)
	for _, r := range []result{{Job: "a", Exit: 2}, {Job: "b"}, {Job: "a", Exit: 0, Seconds: 1}} {
		assert.NilError(t, appendResult(file, r))
	}
	data, err := os.ReadFile(file)
	assert.NilError(t, err)
	assert.NilError(t, os.WriteFile(file, append(data, `{"job": "c", "ex`...), 0o644))
	done, err := readResults(file)
	assert.NilError(t, err)
	assert.Equal(t, len(done), 2)
	assert.Equal(t, done["a"].Exit, 0)
	assert.NilError(t, appendResult(file, result{Job: "d"}))
	done, err = readResults(file)
	assert.NilError(t, err)
	assert.Equal(t, len(done), 3)
}

func TestBugsFileIsRead(t *testing.T) {
	_, err := readHidden()
	assert.NilError(t, err)
}
