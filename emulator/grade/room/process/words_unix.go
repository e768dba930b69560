//go:build unix

package process

import (
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"
)

// words says how a process ended.
func words(s syscall.WaitStatus) string {
	switch {
	case !s.Signaled():
		return fmt.Sprintf("exit status %d", s.ExitStatus())
	case s.Signal() == syscall.SIGKILL:
		return "killed by SIGKILL, which the grader did not send"
	case s.Signal() == syscall.SIGXFSZ:
		return "killed by SIGXFSZ: it wrote a file larger than the limit"
	}
	if name := unix.SignalName(s.Signal()); name != "" {
		return "killed by " + name
	}
	return fmt.Sprintf("killed by signal %d", int(s.Signal()))
}
