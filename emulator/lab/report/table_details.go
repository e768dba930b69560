package report

import (
	"fmt"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/lab/scenario"
)

// details writes the details of a scenario that did not pass; with Verbose, of any.
func (t *table) details(r *result) {
	b, width, verbose := &t.b, t.Style.Width, t.Verbose
	show := r.worst()
	switch {
	case r.Hidden:
		return
	case len(show) == 0 && verbose:
		show = r.runs[:1]
	case r.status == scenario.NotObservable && !verbose:
		return
	}
	if len(show) == 0 || !verbose && unreached(show) {
		return
	}
	b.WriteByte('\n')
	for i, l := range wrap(r.word()+"  "+line(r.Name), width, "") {
		if status, rest, ok := strings.Cut(l, "  "); ok && i == 0 {
			l = t.colored(r.status, status) + "  " + rest
		}
		b.WriteString(l + "\n")
	}
	if about := aboutLine(r.Verdict); about != "" {
		b.WriteString("  " + strings.Join(wrap(about, width-2, ""), "\n  ") + "\n")
	}
	for _, v := range show[:min(len(show), maxFailures)] {
		b.WriteByte('\n')
		if r.count > 1 {
			fmt.Fprintf(b, "  run %d of %d, seed %d\n", v.Repeat, v.Repeats, v.Seed)
		}
		layFacts(b, facts(v, verbose), "  ", width, factLines)
	}
	if len(show) > maxFailures && r.status != scenario.Passed {
		b.WriteString("\n  " + andMore(show[maxFailures:]) + "\n")
	}
}

// unreached reports whether no run has anything to show, because none was reached.
func unreached(runs []scenario.Verdict) bool {
	return !slices.ContainsFunc(runs, func(v scenario.Verdict) bool { return !v.Interrupted || v.SimTime > 0 })
}

// word writes the status, a failure in capitals.
func (r *result) word() string {
	if r.Hidden {
		return hiddenWord
	}
	if r.Foreign != nil {
		return string(r.Foreign.Kind)
	}
	switch r.status {
	case scenario.Failed:
		return "FAILED"
	case scenario.Error:
		return "ERROR"
	}
	return r.status.String()
}

// colored writes a word in the color of a status.
func (t *table) colored(s scenario.Status, word string) string {
	switch s {
	case scenario.Passed:
		return t.Style.Good(word)
	case scenario.Failed, scenario.Error:
		return t.Style.Bad(word)
	}
	return t.Style.Doubtful(word)
}
