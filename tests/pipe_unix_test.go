//go:build unix

package tests

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/poll"
)

// A pipe that nobody reads takes no trace, and does not keep the program from ending.
func TestATraceInAPipeThatNobodyReads(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	assert.NilError(t, syscall.Mkfifo(pipe, 0o666))
	reader, err := os.OpenFile(pipe, os.O_RDWR, 0)
	assert.NilError(t, err)
	defer reader.Close()
	l := launch(t, "-nodes", "3", "-clock", "virtual", "-admin", "127.0.0.1:0", "-base-port", "0", "-trace", pipe)
	poll.WaitOn(t, func(poll.LogT) poll.Result {
		if strings.Contains(l.stdout.String(), "\n") {
			return poll.Success()
		}
		return poll.Continue("no ready line yet: %s", &l.stderr)
	}, poll.WithTimeout(patience))
	url := strings.Split(l.stdout.String(), `"`)[7]
	run(t, "ctl", "-url", url, "clock", "advance", "60s").must(t, 0, "60.000 s") // some megabytes
	l.interrupt()
	o := l.outcome()
	assert.Equal(t, o.code, 4)
	assert.Assert(t, strings.Contains(o.stderr, "the trace is not complete: what takes it does not read on"), o.stderr)
}
