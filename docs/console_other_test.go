//go:build !unix

package docs

import "os/exec"

// separate does nothing: the documents' commands are run on Unix only.
func separate(*exec.Cmd) {}
