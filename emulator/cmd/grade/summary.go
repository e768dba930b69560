package grade

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/text/outfile"
)

// A summary is the file with a row for each submission of a class. A nil one writes nothing.
type summary struct {
	path    string
	options outfile.Options
	file    *outfile.File
}

// openSummary finds out whether the summary can be written; nil if none is wanted.
func (o *options) openSummary(paths []string) (*summary, error) {
	if o.summary == "" {
		return nil, nil
	}
	s := &summary{path: o.summary, options: outfile.Options{
		Inputs: append(slices.Clone(o.files), paths...), Overwrite: o.overwrite, Kind: "summary",
		Mine: func(head []byte) bool { return strings.HasPrefix(string(head), report.SummaryHead) },
	}}
	if err := s.open(); err != nil {
		return nil, fmt.Errorf("-summary %w", err)
	}
	return s, nil
}

func (s *summary) open() (err error) {
	s.file, err = outfile.Create(s.path, s.options)
	return err
}

// keep writes the summary, so that it is whole if the program is killed before the next
// submission is graded. Those that are left have a row without points. A pipe, a
// device or a link is written once, at the end.
func (s *summary) keep(graded, left []*work) error {
	if s == nil || s.file == nil {
		return nil
	}
	if info, err := os.Lstat(s.path); err == nil && !info.Mode().IsRegular() && len(left) > 0 {
		return nil
	}
	var all []report.Summary
	for _, w := range graded {
		all = append(all, w.sum)
	}
	for _, w := range left {
		all = append(all, report.Summary{Submission: w.name, Failure: "not reached yet"})
	}
	err := report.SummaryCSV(s.file, all)
	if err == nil {
		err = s.file.Commit()
	}
	s.abort()
	if len(left) > 0 {
		err = errors.Join(err, s.open())
	}
	return err
}

// abort leaves the file as it is.
func (s *summary) abort() {
	if s != nil && s.file != nil {
		s.file.Abort()
		s.file = nil
	}
}
