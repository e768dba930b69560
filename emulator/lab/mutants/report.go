package mutants

import (
	"fmt"
	"io"

	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/text"
)

// WriteText writes the report for people. Width 0 wraps no line.
func (r *Report) WriteText(to io.Writer, style text.Style) error {
	_, err := to.Write(r.text(style))
	return err
}

// Write writes the report in a form: "text", or one of package report.
func (r *Report) Write(kind string, to io.Writer) error {
	var data []byte
	var err error
	switch kind {
	case "text":
		data = r.text(text.Style{})
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
