package cmd

import (
	"strings"
	"testing"

	"gotest.tools/v3/assert"
	"rrmq.example/emulator/emulator/cmd/cli"
)

// The program's help names all subcommands, and each has its own, both ways.
func TestHelp(t *testing.T) {
	code, all, stderr := call("-h")
	assert.Equal(t, code, cli.OK, stderr)
	_, help, _ := call("help")
	assert.Equal(t, help, all)
	for _, name := range []string{"run", "explore", "check", "replay", "verify", "bugs", "mutants", "ctl", "load"} {
		t.Run(name, func(t *testing.T) {
			assert.Assert(t, strings.Contains(all, "\n  "+name+" "), all)
			code, own, stderr := call(name, "-h")
			assert.Equal(t, code, cli.OK, stderr)
			assert.Equal(t, stderr, "")
			assert.Assert(t, strings.HasPrefix(own, "Usage:") && strings.Contains(own, "emulator "+name), own)
			assert.Assert(t, strings.Contains(own, "Examples:") && strings.Contains(own, "Exit codes:"), own)
			_, helped, _ := call("help", name)
			assert.Equal(t, helped, own)
		})
	}
	code, _, stderr = call("help", "rum")
	assert.Equal(t, code, cli.Usage)
	assert.Assert(t, strings.Contains(stderr, `"rum" is neither a flag nor a subcommand`), stderr)
}
