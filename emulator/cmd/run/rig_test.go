package run

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/cmd/cli"
)

// Some scenarios.
const (
	passing = `
format = 1
name = "elects"
description = "Five nodes elect a leader."

[cluster]
nodes = 5

[grade]
part = "election"
points = 2
tags = ["fast", "leader"]

[[expect]]
that = "leader=unique"
within_ms = 2000
`
	failing = `
format = 1
name = "impossible"

[cluster]
nodes = 3

[scenario]
run_ms = 1000

[grade]
part = "replication"
points = 1
tags = ["slow"]

[[step]]
name = "crashed"
once = "leader=unique"
crash = "leader"

[[expect]]
from = "crashed"
that = "leader=none"
always = true
because = "nobody may lead (§5.2)"
`
	stuck = `
format = 1
name = "stuck"

[cluster]
nodes = 3

[scenario]
run_ms = 86400000
time_limit_ms = 86400000

[[expect]]
that = "term=all:<100000"
always = true
`
	noScenario = `
format = 1

[cluster]
nodes = 3
`
	wrong = `
format = 1

[cluster]
nodes = 3

[[step]]
at_ms = -5
crash = 1

[[expect]]
that = "role=7:Leader"
always = true
`
)

// dir makes a directory of files, and goes there.
func dir(t *testing.T, files map[string]string) {
	t.Helper()
	d := t.TempDir()
	for name, text := range files {
		path := filepath.Join(d, name)
		assert.NilError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		assert.NilError(t, os.WriteFile(path, []byte(text), 0o666))
	}
	t.Chdir(d)
}

// An outcome is what is left of a run.
type outcome struct {
	code           int
	stdout, stderr string
}

func run(args ...string) outcome { return runIn(context.Background(), args...) }

func runIn(ctx context.Context, args ...string) outcome {
	var stdout, stderr bytes.Buffer
	code := cli.Run(ctx, Command(), args, nil, &stdout, &stderr)
	return outcome{code, stdout.String(), stderr.String()}
}

// must checks how a run has ended, and what standard output says.
func (o outcome) must(t *testing.T, code int, stdout ...string) {
	t.Helper()
	assert.Check(t, o.code == code, "exit code %d, want %d; stdout:\n%s\nstderr:\n%s", o.code, code, o.stdout, o.stderr)
	for _, s := range stdout {
		assert.Check(t, strings.Contains(o.stdout, s), "stdout does not say %q:\n%s", s, o.stdout)
	}
}

// complains checks that nothing was run, and what is said of it.
func (o outcome) complains(t *testing.T, stderr ...string) {
	t.Helper()
	o.must(t, cli.Usage)
	assert.Check(t, o.stdout == "", o.stdout)
	for _, s := range stderr {
		assert.Check(t, strings.Contains(o.stderr, s), "stderr does not say %q:\n%s", s, o.stderr)
	}
}

// parse returns what a command line says.
func parse(t *testing.T, args ...string) *options {
	t.Helper()
	var o options
	cmd := o.command()
	cmd.Run = func(_ context.Context, c *cli.Call) error {
		o.names = c.Args
		return nil
	}
	assert.Equal(t, cli.Run(t.Context(), cmd, args, nil, io.Discard, os.Stderr), cli.OK)
	o.complete()
	return &o
}
