package tests

import (
	"errors"
	"os"
	"os/exec"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

// A launched program ends by itself, or when it is interrupted.
type launched struct {
	t              testing.TB
	cmd            *exec.Cmd
	stdout, stderr text
	exited         chan struct{} // closed when the process has ended
	err            error         // of its end
}

// launch starts the program and does not wait for its end. It ends with the test.
func launch(t testing.TB, args ...string) *launched {
	t.Helper()
	return launchCommand(t, command(t, args...))
}

func launchCommand(t testing.TB, cmd *exec.Cmd) *launched {
	t.Helper()
	l := &launched{t: t, cmd: cmd, exited: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = &l.stdout, &l.stderr
	assert.NilError(t, cmd.Start())
	go func() {
		defer close(l.exited)
		l.err = cmd.Wait()
	}()
	t.Cleanup(l.kill)
	return l
}

func (l *launched) kill() {
	_ = l.cmd.Process.Kill() // which fails when it has ended
	<-l.exited
}

// interrupt does what Ctrl-C does.
func (l *launched) interrupt() {
	l.t.Helper()
	assert.NilError(l.t, l.cmd.Process.Signal(os.Interrupt), "standard output:\n%s\nstandard error:\n%s", &l.stdout, &l.stderr)
}

// outcome waits for the end. A program that a signal has ended has none.
func (l *launched) outcome() outcome {
	l.t.Helper()
	select {
	case <-l.exited:
	case <-time.After(2 * patience):
		l.kill()
		l.t.Fatalf("%v still runs after %v", l.cmd.Args[1:], 2*patience)
	}
	var exit *exec.ExitError
	if l.err != nil && !errors.As(l.err, &exit) || l.cmd.ProcessState.ExitCode() < 0 {
		l.t.Fatalf("%v: %v\nstandard output:\n%s\nstandard error:\n%s", l.cmd.Args[1:], l.cmd.ProcessState, &l.stdout, &l.stderr)
	}
	return outcome{l.cmd.ProcessState.ExitCode(), l.stdout.String(), l.stderr.String()}
}

// works waits until the program has been at work for a while, which is counted in
// time of the processor: it takes signals by then, and has something to tell.
func (l *launched) works(atLeast time.Duration) {
	l.t.Helper()
	eventually(l.t, patience, func() string {
		select {
		case <-l.exited:
			l.t.Fatalf("%v has ended already:\n%s%s", l.cmd.Args[1:], &l.stdout, &l.stderr)
		default:
		}
		if cpuTime(l.t, l.cmd.Process.Pid) < atLeast {
			return "it has hardly begun"
		}
		return ""
	})
}

// wait waits until something is sent.
func wait(t testing.TB, c <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		t.Fatalf("%s did not come within %v", what, patience)
	}
}
