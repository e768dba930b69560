// Package explore is the subcommand emulator explore: it has package explore look
// for failures, tells how far it is, makes each failure small, and writes it to a
// file that emulator run fails in the same way.
//
// The contract:
//
//  1. What is wrong with the command line or a file is said before anything runs.
//  2. A file is written only after it was read back and run: its verdict is the one
//     told, byte for byte.
//  3. An interrupted exploration says what it knows, and makes nothing small any more.
//
// Files: flags.go reads the command line, help.go is -h, progress.go tells how far it is, failure.go
// writes failures, report.go says what came of it all, repeat.go is -run.
package explore

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/explore"
)

// The exit codes of emulator explore.
const (
	Nothing     = 0 // nothing failed
	Found       = 1 // something did
	Interrupted = 2
	Usage       = 3 // the command line or a file is wrong
	Environment = 4 // the disk or the like, or the emulator itself
)

// Main is emulator explore with these arguments. It returns the exit code.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	f, err := parseFlags(args, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return Nothing
	}
	if err == nil && f.run >= 0 {
		return repeat(ctx, f, stdout, stderr)
	}
	if err == nil {
		err = f.makeOut()
	}
	if err != nil {
		fmt.Fprintf(stderr, "emulator explore: %v\nemulator explore -h tells more\n", err)
		return Usage
	}
	return look(ctx, f, stdout, stderr)
}

// look explores, and says what it has found.
func look(ctx context.Context, f *flags, stdout, stderr io.Writer) int {
	line := cli.New(stderr)
	summary, failure := explore.Explore(ctx, f.options, func(s *explore.Summary) { line.Tell(exploring(f, s)) })
	r := report{flags: f, summary: summary}
	for i := range summary.Failures {
		found, err := shrinkAndWrite(ctx, f, &summary.Failures[i], line)
		r.failures = append(r.failures, found)
		failure = errors.Join(failure, err)
	}
	line.Clear()
	if err := r.write(stdout); err != nil {
		failure = errors.Join(failure, err)
	}
	switch {
	case failure != nil:
		fmt.Fprintf(stderr, "emulator explore: %v\n", failure)
		return Environment
	case summary.Failed > 0:
		return Found
	case summary.Interrupted:
		fmt.Fprintln(stderr, "emulator explore: interrupted")
		return Interrupted
	}
	return Nothing
}
