package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/text/outfile"
)

// Outputs are the reports of a command line, each from a flag -report KIND=FILE. Open
// them before the runs, so that no run is in vain. The zero value has no reports.
type Outputs struct{ all []output }

type output struct {
	kind, name string
	options    outfile.Options
	to         io.Writer     // nil until it is open
	file       *outfile.File // nil for standard output
}

// Add reads KIND=FILE. FILE may be - for standard output; KIND is one of Kinds or of
// further.
func (o *Outputs) Add(value string, further ...string) error {
	kind, name, ok := strings.Cut(value, "=")
	if !ok || name == "" {
		return fmt.Errorf("%q: want KIND=FILE, such as junit=results.xml", value)
	}
	if !slices.Contains(further, kind) {
		if err := Check(kind); err != nil {
			return err
		}
	}
	o.all = append(o.all, output{kind: kind, name: name})
	return nil
}

// Open finds out whether all reports can be written, and changes nothing. Its error names
// each that cannot: a file of another kind is replaced only if overwrite is set, an input
// never is. Call Close in any case.
func (o *Outputs) Open(stdout io.Writer, overwrite bool, inputs ...string) error {
	var errs []error
	options := outfile.Options{Inputs: inputs, Overwrite: overwrite}
	onStdout := false
	for i := range o.all {
		out := &o.all[i]
		err := out.open(stdout, options)
		if out.name == "-" && onStdout || o.isTwice(i) {
			err = outfile.ErrTaken
		}
		onStdout = onStdout || out.name == "-"
		if err != nil {
			errs = append(errs, fmt.Errorf("-report %s=%s: %w", o.all[i].kind, o.all[i].name, err))
		}
	}
	return errors.Join(errs...)
}

// isTwice reports whether an earlier report goes to the same regular file, under whatever
// name.
func (o *Outputs) isTwice(i int) bool {
	own, err := os.Stat(o.all[i].name)
	if err != nil || !own.Mode().IsRegular() {
		return false
	}
	return slices.ContainsFunc(o.all[:i], func(other output) bool {
		info, err := os.Stat(other.name)
		return err == nil && os.SameFile(own, info)
	})
}

func (out *output) open(stdout io.Writer, o outfile.Options) error {
	if out.name == "-" {
		out.to = stdout
		return nil
	}
	o.Kind, o.Mine = out.kind+" report", func(head []byte) bool { return begins(out.kind, head) }
	file, err := outfile.Create(out.name, o)
	if e, ok := errors.AsType[*outfile.Error](err); ok {
		return e.Err // the caller adds the path
	}
	if err != nil {
		return err
	}
	out.to, out.file, out.options = file, file, o
	return nil
}

// Keep writes reports on the way, so that each is whole if the program is killed later: those
// that go to files. They can be written again.
func (o *Outputs) Keep(write func(kind string, to io.Writer) error) error {
	var errs []error
	for i := range o.all {
		out := &o.all[i]
		if out.file == nil || !out.isFile() {
			continue
		}
		err := write(out.kind, out.to)
		if err == nil {
			err = out.file.Commit()
		}
		out.file.Abort()
		errs = append(errs, err, out.open(nil, out.options))
	}
	return errors.Join(errs...)
}

// isFile reports whether the report goes to a regular file, which may not exist yet.
func (out *output) isFile() bool {
	info, err := os.Lstat(out.name)
	return err != nil || info.Mode().IsRegular()
}

// begins reports whether a file is a report of a kind.
func begins(kind string, head []byte) bool {
	marks := []string{" healthy nodes"} // of the text of package mutants
	for _, k := range kinds {
		if k.Name == kind {
			marks = k.marks
		}
	}
	for _, mark := range marks {
		if !bytes.Contains(head, []byte(mark)) {
			return false
		}
	}
	return true
}

// PlaysRuns reports whether a report has the records of runs that failed: scenario.Options
// should keep an excerpt of them.
func (o *Outputs) PlaysRuns() bool {
	return slices.ContainsFunc(o.all, func(out output) bool { return out.kind == htmlKind })
}

// OnStdout reports whether a report goes to standard output, where nothing else may be
// written then.
func (o *Outputs) OnStdout() bool {
	return slices.ContainsFunc(o.all, func(out output) bool { return out.name == "-" })
}

// Write calls write for each report, and puts those that succeed into their places.
func (o *Outputs) Write(write func(kind string, to io.Writer) error) error {
	var errs []error
	for _, out := range o.all {
		err := write(out.kind, out.to)
		if err == nil && out.file != nil {
			err = out.file.Commit()
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Close leaves the files of reports that were not written as they were.
func (o *Outputs) Close() error {
	for _, out := range o.all {
		if out.file != nil {
			out.file.Abort()
		}
	}
	o.all = nil
	return nil
}
