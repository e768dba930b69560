package view

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/cmd/cli"
)

const header = `{"event":"Run","format":2,"name":"x","clock":"virtual","nodes":[],"fixture":"format = 1\n[cluster]\nnodes = 1\n"}` + "\n"

const record = `{"seq":1,"time_ns":0,"step":0,"cause":0,"event":"Init","node":0}` + "\n"

// lines sends what is written.
type lines chan<- string

func (l lines) Write(b []byte) (int, error) {
	l <- string(b)
	return len(b), nil
}

// shown starts the command, and returns its ready line and what ends it. That returns the
// exit code and standard error.
func shown(t *testing.T, stdin io.Reader, args ...string) (ready, func() (int, string)) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	out, ended := make(chan string, 1), make(chan int, 1)
	var stderr bytes.Buffer
	go func() { ended <- cli.Run(ctx, Command(), args, stdin, lines(out), &stderr) }()
	var r ready
	select {
	case line := <-out:
		assert.NilError(t, json.Unmarshal([]byte(line), &r))
	case code := <-ended:
		t.Fatalf("it ended with %d: %s", code, stderr.String())
	}
	return r, func() (int, string) {
		stop()
		return <-ended, stderr.String()
	}
}

// get reads an address.
func get(t *testing.T, url string) string {
	t.Helper()
	answer, err := http.Get(url)
	assert.NilError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	assert.NilError(t, err)
	assert.Equal(t, answer.StatusCode, http.StatusOK, string(body))
	return string(body)
}

func TestFileIsShownUntilTheInterrupt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "run.jsonl")
	assert.NilError(t, os.WriteFile(file, []byte(header+record+`{"seq":2,`), 0o600))
	r, end := shown(t, nil, file)
	assert.DeepEqual(t, r, ready{"ready", r.URL, "run.jsonl", 1, 1})
	assert.Equal(t, get(t, r.URL+"page/records"), header+record)
	assert.Assert(t, strings.Contains(get(t, r.URL+"page/source.json"), `"kind":"file"`))
	code, stderr := end()
	assert.Equal(t, code, cli.OK, stderr)
	assert.Assert(t, strings.Contains(stderr, "its last line is not whole"), stderr)
	_, err := http.Get(r.URL)
	assert.Assert(t, err != nil, "it still serves")
}

// Standard input is kept in a file that is gone at the end.
func TestStandardInputIsShown(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir)
	r, end := shown(t, strings.NewReader(header+record), "-")
	assert.Equal(t, r.Name, "standard input")
	assert.Equal(t, get(t, r.URL+"page/records"), header+record)
	code, stderr := end()
	assert.Equal(t, code, cli.OK, stderr)
	left, err := os.ReadDir(dir)
	assert.NilError(t, err)
	assert.Equal(t, len(left), 0)
}

func TestWhatCannotBeShown(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.jsonl")
	assert.NilError(t, os.WriteFile(bad, []byte(header+record+"{\n"), 0o600))
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"BadLine":   {[]string{bad}, "bad.jsonl: not a trace: line 3: not a record"},
		"Missing":   {[]string{filepath.Join(dir, "nothing")}, "no such file"},
		"Directory": {[]string{dir}, "is a directory"},
		"NoFile":    {nil, "TRACE"},
		"Two":       {[]string{bad, bad}, "TRACE"},
		"Port":      {[]string{bad, "-port", "70000"}, "-port"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, stderr bytes.Buffer
			assert.Equal(t, cli.Run(t.Context(), Command(), c.args, strings.NewReader(""), &out, &stderr), cli.Usage, stderr.String())
			assert.Assert(t, strings.Contains(stderr.String(), c.want), stderr.String())
			assert.Equal(t, out.String(), "")
		})
	}
}

// A port that another program has is an error of the environment.
func TestPortThatIsTaken(t *testing.T) {
	r, end := shown(t, strings.NewReader(header), "-")
	_, port, _ := strings.Cut(strings.TrimSuffix(r.URL, "/"), "127.0.0.1:")
	var out, stderr bytes.Buffer
	code := cli.Run(t.Context(), Command(), []string{"-", "-port", port}, strings.NewReader(header), &out, &stderr)
	assert.Equal(t, code, cli.Environment, stderr.String())
	code, _ = end()
	assert.Equal(t, code, cli.OK)
}

// An interrupt ends the wait for a silent pipe.
func TestInterruptedWhileNothingComes(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	in, out := io.Pipe()
	defer out.Close()
	interrupt()
	var stderr bytes.Buffer
	assert.Equal(t, cli.Run(ctx, Command(), []string{"-"}, in, io.Discard, &stderr), cli.Undecided)
	assert.Assert(t, strings.Contains(stderr.String(), "interrupted"), stderr.String())
}
