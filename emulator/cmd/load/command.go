// Package load is the command line of emulator load: it reads the flags, has package
// lab/load put the nodes under load, and prints the report.
package load

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/load"
	"rrmq.example/emulator/emulator/script/source"
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
func (f *flags) run(ctx context.Context, stderr io.Writer) (*load.Report, error) {
	target, err := f.target(ctx)
	if err != nil {
		return nil, err
	}
	var files []*os.File
	for _, out := range []struct {
		file string
		to   *io.Writer
	}{{f.history, &f.options.History}, {f.picture, &f.options.Picture}} {
		if out.file == "" {
			continue
		}
		file, err := os.Create(out.file)
		if err != nil {
			return nil, errors.Join(err, closeAll(files))
		}
		files = append(files, file)
		*out.to = file
	}
	progress := &load.Progress{}
	f.options.Progress = progress
	defer cli.Keep(stderr, func() string { return progressLine(progress) })()
	report, err := load.Run(ctx, target, f.options)
	if f.picture != "" && (report == nil || report.Check.State() != history.Violated) {
		err = errors.Join(err, removeFile(f.picture)) // there is nothing to show
	}
	return report, errors.Join(err, closeAll(files))
}

// removeFile removes a file, but not what is none, such as /dev/null.
func removeFile(name string) error {
	if info, err := os.Lstat(name); err != nil || !info.Mode().IsRegular() {
		return err
	}
	return os.Remove(name)
}

func closeAll(files []*os.File) error {
	var errs []error
	for _, file := range files {
		errs = append(errs, file.Close())
	}
	return errors.Join(errs...)
}

// target finds the nodes.
func (f *flags) target(ctx context.Context) (*load.Target, error) {
	switch {
	case f.nodes != "":
		return load.ParseNodes(f.nodes)
	case f.config != "":
		return load.ReadConfig(f.config)
	}
	return load.AskAdmin(ctx, f.admin)
}

func (f *flags) write(r *load.Report, stdout io.Writer) error {
	if !f.json {
		r.WriteText(stdout)
		return nil
	}
	e := json.NewEncoder(stdout)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// exitCode says how it came out. A violation is one, whatever came after it.
func exitCode(ctx context.Context, r *load.Report, err error) int {
	var check history.State
	if r != nil && r.Check != nil {
		check = r.Check.State()
	}
	switch {
	case check == history.Violated:
		return Violated
	case ctx.Err() != nil, errors.Is(err, load.ErrNoLeader):
		return Undecided
	case errors.Is(err, load.ErrTarget), errors.Is(err, load.ErrTopics), errors.Is(err, source.ErrInvalid), errors.Is(err, source.ErrUnreadable), errors.Is(err, os.ErrNotExist), errors.Is(err, os.ErrPermission):
		return Usage
	case err != nil:
		return Environment
	case check != history.Held:
		return Undecided
	}
	return Held
}
