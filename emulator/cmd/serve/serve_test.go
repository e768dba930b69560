package serve

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/cmd/replay"
)

// emulate runs the program without a subcommand and returns its exit code and standard
// error.
func emulate(ctx context.Context, stdout chan<- string, args ...string) (int, string) {
	var stderr bytes.Buffer
	code := cli.Main(ctx, Command(), args, strings.NewReader(""), lines(stdout), &stderr)
	return code, stderr.String()
}

// lines sends what is written.
type lines chan<- string

func (l lines) Write(b []byte) (int, error) {
	l <- string(b)
	return len(b), nil
}

// The second start finds the ports taken. It must leave the trace of the first alone.
func TestStartThatFailsLeavesTheTrace(t *testing.T) {
	trace := filepath.Join(t.TempDir(), "run.jsonl")
	ctx, stop := context.WithCancel(t.Context())
	ready, ended := make(chan string, 1), make(chan int)
	go func() {
		code, _ := emulate(ctx, ready, "-base-port", "0", "-admin", "127.0.0.1:0", "-clock", "virtual", "-trace", trace)
		ended <- code
	}()
	_, admin, _ := strings.Cut(<-ready, `"admin":"http://`)
	admin, _, _ = strings.Cut(admin, `"`)
	code, stderr := emulate(t.Context(), nil, "-base-port", "0", "-admin", admin, "-trace", trace)
	assert.Equal(t, code, cli.Environment, stderr)
	assert.Assert(t, strings.Contains(stderr, "Does an emulator run already? -admin HOST:PORT"), stderr)
	other := filepath.Join(t.TempDir(), "other.jsonl")
	code, stderr = emulate(t.Context(), nil, "-base-port", "0", "-admin", admin, "-trace", other)
	assert.Equal(t, code, cli.Environment, stderr)
	_, err := os.Stat(other)
	assert.Assert(t, os.IsNotExist(err), "a start that failed left a new trace")
	stop()
	assert.Equal(t, <-ended, cli.OK)
	var out bytes.Buffer
	code = cli.Run(t.Context(), replay.Command(), []string{trace}, strings.NewReader(""), &out, &out)
	assert.Equal(t, code, cli.OK, out.String())
}
