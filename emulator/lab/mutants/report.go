package mutants

import (
	"errors"
	"fmt"
	"io"
	"os"

	"rrmq.example/emulator/emulator/lab/report"
)

// open opens every report, and makes the directory that -out names, so that nothing
// is run in vain. The reports have to be closed in any case.
func (f *flags) open(stdout io.Writer) error {
	err := f.reports.Open(stdout)
	if f.out != "" {
		if bad := os.MkdirAll(f.out, 0o777); bad != nil {
			err = errors.Join(err, fmt.Errorf("-out: %w", bad))
		}
	}
	return err
}

// tell writes the table and every report. The table makes room for a report on
// standard output.
func (r *Report) tell(stdout, stderr io.Writer) error {
	table := stdout
	if r.flags.reports.OnStdout() {
		table = stderr
	}
	_, err := table.Write(r.text())
	return errors.Join(err, r.flags.reports.Write(r.write))
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
