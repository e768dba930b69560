//go:build unix

package mutants

import (
	"os/exec"
	"syscall"
	"testing"
)

func init() {
	getAway = func(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
}

// What gets away and keeps the output open holds nobody up.
func TestGotAway(t *testing.T) { leaves(t, "lose") }

// What a signal ends has said nothing about the bug.
func TestSuiteThatIsKilled(t *testing.T) {
	m := newMaster(t, inOrder("pass", "break", "pass"))
	m.against("-bugs", two).must(Undecided, "unknown (signal: killed)", "missed", "UNKNOWN", "ended  signal: killed", "caught 0 of 1 (0 %); 1 unknown")
	m = newMaster(t, inOrder("break"))
	m.against("-bugs", two).must(Undecided, "FAILS ON HEALTHY NODES: signal: killed")
}

// A command whose time is out is asked to end before it is made to.
func TestTidyUp(t *testing.T) {
	m := newMaster(t, inOrder("tidy up"))
	m.against("-timeout", "5s").must(Undecided, "FAILS ON HEALTHY NODES: timed out after 5s", "  | it is tidy now")
}
