package tests

import (
	"regexp"
	"syscall"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

// A program that the Go runtime has ended has exit code 2, like an undecided command, and
// says so on standard error in a line that no command writes.
func TestCrashOfTheRuntimeSaysSo(t *testing.T) {
	t.Parallel()
	p := start(t, "-nodes", "1")
	assert.NilError(t, p.cmd.Process.Signal(syscall.SIGQUIT))
	select {
	case <-p.exited:
	case <-time.After(patience):
		t.Fatalf("still running %v after SIGQUIT", patience)
	}
	assert.Equal(t, p.cmd.ProcessState.ExitCode(), 2)
	crash := regexp.MustCompile(`(?m)^(fatal error|panic|SIGQUIT): `)
	assert.Assert(t, crash.MatchString(p.stderr.String()), p.stderr.String())
}
