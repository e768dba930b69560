package mutants

import (
	"errors"
	"fmt"
	"io"
	"os"

	"rrmq.example/emulator/emulator/report"
)

// reports are the reports to write, each open already, so that nothing is run in
// vain.
type reports struct {
	table io.Writer // what a person reads
	all   []openReport
}

type openReport struct {
	kind string
	to   io.Writer
	file *os.File // nil: to is not ours
}

// openReports opens every report, and makes the directory that -out names. It
// returns what it has opened in any case. The table makes room for a report on
// standard output.
func openReports(f *flags, stdout, stderr io.Writer) (*reports, error) {
	o := &reports{table: stdout}
	var errs []error
	taken := map[string]bool{}
	for _, r := range f.reports {
		name := fmt.Sprintf("-report %s=%s", r.kind, r.file)
		switch {
		case taken[r.file]:
			errs = append(errs, fmt.Errorf("%s: another report goes there already", name))
		case r.file == "-":
			o.table = stderr
			o.all = append(o.all, openReport{kind: r.kind, to: stdout})
		default:
			file, err := os.Create(r.file)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", name, err))
				continue
			}
			o.all = append(o.all, openReport{r.kind, file, file})
		}
		taken[r.file] = true
	}
	if f.out != "" {
		if err := os.MkdirAll(f.out, 0o777); err != nil {
			errs = append(errs, fmt.Errorf("-out: %w", err))
		}
	}
	return o, errors.Join(errs...)
}

// write writes the table and every report.
func (o *reports) write(r *Report) error {
	_, err := o.table.Write(r.text())
	errs := []error{err}
	for _, out := range o.all {
		errs = append(errs, r.write(out.kind, out.to))
	}
	return errors.Join(errs...)
}

// write writes one report.
func (r *Report) write(kind string, to io.Writer) error {
	var data []byte
	var err error
	switch kind {
	case "text":
		data = r.text()
	case "json":
		data, err = r.json()
	default:
		return report.Write(kind, to, r.verdicts())
	}
	if err == nil {
		_, err = to.Write(data)
	}
	if err != nil {
		return fmt.Errorf("%s report: %w", kind, err)
	}
	return nil
}

func (o *reports) close() error {
	var errs []error
	for _, r := range o.all {
		if r.file != nil {
			errs = append(errs, r.file.Close())
		}
	}
	o.all = nil
	return errors.Join(errs...)
}
