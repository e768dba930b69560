// Package run is the subcommand emulator run: it finds scenarios, runs them,
// several at once, and says how they came out.
//
// The contract:
//
//  1. Everything that can be wrong with the command line, with a file or with a
//     report's path is said before anything runs, all of it, and nothing has
//     been run then.
//  2. Verdicts come in the order of the files and of the seeds, whatever ran
//     first.
//  3. An interrupted run says what it knows: the reports hold what was run.
//
// Files: flags.go reads the command line, choose.go finds the scenarios, pool.go
// runs them, output.go makes the places that something is written to.
package run

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/lab/scenario"
)

// The exit codes of emulator run.
const (
	Passed      = 0
	Failed      = 1 // something expected is not so
	Undecided   = 2 // it could not be found out: interrupted, or not observable
	Usage       = 3 // the command line or a file is wrong
	Environment = 4 // a port, the disk or the like
)

// Run is emulator run with these arguments. It returns the exit code.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	f, err := parseFlags(args, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return Passed
	}
	if err != nil {
		fmt.Fprintf(stderr, "emulator run: %v\nemulator run -h tells more\n", err)
		return Usage
	}
	cases, err := choose(f, stderr)
	if err != nil {
		fmt.Fprintf(stderr, "emulator run: %v\n", err)
		return Usage
	}
	if err := f.open(stdout); err != nil {
		fmt.Fprintf(stderr, "emulator run: %v\n", errors.Join(err, f.reports.Close()))
		return Usage
	}
	p := newPool(f, cases)
	end := cli.Keep(stderr, p.line)
	verdicts, failure := p.run(ctx)
	end()
	if ctx.Err() != nil {
		fmt.Fprintf(stderr, "emulator run: interrupted: %d of %d runs have not ended\n", p.unfinished(), len(p.jobs))
	}
	table := stdout
	if f.reports.OnStdout() {
		table = stderr
	}
	report.Table(table, verdicts, f.verbose)
	failure = errors.Join(failure, f.reports.Write(func(kind string, to io.Writer) error {
		return report.Write(kind, to, verdicts)
	}), f.reports.Close())
	if failure != nil {
		fmt.Fprintf(stderr, "emulator run: %v\n", failure)
	}
	return exitCode(verdicts, ctx.Err() != nil, failure)
}

// exitCode says how it all came out: what went wrong outside of the scenarios
// first, then that it is not all, then the worst of what there is.
func exitCode(verdicts []scenario.Verdict, interrupted bool, failure error) int {
	worst := scenario.Passed
	for _, v := range verdicts {
		worst = max(worst, v.Status)
	}
	switch {
	case failure != nil:
		return Environment
	case interrupted:
		return Undecided
	case worst == scenario.Failed:
		return Failed
	case worst != scenario.Passed:
		return Undecided
	}
	return Passed
}
