// Package cmd is the command line of the emulator. It lists the subcommands; each is a
// package of its own below.
package cmd

import (
	"context"
	"io"
	"os"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/cmd/bugs"
	"rrmq.example/emulator/emulator/cmd/check"
	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/cmd/ctl"
	"rrmq.example/emulator/emulator/cmd/explore"
	"rrmq.example/emulator/emulator/cmd/grade"
	"rrmq.example/emulator/emulator/cmd/load"
	"rrmq.example/emulator/emulator/cmd/mutants"
	"rrmq.example/emulator/emulator/cmd/node"
	"rrmq.example/emulator/emulator/cmd/python"
	"rrmq.example/emulator/emulator/cmd/replay"
	"rrmq.example/emulator/emulator/cmd/run"
	"rrmq.example/emulator/emulator/cmd/serve"
	"rrmq.example/emulator/emulator/cmd/systematic"
	"rrmq.example/emulator/emulator/cmd/verify"
	"rrmq.example/emulator/emulator/cmd/version"
	"rrmq.example/emulator/emulator/cmd/view"
)

// Main is the program with its arguments, without its name. It returns the exit code.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	args = current(args)
	return cli.Main(ctx, command(needed(args)), args, os.Stdin, stdout, stderr)
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

// A subcommand is one that is made when it is needed.
type subcommand struct {
	name    string
	command func() *cli.Command
}

// subcommands are all there are, in the order in which the help lists them.
var subcommands = []subcommand{
	{"run", run.Command},
	{"explore", explore.Command},
	{"systematic", systematic.Command},
	{"check", check.Command},
	{"replay", replay.Command},
	{"verify", verify.Command},
	{"view", view.Command},
	{"bugs", bugs.Command},
	{"mutants", mutants.Command},
	{"ctl", ctl.Command},
	{"load", load.Command},
	{"node", node.Command},
	{"grade", grade.Command},
	{"python", python.Command},
	{"version", version.Command},
	{"completion", cli.CompletionCommand},
	{"help", cli.HelpCommand},
}

// Command is the program: hosting a cluster, and all subcommands.
func Command() *cli.Command { return command(func(string) bool { return true }) }

// command is the program with some of its subcommands.
func command(wanted func(name string) bool) *cli.Command {
	root := serve.Command()
	for _, sub := range subcommands {
		root.Names = append(root.Names, sub.name)
		if wanted(sub.name) {
			root.Commands = append(root.Commands, sub.command())
		}
	}
	return root
}

// needed selects the subcommands that a command line may need: to make all of them takes a
// tenth of the time in which the program starts.
func needed(args []string) func(name string) bool {
	isHelp := func(arg string) bool { return slices.Contains([]string{"-h", "--h", "-help", "--help"}, arg) }
	isNamed := func(name string) bool { return slices.Contains(args, name) }
	switch {
	case len(args) == 0:
		return isNamed
	case args[0] != "help" && slices.ContainsFunc(subcommands, func(s subcommand) bool { return s.name == args[0] }):
		return func(name string) bool { return name == args[0] }
	case !strings.HasPrefix(args[0], "-") || slices.ContainsFunc(args, isHelp):
		return func(string) bool { return true }
	}
	return isNamed // flags, but one of them may be a command in the wrong place
}
