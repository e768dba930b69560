package mutants

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/text"
)

// maxShown bounds the lines of a command's output in the report.
const maxShown = 20

// whyUnseen says why a bug can do no harm that anybody sees.
const whyUnseen = "the suite does not trigger the bug, or does not wait for what never happens"

// text is the report for people.
func (r *Report) text(style text.Style) []byte {
	var b bytes.Buffer
	r.writeHealthy(&b)
	if r.triedCount() > 0 {
		r.writeTable(&b, style)
		r.writeBugs(&b, style, "MISSED, although the emulator's own checks failed: the suite triggers the bug and does not check the effect", r.missed(true))
		unseen := "MISSED, and the emulator's own checks saw nothing either: " + whyUnseen
		if r.options.usesOwn() {
			unseen = "MISSED"
		}
		r.writeBugs(&b, style, unseen, r.missed(false))
		r.writeBugs(&b, style, "UNKNOWN", r.broken())
		if again := r.repeatCommand("NAME"); again != "" && r.count(Caught) < r.triedCount() {
			fmt.Fprintf(&b, "\nTo try one bug again and watch the output:\n  %s\n", again)
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%s\n", r.total())
	return b.Bytes()
}

// triedCount counts the bugs that the command was run against.
func (r *Report) triedCount() int {
	n := 0
	for i := range r.Bugs {
		if len(r.Bugs[i].Runs) > 0 {
			n++
		}
	}
	return n
}

// writeHealthy writes how the suite did on healthy nodes.
func (r *Report) writeHealthy(b *bytes.Buffer) {
	command := text.ShellWords(r.options.Command...)
	runs := r.Healthy.Runs
	switch {
	case r.healthy():
		fmt.Fprintf(b, "%s passes on healthy nodes, in %s.\n", command, seconds(r.Healthy.time()))
	case r.Healthy.passed(len(runs)): // interrupted
		fmt.Fprintf(b, "%s was interrupted on healthy nodes.\n", command)
		return
	default:
		last := &runs[len(runs)-1]
		for i := range runs {
			if runs[i].Outcome != Passed {
				last = &runs[i]
				break
			}
		}
		fmt.Fprintf(b, "%s FAILS ON HEALTHY NODES: %s after %s, seed %d. So it can catch no bug.\n", command, last.Reason, seconds(last.Time), last.Seed)
		writeOutput(b, "  ", last)
		if r.options.Clock == host.Virtual {
			b.WriteString("  With -clock virtual, time advances only when the suite asks /v1/wait or /v1/clock for it: a suite that polls\n" +
				"  or sleeps until there is a leader needs -clock real.\n")
		}
	}
	for _, s := range r.Healthy.sightings() {
		fmt.Fprintf(b, "The emulator's own check %s failed on healthy nodes: %s\n", s.Check, oneLine(s.Seen))
	}
}

// writeOutput writes the end of the command's output.
func writeOutput(b *bytes.Buffer, indent string, run *Run) {
	said := strings.Split(strings.TrimRight(run.Output, "\n"), "\n")
	switch {
	case run.Output == "":
		fmt.Fprintf(b, "%sIt printed nothing.\n", indent)
		return
	case len(said) > maxShown:
		said = said[len(said)-maxShown:]
		fmt.Fprintf(b, "%sThe last %d lines of its output:\n", indent, maxShown)
	default:
		fmt.Fprintf(b, "%sIts output:\n", indent)
	}
	for _, line := range said {
		b.WriteString(strings.TrimRight(indent+"| "+printable(line), " ") + "\n")
	}
	if run.OutputFile != "" {
		fmt.Fprintf(b, "%sAll of it is in %s.\n", indent, run.OutputFile)
	}
}

func (r *Report) writeTable(b *bytes.Buffer, style text.Style) {
	b.WriteByte('\n')
	var plain bytes.Buffer // tabwriter would count escape sequences
	w := tabwriter.NewWriter(&plain, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "  bug\tpaper\tresult\ttime\tthe emulator saw")
	for i := range r.Bugs {
		bug := &r.Bugs[i]
		if len(bug.Runs) > 0 {
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\n", bug.Bug.Name, bug.Bug.Paper, r.result(bug), seconds(bug.time()), r.saw(bug))
		}
	}
	w.Flush()
	paint := strings.NewReplacer(
		"  caught", "  "+style.Good("caught"), "  missed", "  "+style.Bad("missed"), "  unknown", "  "+style.Doubtful("unknown"))
	_, _ = paint.WriteString(b, plain.String())
}

// result says in a few words how the suite did with a bug.
func (r *Report) result(bug *Result) string {
	s := bug.status(r.options.Repeat).String()
	if bug.noticed() > 0 && len(bug.Runs) > 1 {
		s += fmt.Sprintf(" %d of %d", bug.noticed(), len(bug.Runs))
	}
	for i := range bug.Runs {
		if run := &bug.Runs[i]; run.Outcome == TimedOut {
			return s + " (timed out)"
		} else if run.Outcome == Broken {
			return s + " (" + run.Reason + ")"
		}
	}
	return s
}

// saw names a check that failed, and counts the others.
func (r *Report) saw(bug *Result) string {
	if r.options.usesOwn() {
		return "(not watched)"
	}
	switch all := bug.sightings(); len(all) {
	case 0:
		return "nothing"
	case 1:
		return all[0].Check
	default:
		return fmt.Sprintf("%s and %d more", all[0].Check, len(all)-1)
	}
}

// missed returns the missed bugs: those for which a check of the emulator failed, or
// the others. A grader wants to know first which of the two it is.
func (r *Report) missed(seen bool) []*Result {
	return r.bugsThat(func(bug *Result) bool {
		return bug.status(r.options.Repeat) == Missed && len(bug.sightings()) > 0 == seen
	})
}

// broken returns the bugs with runs that something else ended.
func (r *Report) broken() []*Result {
	return r.bugsThat(func(bug *Result) bool {
		return bug.status(r.options.Repeat) == Unknown && len(bug.Runs) > 0
	})
}

func (r *Report) bugsThat(are func(*Result) bool) []*Result {
	var all []*Result
	for i := range r.Bugs {
		if are(&r.Bugs[i]) {
			all = append(all, &r.Bugs[i])
		}
	}
	return all
}

// writeBugs writes what is known about bugs that were not caught.
func (r *Report) writeBugs(b *bytes.Buffer, style text.Style, title string, bugs []*Result) {
	if len(bugs) > 0 {
		fmt.Fprintf(b, "\n%s\n", title)
	}
	for _, bug := range bugs {
		fmt.Fprintf(b, "\n  %s (%s)\n", bug.Bug.Name, bug.Bug.Paper)
		put := func(label, s string) { fmt.Fprintf(b, "    %-6s %s\n", label, hanging(s, style.Width)) }
		put("does", bug.Bug.Does)
		put("so", bug.Bug.Wrong)
		for _, s := range bug.sightings() {
			put("seen", s.Check+": "+oneLine(s.Seen))
		}
		if show := showCommand(bug.Bug.Name); show != "" {
			fmt.Fprintf(b, "    show   %s\n", show)
		}
		for i := range bug.Runs {
			if run := &bug.Runs[i]; run.Outcome == Broken {
				put("ended", run.Reason)
				writeOutput(b, "    ", run)
			}
		}
	}
}

// hanging wraps text that stands behind a label; width 0 wraps nothing.
func hanging(s string, width int) string {
	const indent = "           "
	if width == 0 {
		return s
	}
	lines := text.Wrap(s, max(width-len(indent), 20))
	return strings.ReplaceAll(strings.TrimSuffix(lines, "\n"), "\n", "\n"+indent)
}

// showCommand is the command that shows the effect of a bug; "" when no scenario
// does.
func showCommand(bug string) string {
	for _, info := range fixture.List() {
		if info.Folder == "bugs" && info.Name == bug && info.Scenario {
			return "emulator run " + bug
		}
	}
	return ""
}

// repeatCommand is the command that tries a bug again and shows the output.
func (r *Report) repeatCommand(bug string) string {
	return r.options.again("-bugs", bug, "-v")
}

// total sums up the report in one line.
func (r *Report) total() string {
	caught, missed := r.count(Caught), r.count(Missed)
	said := "no bug was tried"
	if n := caught + missed; n > 0 {
		said = fmt.Sprintf("caught %d of %d (%d %%)", caught, n, (100*caught+n/2)/n)
		if !r.healthy() {
			said += ", but the suite does not pass on healthy nodes, so this says nothing"
		}
	}
	if n := len(r.missed(true)); n > 0 {
		said += fmt.Sprintf("; the emulator's own checks failed for %d of the %d missed", n, missed)
	}
	if n := r.count(Unknown); n > 0 && r.triedCount() > 0 {
		said += fmt.Sprintf("; %d unknown", n)
	}
	if r.Interrupted {
		said += "; interrupted"
	}
	return said
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s" }
