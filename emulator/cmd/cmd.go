// Package cmd is the command line of the emulator. It lists the subcommands; each is a
// package of its own below.
package cmd

import (
	"context"
	"io"
	"os"
	"slices"

	"rrmq.example/emulator/emulator/cmd/bugs"
	"rrmq.example/emulator/emulator/cmd/check"
	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/cmd/ctl"
	"rrmq.example/emulator/emulator/cmd/explore"
	"rrmq.example/emulator/emulator/cmd/load"
	"rrmq.example/emulator/emulator/cmd/mutants"
	"rrmq.example/emulator/emulator/cmd/replay"
	"rrmq.example/emulator/emulator/cmd/run"
	"rrmq.example/emulator/emulator/cmd/serve"
	"rrmq.example/emulator/emulator/cmd/systematic"
	"rrmq.example/emulator/emulator/cmd/verify"
	"rrmq.example/emulator/emulator/cmd/version"
)

// Main is the program with its arguments, without its name. It returns the exit code.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	return cli.Main(ctx, Command(), current(args), os.Stdin, stdout, stderr)
}

// current replaces an old name of a command: emulator systematic was explore
// -systematic.
func current(args []string) []string {
	if len(args) == 0 || args[0] != "explore" {
		return args
	}
	rest := slices.DeleteFunc(slices.Clone(args[1:]), func(arg string) bool {
		return slices.Contains([]string{"-systematic", "--systematic", "-systematic=true", "--systematic=true"}, arg)
	})
	if len(rest) == len(args)-1 {
		return args
	}
	return append([]string{"systematic"}, rest...)
}

// Command is the program: hosting a cluster, and all subcommands.
func Command() *cli.Command {
	root := serve.Command()
	root.Commands = []*cli.Command{
		run.Command(),
		explore.Command(),
		systematic.Command(),
		check.Command(),
		replay.Command(),
		verify.Command(),
		bugs.Command(),
		mutants.Command(),
		raw("ctl", "COMMAND", "look at a running cluster, break it and heal it", ctl.Main),
		load.Command(),
		version.Command(),
		cli.CompletionCommand(),
		cli.HelpCommand(),
	}
	return root
}

// raw is a command that reads its flags itself.
func raw(name, operands, summary string, main func(context.Context, []string, io.Writer, io.Writer) int) *cli.Command {
	return &cli.Command{
		Name: name, Operands: operands, Summary: summary, Max: cli.Any, Raw: true,
		Run: func(ctx context.Context, c *cli.Call) error {
			return cli.Exit(main(ctx, c.Args, c.Stdout, c.Stderr))
		},
	}
}
