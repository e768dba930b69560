package report

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// Outputs are the reports of a command line, each from a flag -report KIND=FILE. Open
// them before the runs, so that no run is in vain. The zero value has no reports.
type Outputs struct{ all []output }

type output struct {
	kind, name string
	to         io.Writer // nil until it is open
	file       *os.File  // nil unless Close must close it
}

// Add reads KIND=FILE. FILE may be - for standard output; KIND is one of Kinds or of
// further.
func (o *Outputs) Add(value string, further ...string) error {
	kind, name, ok := strings.Cut(value, "=")
	if !ok || name == "" {
		return errors.New("want KIND=FILE, such as junit=results.xml")
	}
	if !slices.Contains(further, kind) {
		if err := Check(kind); err != nil {
			return err
		}
	}
	o.all = append(o.all, output{kind: kind, name: name})
	return nil
}

// Open opens all reports. Its error names each that it could not open. Call Close in any
// case.
func (o *Outputs) Open(stdout io.Writer) error {
	var errs []error
	taken := map[string]bool{}
	for i := range o.all {
		if err := o.all[i].open(stdout, taken); err != nil {
			errs = append(errs, fmt.Errorf("-report %s=%s: %w", o.all[i].kind, o.all[i].name, err))
		}
	}
	return errors.Join(errs...)
}

func (out *output) open(stdout io.Writer, taken map[string]bool) error {
	if taken[out.name] {
		return errors.New("another report goes there already")
	}
	taken[out.name] = true
	if out.name == "-" {
		out.to = stdout
		return nil
	}
	file, err := os.Create(out.name)
	if path, ok := errors.AsType[*os.PathError](err); ok {
		return path.Err // the caller adds the path
	}
	if err != nil {
		return err
	}
	out.to, out.file = file, file
	return nil
}

// OnStdout reports whether a report goes to standard output, where nothing else may be
// written then.
func (o *Outputs) OnStdout() bool {
	return slices.ContainsFunc(o.all, func(out output) bool { return out.name == "-" })
}

// Write calls write for each report.
func (o *Outputs) Write(write func(kind string, to io.Writer) error) error {
	var errs []error
	for _, out := range o.all {
		errs = append(errs, write(out.kind, out.to))
	}
	return errors.Join(errs...)
}

// Close closes the files that Open opened.
func (o *Outputs) Close() error {
	var errs []error
	for _, out := range o.all {
		if out.file != nil {
			errs = append(errs, out.file.Close())
		}
	}
	o.all = nil
	return errors.Join(errs...)
}
