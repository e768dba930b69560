package report

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/scenario"
)

// maxFailures is the number of failed runs of one scenario that are told about.
const maxFailures = 3

// A fact is one thing to know about a run, under a label.
type fact struct {
	label    string // "" for an empty line
	text     string // lines
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
// (or all), and how to repeat it.
func facts(v scenario.Verdict, all bool) []fact {
	var out []fact
	if v.Problem != "" {
		out = append(out, fact{label: "stopped", text: text(v.Problem)}, fact{})
	}
	for _, f := range v.Findings {
		if f.Status == scenario.Passed && !all {
			continue
		}
		out = append(out, fact{label: labels[f.Status], text: text(f.Expected) + where(v.File, f.Line)})
		if f.Because != "" && f.Status != scenario.Passed {
			out = append(out, fact{label: "because", text: text(f.Because)})
		}
		if f.Seen != "" {
			out = append(out, fact{label: "seen", text: text(f.Seen)})
		}
		if f.Status == scenario.Passed || f.Status == scenario.Failed {
			out = append(out, fact{label: "at", text: simTime(f.When)})
		}
		if len(f.Trail) > 0 && f.Status != scenario.Passed {
			out = append(out, fact{label: "before", text: text(strings.Join(f.Trail, "\n"))})
		}
		if f.Status != scenario.Passed {
			out = append(out, fact{})
		}
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

// summary says in one line why a run did not pass.
func summary(v scenario.Verdict) string {
	if v.Problem != "" {
		return line(v.Problem)
	}
	said, more := "", 0
	for _, f := range v.Findings {
		switch {
		case f.Status != v.Status:
		case said != "":
			more++
		default:
			said = labels[f.Status] + " " + line(f.Expected)
			if f.Seen != "" {
				said += "; seen: " + line(f.Seen)
			}
		}
	}
	switch {
	case said == "":
		return v.Status.String()
	case more > 0:
		return fmt.Sprintf("%s (and %d more)", said, more)
	}
	return said
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
		lines := wrap(f.text, room)
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

// explain tells about a scenario in plain text: what it is, how many of its runs
// passed, and what went wrong in the first that did not.
func explain(r *result) string {
	var b bytes.Buffer
	if about := aboutLine(r.Verdict); about != "" {
		b.WriteString(about + "\n")
	}
	if len(r.runs) > 1 {
		fmt.Fprintf(&b, "%d of %d runs passed.\n", r.passed, len(r.runs))
	}
	switch r.status {
	case scenario.Passed:
		if n := len(r.Findings); n > 0 {
			fmt.Fprintf(&b, "%s, all true.\n", plural(n, "expectation"))
		}
	case scenario.NotObservable:
		b.WriteString("Not observable: these nodes do not show what it takes to tell. It counts neither way.\n")
	case scenario.Undecided:
		b.WriteString("Undecided: it could not be found out.\n")
	}
	worst := r.worst()
	for _, v := range worst[:min(len(worst), maxFailures)] {
		b.WriteByte('\n')
		if len(r.runs) > 1 {
			fmt.Fprintf(&b, "Run %d, seed %d:\n", v.Repeat, v.Seed)
		}
		layFacts(&b, facts(v, false), "", 0, 0)
	}
	if more := len(worst) - maxFailures; more > 0 {
		fmt.Fprintf(&b, "\nand %s more like these.\n", plural(more, "run"))
	}
	return strings.TrimRight(b.String(), "\n")
}

// aboutLine is the scenario's description, with its place in the paper.
func aboutLine(v scenario.Verdict) string {
	about := line(v.Description)
	if v.Paper != "" {
		about = strings.TrimSpace(about + " (" + line(v.Paper) + ")")
	}
	return about
}

// wallSum is how long the runs took on the wall's clock.
func wallSum(runs []scenario.Verdict) time.Duration {
	var sum time.Duration
	for _, v := range runs {
		sum += v.WallTime
	}
	return sum
}
