package report

import (
	"bytes"
	"fmt"
	"strings"

	"rrmq.example/emulator/emulator/lab/scenario"
)

// A fact is one thing to know about a run, under a label.
type fact struct {
	label    string // "" for an empty line
	text     string // lines
	hang     string // before what is left of a line that is too long
	verbatim bool   // never wrapped or shortened: it is to be copied
}

// labels say of an expectation how it came out.
var labels = [...]string{
	scenario.Passed:        "passed",
	scenario.NotObservable: "not shown",
	scenario.Undecided:     "undecided",
	scenario.Failed:        "expected",
}

// facts tells about a run: why it stopped, its findings but for those that passed
// (or all), how its checks came out, and how to repeat it.
func facts(v scenario.Verdict, all bool) []fact {
	var out []fact
	if v.Problem != "" {
		out = append(out, fact{label: "stopped", text: printable(v.Problem)}, fact{})
	}
	for _, f := range v.Findings {
		if f.Status == scenario.Passed && !all {
			continue
		}
		out = append(out, fact{label: labels[f.Status], text: printable(f.Expected) + where(v.File, f.Line)})
		if f.Because != "" && f.Status != scenario.Passed {
			out = append(out, fact{label: "because", text: printable(f.Because)})
		}
		if f.Seen != "" {
			out = append(out, fact{label: "seen", text: printable(f.Seen)})
		}
		if f.Status == scenario.Passed || f.Status == scenario.Failed {
			out = append(out, fact{label: "at", text: simTime(f.When)})
		}
		if len(f.Trail) > 0 && f.Status != scenario.Passed {
			out = append(out, fact{label: "before", text: printable(strings.Join(f.Trail, "\n")), hang: "  "})
		}
		if f.Status != scenario.Passed {
			out = append(out, fact{})
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

// where says in which line of which file something stands.
func where(file string, number int) string {
	switch {
	case number == 0:
		return ""
	case file == "":
		return fmt.Sprintf(" (line %d)", number)
	}
	return fmt.Sprintf(" (%s:%d)", line(file), number)
}

// layFacts writes facts with their labels in a column. With a width, lines are
// wrapped at it and a fact has at most so many of them; 0 is without limits.
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
		if most > 0 && len(lines) > most && !f.verbatim {
			left := len(lines) - most + 1
			lines = append(lines[:most-1:most-1], "... and "+plural(left, "line")+" more")
		}
		label := f.label
		for _, l := range lines {
			b.WriteString(strings.TrimRight(fmt.Sprintf("%s%-*s%s", indent, column, label, l), " ") + "\n")
			label = ""
		}
	}
}
