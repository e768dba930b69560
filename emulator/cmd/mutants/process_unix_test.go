//go:build unix

package mutants

import (
	"os/exec"
	"syscall"
	"testing"

	"rrmq.example/emulator/emulator/cmd/cli"
)

func init() {
	detach = func(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
}

// A process that leaves the group and keeps the output open does not delay the run.
func TestDetachedProcess(t *testing.T) { runLeaving(t, "detach") }

// A suite that a signal kills says nothing about the bug.
func TestSuiteThatIsKilled(t *testing.T) {
	m := newController(t, inOrder("pass", "break", "pass"))
	m.against("-bugs", twoBugs).must(cli.Undecided, "unknown (signal: killed)", "missed", "UNKNOWN", "ended  signal: killed", "caught 0 of 1 (0 %); 1 unknown")
	m = newController(t, inOrder("break"))
	m.against("-bugs", twoBugs).must(cli.Undecided, "FAILS ON HEALTHY NODES: signal: killed")
}

// A command that times out gets SIGTERM before SIGKILL.
func TestTimedOutCommandMayTidyUp(t *testing.T) {
	m := newController(t, inOrder("tidy up"))
	m.against("-timeout", "5s").must(cli.Undecided, "FAILS ON HEALTHY NODES: timed out after 5s", "  | it is tidy now")
}
