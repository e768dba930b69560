package mutants

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

const (
	// grace is how long the command may tidy up when it is told to end.
	grace = time.Second
	// drain is how long what it said is still read when it has ended. It is over
	// at once, unless a process that got away keeps the output open.
	drain = time.Second
)

// ErrCommand: the command cannot be started.
var ErrCommand = errors.New("the command cannot be started")

// runCommand runs a command to its end, or until the time is out or the context
// ends. Then no process of its group is left. What it says goes to output, which
// is written to by one goroutine at a time, and not any more when it returns.
// The error is for a command that could not be run at all.
func runCommand(ctx context.Context, words, environment []string, timeout time.Duration, output io.Writer) (Run, error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return Run{}, err
	}
	defer reader.Close()
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Env = append(os.Environ(), environment...)
	cmd.Stdout, cmd.Stderr = writer, writer
	makeGroup(cmd)
	began := time.Now()
	err = cmd.Start()
	writer.Close()
	if err != nil {
		return Run{}, fmt.Errorf("%w: %w", ErrCommand, err)
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		_, _ = io.Copy(output, reader) // ends when nobody has the other end, or below
	}()
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()

	limit := time.NewTimer(timeout)
	defer limit.Stop()
	run := Run{Outcome: Broken, ExitCode: -1}
	select {
	case err = <-exited:
		run.judge(cmd.ProcessState, err)
	case <-limit.C:
		run.Outcome, run.Reason = TimedOut, fmt.Sprintf("timed out after %v", timeout)
		endGroup(cmd, exited)
	case <-ctx.Done():
		run.Outcome, run.Reason = Interrupted, "interrupted"
		endGroup(cmd, exited)
	}
	run.Time = time.Since(began)
	killGroup(cmd) // what it left behind
	select {
	case <-read:
	case <-time.After(drain):
		reader.Close()
		<-read
	}
	return run, nil
}

// judge says how a command has ended by itself.
func (r *Run) judge(state *os.ProcessState, err error) {
	switch {
	case state == nil:
		r.Reason = err.Error()
	case !state.Exited():
		r.Reason = state.String() // "signal: killed"
	case state.ExitCode() == 0:
		r.Outcome, r.ExitCode, r.Reason = Passed, 0, "exit status 0"
	default:
		r.Outcome, r.ExitCode, r.Reason = Failed, state.ExitCode(), fmt.Sprintf("exit status %d", state.ExitCode())
	}
}

// endGroup ends the command and what it has started: it asks first, and does not
// ask a second time.
func endGroup(cmd *exec.Cmd, exited <-chan error) {
	askGroup(cmd)
	select {
	case <-exited:
	case <-time.After(grace):
		killGroup(cmd)
		<-exited
	}
}
