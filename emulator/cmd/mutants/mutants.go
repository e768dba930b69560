// Package mutants is the command line of emulator mutants: it reads the flags, has
// package lab/mutants run the suite, and writes the reports. Everything wrong with
// the command line is reported before anything runs.
package mutants

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/mutants"
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
	if _, err := exec.LookPath(f.options.Command[0]); err != nil {
		fmt.Fprintf(stderr, "emulator mutants: %v: %v\n", mutants.ErrCommand, err)
		return Environment
	}
	if err := f.open(stdout); err != nil {
		fmt.Fprintf(stderr, "emulator mutants: %v\n", errors.Join(err, f.reports.Close()))
		return Usage
	}
	r, failure := f.run(ctx, stderr)
	failure = errors.Join(failure, f.write(r, stdout, stderr), f.reports.Close())
	if failure != nil {
		fmt.Fprintf(stderr, "emulator mutants: %v\n", failure)
		return Environment
	}
	switch r.Verdict() {
	case mutants.AllCaught:
		return AllCaught
	case mutants.SomeMissed:
		return SomeMissed
	}
	return Undecided
}

// run runs the suite. Standard error shows the command's output, or else the progress.
func (f *flags) run(ctx context.Context, stderr io.Writer) (*mutants.Report, error) {
	if f.verbose {
		f.options.Live = stderr
	} else {
		m := &meter{}
		f.options.Progress = m.set
		defer cli.Keep(stderr, m.line)()
	}
	return mutants.Measure(ctx, f.options)
}

// open opens every report, and makes the directory that -out names, so that nothing
// is run in vain. The reports have to be closed in any case.
func (f *flags) open(stdout io.Writer) error {
	err := f.reports.Open(stdout)
	if f.options.Out != "" {
		if bad := os.MkdirAll(f.options.Out, 0o777); bad != nil {
			err = errors.Join(err, fmt.Errorf("-out: %w", bad))
		}
	}
	return err
}

// write writes the table and every report. The table makes room for a report on
// standard output.
func (f *flags) write(r *mutants.Report, stdout, stderr io.Writer) error {
	table := stdout
	if f.reports.OnStdout() {
		table = stderr
	}
	return errors.Join(r.Write("text", table), f.reports.Write(r.Write))
}
