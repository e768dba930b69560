//go:build unix

package tests

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"testing"
	"time"

	"gotest.tools/v3/assert"
)

// fullPipe returns a pipe into which nothing more goes, until somebody reads.
func fullPipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	assert.NilError(t, err)
	t.Cleanup(func() { _, _ = r.Close(), w.Close() })
	for err == nil {
		assert.NilError(t, w.SetWriteDeadline(time.Now().Add(20*time.Millisecond)))
		_, err = w.Write(make([]byte, 4096))
	}
	assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
	return r, w
}

// freeAddress returns an address at which nothing listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NilError(t, err)
	assert.NilError(t, l.Close())
	return l.Addr().String()
}

// An unread program writes to pipes that nobody reads.
type unread struct {
	*launched
	admin  *admin
	stderr *os.File // the other end
}

// launchUnread starts a program whose standard output or standard error is full.
func launchUnread(t *testing.T, stdout bool, flags ...string) *unread {
	t.Helper()
	address := freeAddress(t)
	l := &launched{t: t, exited: make(chan struct{})}
	l.cmd = command(t, append([]string{"-base-port", "0", "-admin", address}, flags...)...)
	r, full := fullPipe(t)
	if l.cmd.Stdout, l.cmd.Stderr = io.Writer(&l.stdout), io.Writer(full); stdout {
		l.cmd.Stdout, l.cmd.Stderr = full, &l.stderr
	}
	assert.NilError(t, l.cmd.Start())
	assert.NilError(t, full.Close())
	go func() {
		defer close(l.exited)
		l.err = l.cmd.Wait()
	}()
	t.Cleanup(l.kill)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	u := &unread{l, &admin{caller{t: t, client: client, base: "http://" + address}}, r}
	eventually(t, patience, func() string {
		if a, err := u.admin.try(patience, "GET", "/readyz", ""); err != nil || a.status != 200 {
			return "it is not ready"
		}
		return ""
	})
	return u
}

// log has the program log something: it loads a fixture after a node has violated an
// invariant.
func (u *unread) log() {
	u.t.Helper()
	u.admin.ok("GET", "/v1/wait?leader=unique&timeout_ms=20000", "", nil)
	u.admin.ok("POST", "/v1/nodes/leader/bug", `{"bug": "commit_without_majority"}`, nil)
	u.admin.ok("POST", "/v1/partition", `{"isolate": "leader"}`, nil)
	var leader struct{ URL string }
	u.admin.ok("GET", "/v1/nodes/leader", "", &leader)
	node := caller{t: u.t, client: u.admin.client, base: leader.URL}
	node.ok("PUT", "/topic", `{"topic": "t"}`, nil)
	u.admin.ok("PUT", "/v1/fixture?name=fresh_3", "", nil)
}

// dropped is the number of log lines that were dropped.
func (u *unread) dropped() int {
	var c struct {
		Dropped int `json:"log_lines_dropped"`
	}
	u.admin.ok("GET", "/v1/cluster", "", &c)
	return c.Dropped
}

// ends has the program end, with a signal.
func (u *unread) ends() {
	u.t.Helper()
	began := time.Now()
	assert.NilError(u.t, u.cmd.Process.Signal(syscall.SIGTERM))
	o := u.outcome()
	assert.Equal(u.t, o.code, 0, o.stderr)
	if !raceEnabled {
		assert.Assert(u.t, time.Since(began) < 2*time.Second, time.Since(began))
	}
}

// A pipe that nobody reads holds up neither the cluster nor its end.
func TestUnreadStandardError(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			u := launchUnread(t, false, "-log-format", format)
			for range 3 {
				u.log()
			}
			u.ends()
		})
	}
}

func TestReaderOfStandardErrorReadsLate(t *testing.T) {
	t.Parallel()
	u := launchUnread(t, false, "-log-format", "json")
	u.log()
	lines := bufio.NewReader(u.stderr)
	line, err := lines.ReadBytes('\n')
	assert.NilError(t, err)
	line = bytes.TrimLeft(line, "\x00") // with which the pipe was filled
	var logged struct{ Msg string }
	assert.NilError(t, json.Unmarshal(line, &logged), "%q", line)
	assert.Equal(t, logged.Msg, "an invariant was violated")
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	u.ends()
}

// The program outlives the reader of its standard error, and counts what it could not write.
func TestReaderOfStandardErrorGoes(t *testing.T) {
	t.Parallel()
	u := launchUnread(t, false)
	assert.NilError(t, u.stderr.Close())
	u.log()
	eventually(t, patience, func() string {
		if u.dropped() == 0 {
			return "no line was dropped"
		}
		return ""
	})
	u.log()
	u.ends()
}

func TestUnreadStandardOutput(t *testing.T) {
	t.Parallel()
	u := launchUnread(t, true)
	u.log()
	u.ends()
}

func TestReaderOfStandardOutputGoes(t *testing.T) {
	t.Parallel()
	u := launchUnread(t, true)
	assert.NilError(t, u.stderr.Close())
	u.log()
	u.ends()
}

// Other commands end quietly with their reader, as commands in a pipeline do.
func TestCommandEndsWithItsReader(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	assert.NilError(t, err)
	cmd := command(t, "-list")
	cmd.Stdout = w
	assert.NilError(t, r.Close())
	assert.NilError(t, cmd.Start())
	assert.NilError(t, w.Close())
	err = cmd.Wait()
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	assert.Assert(t, err != nil && ok && status.Signaled() && status.Signal() == syscall.SIGPIPE, "%v", errors.Join(err))
}
