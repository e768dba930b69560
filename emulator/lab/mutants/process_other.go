//go:build !unix

package mutants

import "os/exec"

// There are no process groups here: only the command's own process is ended.

func makeGroup(*exec.Cmd) {}

func askGroup(cmd *exec.Cmd) { killGroup(cmd) }

// killGroup ends the command. There is an error when it has ended, which is fine.
func killGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() }
