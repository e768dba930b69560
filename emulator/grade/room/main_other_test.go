//go:build !linux

package room

import (
	"os"
	"strings"
)

// act is a node, if the environment asks for one.
func act() {
	if f := strings.Fields(os.Getenv(becomes)); len(f) > 3 && f[0] == "answer" {
		answer(f[1], f[2], f[3:])
	}
}
