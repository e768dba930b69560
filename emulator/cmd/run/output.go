package run

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/text/outfile"
)

// open opens every report and makes the directories for traces and pictures, before
// anything runs in vain. The caller must close the reports in any case.
func (o *options) open(stdout io.Writer, cases []runCase) error {
	o.inputs = inputs(cases)
	errs := []error{o.reports.Open(stdout, o.overwrite, o.inputs...)}
	for _, dir := range []struct{ flag, name string }{{"-traces", o.traces}, {"-pictures", o.pictures}} {
		if dir.name == "" {
			continue
		}
		if err := outfile.Dir(dir.name); err != nil {
			errs = append(errs, fmt.Errorf("%s %w", dir.flag, err))
		}
	}
	return errors.Join(errs...)
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
	return outfile.Live(filepath.Join(o.traces, fmt.Sprintf("%s-%d.jsonl", name, seed)), cli.TraceFile(o.overwrite, o.inputs...))
}
