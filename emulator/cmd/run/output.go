package run

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// open opens every report and makes the directories for traces and pictures, before
// anything runs in vain. The caller must close the reports in any case.
func (o *options) open(stdout io.Writer) error {
	errs := []error{o.reports.Open(stdout)}
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

// traceFile creates the file to record a run to.
func traceFile(dir, name string, seed uint64) (*os.File, error) {
	return os.Create(filepath.Join(dir, fmt.Sprintf("%s-%d.jsonl", name, seed)))
}
