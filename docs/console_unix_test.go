//go:build unix

package docs

import (
	"os/exec"
	"syscall"
)

// separate gives a shell a process group of its own, which ends with it.
func separate(shell *exec.Cmd) {
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	shell.Cancel = func() error { return syscall.Kill(-shell.Process.Pid, syscall.SIGKILL) }
}
