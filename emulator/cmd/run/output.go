package run

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/text/outfile"
)

// open opens every report and makes the directories for traces and pictures, before
// anything runs in vain. The caller must close the reports in any case.
func (o *options) open(stdout io.Writer, cases []runCase) error {
	errs := []error{o.reports.Open(stdout, o.overwrite, inputs(cases)...)}
	for _, dir := range []struct{ flag, name string }{{"-traces", o.traces}, {"-pictures", o.pictures}} {
		if dir.name == "" {
			continue
		}
		if err := makeDir(dir.name); err != nil {
			errs = append(errs, fmt.Errorf("%s %s: %w", dir.flag, dir.name, unwrap(err)))
		}
	}
	return errors.Join(errs...)
}

// makeDir makes sure that a directory exists and takes files.
func makeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	probe, err := os.CreateTemp(dir, ".probe")
	if err != nil {
		return err
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// unwrap drops the path, which the message has already.
func unwrap(err error) error {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		return p.Err
	}
	return err
}

// inputs are the files of the scenarios.
func inputs(cases []runCase) []string {
	var files []string
	for i := range cases {
		files = append(files, cases[i].file)
	}
	return files
}

// traceFile opens the file to record a run to.
func (o *options) traceFile(name string, seed uint64) (*outfile.LiveFile, error) {
	return outfile.Live(filepath.Join(o.traces, fmt.Sprintf("%s-%d.jsonl", name, seed)), cli.TraceFile(o.overwrite))
}
