// Package python is the subcommand emulator python: it prints a module with which suites
// in Python use the emulator. The module, emulator.py, stands beside this file; its
// docstrings are its reference.
package python

import (
	"context"
	_ "embed" // for the module
	"io"

	"rrmq.example/emulator/emulator/cmd/cli"
)

//go:embed emulator.py
var module string

// Command is emulator python.
func Command() *cli.Command {
	return &cli.Command{
		Name:    "python",
		Summary: "print a module for suites in Python",
		About: `Prints emulator.py, a module for suites in Python. It starts clusters, breaks them, waits
for conditions and sends requests to nodes. It also has a fixture for pytest. Keep the module beside the
tests; it needs Python 3.9 or later and no other package.

python3 -m pydoc ./emulator.py shows what it offers.`,
		Examples: cli.Examples{
			{"emulator python > emulator.py", "beside the tests"},
		},
		Run: func(_ context.Context, c *cli.Call) error {
			_, err := io.WriteString(c.Stdout, module)
			return err
		},
	}
}
