package runner

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"rrmq.example/emulator/emulator/report"
	"rrmq.example/emulator/emulator/scenario"
)

// outputs are the reports to write, each open already.
type outputs struct {
	reports  []output
	onStdout bool // one of them is written there, so nothing else should be
}

type output struct {
	kind string
	to   io.Writer
	file *os.File // nil: to is not ours
}

// openOutputs opens every report and makes the directories for traces and pictures, so that
// nothing is run in vain. It returns what it has opened in any case.
func openOutputs(f *flags, stdout io.Writer) (*outputs, error) {
	o := &outputs{}
	var errs []error
	taken := map[string]bool{}
	for _, r := range f.reports {
		if taken[r.file] {
			errs = append(errs, fmt.Errorf("-report %s=%s: another report goes there already", r.kind, r.file))
			continue
		}
		taken[r.file] = true
		if r.file == "-" {
			o.onStdout = true
			o.reports = append(o.reports, output{kind: r.kind, to: stdout})
			continue
		}
		file, err := os.Create(r.file)
		if err != nil {
			errs = append(errs, fmt.Errorf("-report %s=%s: %w", r.kind, r.file, unwrap(err)))
			continue
		}
		o.reports = append(o.reports, output{r.kind, file, file})
	}
	if f.trace != "" {
		if err := makeDir(f.trace); err != nil {
			errs = append(errs, fmt.Errorf("-trace %s: %w", f.trace, unwrap(err)))
		}
	}
	if f.picture != "" {
		if err := makeDir(f.picture); err != nil {
			errs = append(errs, fmt.Errorf("-picture %s: %w", f.picture, unwrap(err)))
		}
	}
	return o, errors.Join(errs...)
}

// makeDir makes a directory, if there is none, in which files can be made.
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

// unwrap leaves out the path, which the message has already.
func unwrap(err error) error {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		return p.Err
	}
	return err
}

// write writes every report.
func (o *outputs) write(verdicts []scenario.Verdict) error {
	var errs []error
	for _, r := range o.reports {
		errs = append(errs, report.Write(r.kind, r.to, verdicts))
	}
	return errors.Join(errs...)
}

func (o *outputs) close() error {
	var errs []error
	for _, r := range o.reports {
		if r.file != nil {
			errs = append(errs, r.file.Close())
		}
	}
	o.reports = nil
	return errors.Join(errs...)
}

// traceFile makes the file that a run is recorded to.
func traceFile(dir, name string, seed uint64) (*os.File, error) {
	return os.Create(filepath.Join(dir, fmt.Sprintf("%s-%d.jsonl", name, seed)))
}
