package verify

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"gotest.tools/v3/assert"
)

// Whoever waits for a pipe that says nothing can be interrupted.
func TestInterruptedWhileNothingComes(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	in, out := io.Pipe()
	defer out.Close()
	ended := make(chan int)
	var stderr bytes.Buffer
	go func() { ended <- Main(ctx, []string{"-"}, in, io.Discard, &stderr) }()
	interrupt()
	assert.Equal(t, <-ended, Undecided)
	assert.Assert(t, strings.Contains(stderr.String(), "interrupted in -; 0 of 1 files"), stderr.String())
}

type full struct{}

var errFull = errors.New("no space left on device")

func (full) Write([]byte) (int, error) { return 0, errFull }

// What could not be told was not told.
func TestFullOutput(t *testing.T) {
	var stderr bytes.Buffer
	trace := strings.NewReader(`{"event":"Run","format":1,"name":"x","fixture":"format = 1\n[cluster]\nnodes = 1\n"}` + "\n")
	assert.Equal(t, Main(t.Context(), []string{"-"}, trace, full{}, &stderr), Environment)
	assert.Equal(t, stderr.String(), "emulator verify: no space left on device\n")
}
