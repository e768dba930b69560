package report

import (
	"bytes"
	"fmt"
	"strings"

	"rrmq.example/emulator/emulator/lab/scenario"
)

// tableDetails tells about a scenario that did not pass, or with verbose about any.
func tableDetails(b *bytes.Buffer, r *result, verbose bool) {
	show := r.worst()
	switch {
	case len(show) == 0 && verbose:
		show = r.runs[:1]
	case r.status == scenario.NotObservable && !verbose:
		return
	}
	if len(show) == 0 {
		return
	}
	b.WriteByte('\n')
	for _, l := range wrap(loud(r.status)+"  "+line(r.Name), tableWidth, "") {
		b.WriteString(l + "\n")
	}
	if about := aboutLine(r.Verdict); about != "" {
		b.WriteString("  " + strings.Join(wrap(about, tableWidth-2, ""), "\n  ") + "\n")
	}
	for _, v := range show[:min(len(show), maxFailures)] {
		b.WriteByte('\n')
		if len(r.runs) > 1 {
			fmt.Fprintf(b, "  run %d of %d, seed %d\n", v.Repeat, v.Repeats, v.Seed)
		}
		layFacts(b, facts(v, verbose), "  ", tableWidth, factLines)
	}
	if len(show) > maxFailures && r.status != scenario.Passed {
		b.WriteString("\n  " + andMore(show[maxFailures:]) + "\n")
	}
}

// loud writes a status so that failures catch the eye.
func loud(s scenario.Status) string {
	if s == scenario.Failed {
		return "FAILED"
	}
	return s.String()
}
