//go:build unix

package mutants

import (
	"os/exec"
	"syscall"
)

// makeGroup has the command begin a process group of its own, which what it
// starts belongs to.
func makeGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// askGroup tells the group to end.
func askGroup(cmd *exec.Cmd) { signalGroup(cmd, syscall.SIGTERM) }

// killGroup ends what is left of the group.
func killGroup(cmd *exec.Cmd) { signalGroup(cmd, syscall.SIGKILL) }

// signalGroup sends a signal to the group. There is an error when nothing is left
// of it, which is fine. No other group can have its number meanwhile, but for one
// begun after all of it has ended and after all other numbers were used.
func signalGroup(cmd *exec.Cmd, s syscall.Signal) { _ = syscall.Kill(-cmd.Process.Pid, s) }
