package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/text"
)

// writeTAP13 writes version 13, https://testanything.org/tap-version-13-specification.html.
// Perl's prove refuses every later version.
func writeTAP13(b *bytes.Buffer, verdicts []scenario.Verdict) error {
	writeTAP(b, 13, verdicts)
	return nil
}

// writeTAP14 writes version 14, https://testanything.org/tap-version-14-specification.html.
func writeTAP14(b *bytes.Buffer, verdicts []scenario.Verdict) error {
	writeTAP(b, 14, verdicts)
	return nil
}

// writeTAP writes a test point for each scenario, with its part and points in the
// description. Both versions read it alike.
func writeTAP(b *bytes.Buffer, version int, verdicts []scenario.Verdict) {
	parts := merge(verdicts)
	t := count(parts)
	fmt.Fprintf(b, "TAP version %d\n", version)
	fmt.Fprintf(b, "1..%d", t.rows())
	if t.rows() == 0 {
		b.WriteString(" # no scenarios were run")
	}
	b.WriteByte('\n')
	number := 0
	for _, p := range parts {
		fmt.Fprintf(b, "# part %s\n", line(p.name))
		for i := range p.results {
			number++
			tapPoint(b, number, p.name, &p.results[i])
		}
	}
	totals := []string{t.String()}
	if allForeign(verdicts) {
		totals = foreignTotals(parts, &t)
	}
	for _, total := range totals {
		fmt.Fprintf(b, "# %s\n", total)
	}
	if reason := interrupted(verdicts); reason != "" {
		fmt.Fprintf(b, "Bail out! %s\n", reason)
	}
}

// interrupted says why not all runs have ended; it is "" if they have.
func interrupted(verdicts []scenario.Verdict) string {
	n, reason := 0, ""
	for i := range verdicts {
		if v := &verdicts[i]; v.Interrupted {
			n += v.Runs()
			reason = line(v.Problem) // the last one: later runs were not reached
		}
	}
	if n == 0 {
		return ""
	}
	return text.Count(n, "run") + " did not end: " + reason
}

func tapPoint(b *bytes.Buffer, number int, part string, r *result) {
	if r.Hidden {
		fmt.Fprintf(b, "ok %d - %s: %s # SKIP %s\n", number, tapEscape(part), tapEscape(r.Name), hiddenWord)
		return
	}
	ok := "not ok"
	if r.status == scenario.Passed || r.status == scenario.NotObservable || isExcluded(&r.Verdict) {
		ok = "ok"
	}
	earned, possible := r.points()
	fmt.Fprintf(b, "%s %d - %s: %s (%s of %s points)", ok, number,
		tapEscape(part), tapEscape(r.Name), points(earned), points(possible))
	switch {
	case isExcluded(&r.Verdict):
		b.WriteString(" # SKIP " + string(r.Foreign.Kind))
	case r.status == scenario.NotObservable:
		b.WriteString(" # SKIP not observable")
	}
	b.WriteByte('\n')
	if r.status != scenario.Passed {
		tapDiagnostics(b, r)
	}
}

// tapEscape keeps a description from being read as a directive.
func tapEscape(s string) string {
	return strings.NewReplacer(`\`, `\\`, `#`, `\#`).Replace(line(s))
}

// tapDiagnostics writes the details of the first runs that did not pass, as YAML. Its
// strings are JSON strings, which YAML reads also.
func tapDiagnostics(b *bytes.Buffer, r *result) {
	worst := r.worst()
	put := func(indent, key string, value any) {
		fmt.Fprintf(b, "%s%s: %s\n", indent, key, tapValue(value))
	}
	b.WriteString("  ---\n")
	put("  ", "message", summary(worst[0]))
	put("  ", "severity", [...]string{"pass", "skip", "error", "fail", "error"}[r.status])
	put("  ", "file", line(r.File))
	put("  ", "runs", r.count)
	put("  ", "passed", r.passed)
	b.WriteString("  details:\n")
	for _, v := range worst[:min(len(worst), maxFailures)] {
		put("    - ", "seed", v.Seed)
		put("      ", "command", line(v.Command))
		if v.Problem != "" {
			put("      ", "problem", text.Printable(v.Problem))
		}
		if v.Foreign != nil {
			tapForeign(b, v.Foreign, put)
			continue
		}
		tapFindings(b, v, put)
	}
	b.WriteString("  ...\n")
}

// tapValue writes a string or a number as JSON. It leaves < > and & as they are.
func tapValue(value any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(value) // it never fails for strings and numbers
	return strings.TrimSuffix(b.String(), "\n")
}

func tapFindings(b *bytes.Buffer, v scenario.Verdict, put func(indent, key string, value any)) {
	head := "      findings:\n"
	for _, f := range v.Findings {
		if f.Status == scenario.Passed {
			continue
		}
		b.WriteString(head)
		head = ""
		put("        - ", "expected", text.Printable(f.Expected))
		put("          ", "line", f.Line)
		put("          ", "status", f.Status.String())
		put("          ", "because", text.Printable(f.Because))
		put("          ", "seen", text.Printable(f.Seen))
		put("          ", "when_ms", milliseconds(f.When))
		if f.Why != "" {
			put("          ", "why", text.Printable(f.Why))
		}
		if len(f.Trail) > 0 {
			b.WriteString("          trail:\n")
		}
		for _, l := range f.Trail {
			fmt.Fprintf(b, "            - %s\n", tapValue(text.Printable(l)))
		}
	}
}
