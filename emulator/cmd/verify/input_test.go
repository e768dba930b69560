package verify

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/cmd/cli"
)

// An interrupt ends the wait for a silent pipe.
func TestInterruptedWhileNothingComes(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	in, out := io.Pipe()
	defer out.Close()
	ended := make(chan int)
	var stderr bytes.Buffer
	go func() { ended <- cli.Run(ctx, Command(), []string{"-"}, in, io.Discard, &stderr) }()
	interrupt()
	assert.Equal(t, <-ended, cli.Undecided)
	assert.Assert(t, strings.Contains(stderr.String(), "interrupted in -; 0 of 1 files"), stderr.String())
}

type full struct{}

var errFull = errors.New("no space left on device")

func (full) Write([]byte) (int, error) { return 0, errFull }

// A verdict that cannot be printed is an error of the environment.
func TestUnprintedVerdictIsAnError(t *testing.T) {
	var stderr bytes.Buffer
	trace := strings.NewReader(`{"event":"Run","format":3,"name":"x","fixture":"format = 1\n[cluster]\nnodes = 1\n"}` + "\n")
	assert.Equal(t, cli.Run(t.Context(), Command(), []string{"-"}, trace, full{}, &stderr), cli.Environment)
	assert.Equal(t, stderr.String(), "emulator: standard output: no space left on device\n")
}
