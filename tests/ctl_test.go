package tests

import (
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"gotest.tools/v3/assert"
)

// ctl runs emulator ctl against the program, which the environment names.
func (p *program) ctl(args ...string) *exec.Cmd {
	p.t.Helper()
	cmd := command(p.t, append([]string{"ctl"}, args...)...)
	cmd.Env = append(cmd.Env, "EMULATOR_URL="+p.ready.Admin)
	return cmd
}

// A leader is cut off and another elected, all from a shell.
func TestCtlChangesACluster(t *testing.T) {
	t.Parallel()
	p := start(t)
	for _, c := range []struct {
		line string
		code int
		says string
	}{
		{"wait leader=unique -timeout 20000", 0, "leads in term"},
		{"isolate leader", 0, "not heard by"},
		{"wait event=BecomeLeader -since 0", 0, "record"},
		{"status", 0, p.nodes[4].base},
		{"heal", 0, "seq"},
		{"wait committed=12 -timeout 1", 1, "still untrue after 1 ms: committed=12"},
		{"crash 9", 3, "no such node"},
		{"status -url 127.0.0.1:1", 4, "no emulator answers at http://127.0.0.1:1"},
	} {
		cmd := p.ctl(strings.Fields(c.line)...)
		out, _ := cmd.CombinedOutput() // the exit code says what the error does
		assert.Check(t, cmd.ProcessState.ExitCode() == c.code, "%s: %s", c.line, out)
		assert.Check(t, strings.Contains(string(out), c.says), "%s: %s", c.line, out)
	}
}

// Ctrl-C ends following, and that is how it should end.
func TestCtlFollowPrintsEvents(t *testing.T) {
	t.Parallel()
	p := start(t)
	cmd := p.ctl("events", "-follow", "-since", "0", "-event", "BecomeLeader")
	var stdout, stderr text
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	assert.NilError(t, cmd.Start())
	eventually(t, patience, func() string {
		if !strings.Contains(stdout.String(), "BecomeLeader") {
			return "no leader is shown"
		}
		return ""
	})
	assert.NilError(t, cmd.Process.Signal(syscall.SIGINT))
	assert.NilError(t, cmd.Wait())
	assert.Equal(t, stderr.String(), "")
}
