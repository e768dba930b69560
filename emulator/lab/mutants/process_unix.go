//go:build unix

package mutants

import (
	"os/exec"
	"syscall"
)

// makeGroup puts the command and its processes into a new process group.
func makeGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// askGroup asks the group to end.
func askGroup(cmd *exec.Cmd) { signalGroup(cmd, syscall.SIGTERM) }

// killGroup ends the rest of the group.
func killGroup(cmd *exec.Cmd) { signalGroup(cmd, syscall.SIGKILL) }

// signalGroup sends a signal to the group. The error of an empty group does not
// matter. Another group can have the same number only after this one has ended and
// the system has used all other numbers.
func signalGroup(cmd *exec.Cmd, s syscall.Signal) { _ = syscall.Kill(-cmd.Process.Pid, s) }
