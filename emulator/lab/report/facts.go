package report

import (
	"bytes"
	"fmt"
	"strings"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/text"
)

// A fact is a text about a run, with a label before it.
type fact struct {
	label    string // "" for an empty line
	text     string // lines
	hang     string // begins the rest of a line that was wrapped
	verbatim bool   // never wrapped or shortened, so that people can copy it
	newest   bool   // its last lines matter most: it is shortened at its front
	whole    bool   // it is short enough, and is not shortened again
}

// labels say how an expectation turned out.
var labels = [...]string{
	scenario.Passed:        "passed",
	scenario.NotObservable: "not shown",
	scenario.Undecided:     "undecided",
	scenario.Failed:        "expected",
	scenario.Error:         "error",
}

// facts lists the facts about a run: why it stopped, the findings that did not pass (or
// all), the checks, and the command that repeats it.
func facts(v scenario.Verdict, all bool) []fact {
	if v.Foreign != nil {
		return foreignFacts(&v, all)
	}
	var out []fact
	if v.Problem != "" {
		label := "stopped"
		if v.Status == scenario.Error {
			label = labels[v.Status]
		}
		out = append(out, fact{label: label, text: text.Printable(v.Problem), verbatim: v.Status == scenario.Error}, fact{})
	}
	for i := range v.Findings {
		if f := &v.Findings[i]; f.Status != scenario.Passed || all {
			out = append(out, findingFacts(f, v.File)...)
		}
	}
	if checks := checkFacts(v); len(checks) > 0 {
		if all && v.Status == scenario.Passed && len(out) > 0 {
			out = append(out, fact{})
		}
		out = append(out, checks...)
		out = append(out, fact{})
	}
	if v.Command != "" && v.Status != scenario.Passed {
		out = append(out, fact{label: "repeat", text: line(v.Command), verbatim: true})
	}
	for len(out) > 0 && out[len(out)-1].label == "" {
		out = out[:len(out)-1]
	}
	return out
}

// findingFacts lists the facts about a finding. One that passed has fewer.
func findingFacts(f *scenario.Finding, file string) []fact {
	passed := f.Status == scenario.Passed
	out := []fact{{label: labels[f.Status], text: text.Printable(f.Expected) + where(file, f.Line)}}
	if f.Because != "" && !passed {
		out = append(out, fact{label: "because", text: text.Printable(f.Because)})
	}
	if f.Seen != "" {
		out = append(out, fact{label: "seen", text: text.Printable(f.Seen)})
	}
	if passed || f.Status == scenario.Failed {
		out = append(out, fact{label: "at", text: simTime(f.When)})
	}
	if f.Why != "" && !passed {
		out = append(out, fact{label: "why", text: text.Printable(f.Why)})
	}
	if len(f.Trail) > 0 && !passed {
		out = append(out, fact{label: "before", text: text.Printable(strings.Join(f.Trail, "\n")), hang: "  ", newest: true})
	}
	if !passed {
		out = append(out, fact{})
	}
	return out
}

// where names a line of a file, in parentheses.
func where(file string, number int) string {
	switch {
	case number == 0:
		return ""
	case file == "":
		return fmt.Sprintf(" (line %d)", number)
	}
	return fmt.Sprintf(" (%s:%d)", line(file), number)
}

// layFacts writes facts with their labels in a column. Lines are wrapped at width, and a
// fact has at most that number of lines; 0 sets no limit.
func layFacts(b *bytes.Buffer, facts []fact, indent string, width, most int) {
	const column = 11
	for _, f := range facts {
		if f.label == "" {
			b.WriteByte('\n')
			continue
		}
		room := 0
		if width > 0 && !f.verbatim {
			room = width - len(indent) - column
		}
		lines := wrap(f.text, room, f.hang)
		if most > 0 && len(lines) > most && !f.verbatim && !f.whole {
			lines = f.shorten(lines, most)
		}
		label := f.label
		for _, l := range lines {
			b.WriteString(strings.TrimRight(fmt.Sprintf("%s%-*s%s", indent, column, label, l), " ") + "\n")
			label = ""
		}
	}
}

// shorten leaves out lines, so that at most that many are left, with one that counts the
// others: it leaves out the last ones, or the first ones to keep the newest.
func (f *fact) shorten(lines []string, most int) []string {
	if !f.newest {
		left := len(lines) - most + 1
		return append(lines[:most-1:most-1], "... and "+text.Count(left, "line")+" more")
	}
	first := len(lines) - most + 1
	for first < len(lines)-1 && strings.HasPrefix(lines[first], f.hang) { // no rest of a line that is gone
		first++
	}
	return append([]string{"... " + text.Count(first, "line") + " before"}, lines[first:]...)
}
