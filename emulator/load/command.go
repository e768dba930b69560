package load

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"rrmq.example/emulator/emulator/fixture"
	"rrmq.example/emulator/emulator/history"
)

// The exit codes of emulator load.
const (
	Held        = 0
	Violated    = 1 // a check failed
	Undecided   = 2 // interrupted, no leader, or more than could be checked
	Usage       = 3 // the command line or a file is wrong
	Environment = 4 // no node can be reached, or a file can't be written
)

// Main is emulator load with these arguments. It returns the exit code.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	f, err := parseFlags(args, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return Held
	}
	if err != nil {
		fmt.Fprintf(stderr, "emulator load: %v\nemulator load -h tells more\n", err)
		return Usage
	}
	report, err := f.run(ctx, stderr)
	if report != nil {
		err = errors.Join(err, f.write(report, stdout))
	}
	if err != nil {
		fmt.Fprintf(stderr, "emulator load: %v\n", err)
	}
	if ctx.Err() != nil {
		fmt.Fprintln(stderr, "emulator load: interrupted")
	}
	return exitCode(ctx, report, err)
}

// run loads the nodes that are meant.
func (f *flags) run(ctx context.Context, stderr io.Writer) (*Report, error) {
	target, err := f.target(ctx)
	if err != nil {
		return nil, err
	}
	for _, out := range []struct {
		file string
		to   *io.Writer
	}{{f.history, &f.options.History}, {f.picture, &f.options.Picture}} {
		if out.file == "" {
			continue
		}
		file, err := os.Create(out.file)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		*out.to = file
	}
	f.options.progress = newProgress(stderr, plainEvery)
	defer f.options.progress.end()
	return Run(ctx, target, f.options)
}

// target finds the nodes.
func (f *flags) target(ctx context.Context) (*Target, error) {
	switch {
	case f.nodes != "":
		return ParseNodes(f.nodes)
	case f.config != "":
		return ReadConfig(f.config)
	}
	return AskAdmin(ctx, f.admin)
}

func (f *flags) write(r *Report, stdout io.Writer) error {
	if !f.json {
		r.writeTable(stdout)
		return nil
	}
	e := json.NewEncoder(stdout)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// exitCode says how it came out. A violation is one, whatever came after it.
func exitCode(ctx context.Context, r *Report, err error) int {
	var check history.State
	if r != nil && r.Check != nil {
		check = r.Check.State()
	}
	switch {
	case check == history.Violated:
		return Violated
	case ctx.Err() != nil, errors.Is(err, ErrNoLeader):
		return Undecided
	case errors.Is(err, errTarget), errors.Is(err, ErrTopics), errors.Is(err, fixture.ErrInvalid), errors.Is(err, fixture.ErrUnreadable), errors.Is(err, os.ErrNotExist), errors.Is(err, os.ErrPermission):
		return Usage
	case err != nil:
		return Environment
	case check != history.Held:
		return Undecided
	}
	return Held
}
