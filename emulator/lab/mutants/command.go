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
	// grace is how long the command may tidy up after SIGTERM.
	grace = time.Second
	// drain bounds the reading of the output after the command has ended. The output
	// ends at once, unless a detached process keeps it open.
	drain = time.Second
)

// ErrCommand: the command cannot be started.
var ErrCommand = errors.New("the command cannot be started")

// runCommand runs a command until it ends, or until the timeout or the end of the
// context. No process of its group is left then. One goroutine at a time writes the
// command's output, and none after runCommand has returned. The error means that the
// command could not be started.
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
		_, _ = io.Copy(output, reader) // ends when no process has the other end, or below
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
	killGroup(cmd) // the processes that it left behind
	select {
	case <-read:
	case <-time.After(drain):
		reader.Close()
		<-read
	}
	return run, nil
}

// judge notes how a command ended that was not stopped.
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

// endGroup ends the command and its processes: with SIGTERM first, and with SIGKILL
// after the grace period.
func endGroup(cmd *exec.Cmd, exited <-chan error) {
	askGroup(cmd)
	select {
	case <-exited: //nolint:errcheck // how it ended is known: by the signal
	case <-time.After(grace):
		killGroup(cmd)
		<-exited //nolint:errcheck // as above
	}
}
