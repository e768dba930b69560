package cmd

import (
	"errors"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/cmd/cli"
)

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// Every command fails when it cannot print its output.
func TestUnprintedOutputIsAnError(t *testing.T) {
	for _, args := range [][]string{
		{"-list"}, {"-h"}, {"help", "run"}, {"bugs"}, {"run", "follower_missing_entries"},
		{"explore", "-runs", "1"}, {"explore", "-systematic", "-depth", "2"}, {"load", "-h"},
	} {
		var stderr strings.Builder
		assert.Equal(t, Main(t.Context(), args, full{}, &stderr), cli.Environment, "%v", args)
		assert.Assert(t, strings.Contains(stderr.String(), "no space left on device"), "%v: %s", args, stderr.String())
	}
}
