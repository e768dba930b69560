// Package systematic is the command line of emulator explore -systematic: it reads
// the flags, lets package lab/systematic visit every schedule, and prints what that found.
package systematic

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/systematic"
)

// Exit codes.
const (
	exitOK          = 0
	exitViolated    = 1
	exitUndecided   = 2
	exitUsage       = 3
	exitEnvironment = 4
)

// Wanted tells whether the arguments of emulator explore ask for Main.
func Wanted(args []string) bool {
	return slices.ContainsFunc(args, func(arg string) bool {
		return arg == "-systematic" || arg == "--systematic" || arg == "-systematic=true" || arg == "--systematic=true"
	})
}

// Main is emulator explore -systematic. It returns the exit code.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	f, err := parseFlags(args, stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		fmt.Fprintf(stderr, "emulator explore: %v\nemulator explore -systematic -h tells more\n", err)
		return exitUsage
	}
	began, line := time.Now(), cli.New(stderr)
	f.Progress = func(s systematic.Stats) { line.Tell(sofar(began, s)) }
	r, err := systematic.Explore(ctx, f.fixture, f.Options)
	line.Clear()
	took := time.Since(began)
	if err != nil {
		fmt.Fprintf(stderr, "emulator explore: %v\n", err)
		return exitUsage
	}
	x := export(f, r)
	if f.json {
		err = printJSON(stdout, f, r, x, took)
	} else {
		printText(stdout, f, r, x, took)
	}
	if err := errors.Join(err, x.failure); err != nil {
		fmt.Fprintf(stderr, "emulator explore: %v\n", err)
		return exitEnvironment
	}
	switch r.End {
	case systematic.Violated:
		return exitViolated
	case systematic.Interrupted, systematic.StatesBound:
		return exitUndecided
	}
	return exitOK
}

// An exported is a violation as a fixture, and what a run of it came to.
type exported struct {
	toml    []byte
	why     error // there is no fixture, or no run
	rerun   systematic.Rerun
	failure error // the file cannot be written
}

// export makes a fixture of the violation, tries it, and writes it where it is
// wanted. An interruption that has ended the exploration does not touch it.
func export(f *flags, r *systematic.Result) *exported {
	x := &exported{}
	if r.Violation == nil {
		return x
	}
	fixture, rerun, err := r.Violation.Export(context.Background(), f.fixture, f.Bugs)
	x.rerun, x.why = rerun, err
	if fixture == nil {
		return x
	}
	x.toml = fixture.TOML()
	if f.out != "" {
		x.failure = os.WriteFile(f.out, x.toml, 0o666)
	}
	return x
}
