// Package tests drives the program end to end: it builds the binary, starts it
// on free ports, and talks to it as its users do, over HTTP and by signals.
//
// Each test has a process of its own, and they run in parallel. No test sleeps
// until something has happened: it asks the admin API to wait for it, or polls
// with a deadline where it reads the nodes' own API.
//
// Files: build_test.go and program_test.go build and run the program, launch_test.go runs
// commands that end by themselves. client_test.go, node_test.go and admin_test.go talk to
// the program, and checks_test.go reads its findings. part*_test.go are the three parts of
// the origin's testing report, command_*_test.go cover a subcommand each, and the others
// a topic each.
package tests

import (
	"fmt"
	"os"
	"testing"
	"time"
)

// patience is how long anything may take that is expected to happen. It is
// generous, for machines differ; only what hangs takes as long.
const patience = 20 * time.Second

func TestMain(m *testing.M) {
	code := m.Run()
	if err := removeBinary(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}
