// Package mutants is the subcommand emulator mutants: it tells how good a suite
// of tests is. It runs the suite against a healthy cluster, which must pass, and
// then against one cluster for each planted bug, which should not.
//
// The contract:
//
//  1. What is wrong with the command line is said before anything runs. A suite
//     that does not pass on healthy nodes catches nothing: that is said, and no
//     bug is tried, unless one asks for it.
//  2. Each run of the command has a cluster of its own, whose ports are free again
//     when the run has ended, and so are the processes that the command started:
//     it is one process group, and all of that is ended, come what may. On systems
//     without process groups only the command's own process is.
//  3. The bug is in every cluster of the run, also in those that the suite loads
//     itself. Nothing in the command's environment says which bug it is. The admin
//     API does tell those who ask it.
//  4. Results come in the order of the registry (package world, Bugs), whatever ran
//     first.
//  5. An interrupted run says what it knows so far.
//
// Of the command's output a bounded part is kept.
//
// Files: flags.go reads the command line, choose.go which bugs and nodes are meant,
// campaign.go says what is run and when, cluster.go is what the command is run
// against, watch.go what the emulator's own checks see meanwhile, command.go and
// process*.go the command, output.go what it says, result.go how it came out;
// text.go, json.go and verdict.go tell that, report.go where, progress.go how far
// it is.
package mutants

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
)

// The exit codes of emulator mutants.
const (
	AllCaught   = 0
	SomeMissed  = 1
	Undecided   = 2 // the suite fails on healthy nodes, or it was interrupted
	Usage       = 3
	Environment = 4 // a port, the disk, or a command that cannot be started
)

// Main is emulator mutants with these arguments. It returns the exit code.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	f, err := parseFlags(args, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return AllCaught
	}
	if err != nil {
		fmt.Fprintf(stderr, "emulator mutants: %v\nemulator mutants -h tells more\n", err)
		return Usage
	}
	if err := findCommand(f.command[0]); err != nil {
		fmt.Fprintf(stderr, "emulator mutants: %v\n", err)
		return Environment
	}
	if err := f.open(stdout); err != nil {
		fmt.Fprintf(stderr, "emulator mutants: %v\n", errors.Join(err, f.reports.Close()))
		return Usage
	}
	r, failure := newCampaign(f, stderr).run(ctx)
	failure = errors.Join(failure, r.tell(stdout, stderr), f.reports.Close())
	if failure != nil {
		fmt.Fprintf(stderr, "emulator mutants: %v\n", failure)
		return Environment
	}
	return r.exitCode()
}
