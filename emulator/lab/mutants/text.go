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

// maxShown is the number of lines of a command's output that are shown.
const maxShown = 20

// text is the report for people.
func (r *Report) text() []byte {
	var b bytes.Buffer
	r.writeHealthy(&b)
	if r.tried() > 0 {
		r.writeTable(&b)
		r.writeBugs(&b, "MISSED, though the emulator saw it go wrong: the suite brings it about, and does not look", r.missed(true))
		unseen := "MISSED, and the emulator saw nothing either: the suite does not bring it about, or does not wait for what fails to come"
		if r.options.usesOwn() {
			unseen = "MISSED"
		}
		r.writeBugs(&b, unseen, r.missed(false))
		r.writeBugs(&b, "UNKNOWN", r.broken())
		if again := r.repeatCommand("NAME"); again != "" && r.count(Caught) < r.tried() {
			fmt.Fprintf(&b, "\nTo try one again and look on:\n  %s\n", again)
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%s\n", r.total())
	return b.Bytes()
}

// tried is the number of bugs that the command was run against.
func (r *Report) tried() int {
	n := 0
	for i := range r.Bugs {
		if len(r.Bugs[i].Runs) > 0 {
			n++
		}
	}
	return n
}

// writeHealthy says how the suite did with healthy nodes.
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
		fmt.Fprintf(b, "%s FAILS ON HEALTHY NODES: %s after %s, seed %d. So it can catch nothing.\n", command, last.Reason, seconds(last.Time), last.Seed)
		writeOutput(b, "  ", last)
		if r.options.Clock == host.Virtual {
			b.WriteString("  With -clock virtual time stands still unless the suite asks /v1/wait or /v1/clock to move it: a suite that\n" +
				"  polls or sleeps until there is a leader needs -clock real.\n")
		}
	}
	for _, s := range r.Healthy.sightings() {
		fmt.Fprintf(b, "The emulator's own check %s failed on healthy nodes: %s\n", s.Check, oneLine(s.Seen))
	}
}

// writeOutput shows the end of what the command said.
func writeOutput(b *bytes.Buffer, indent string, run *Run) {
	said := strings.Split(strings.TrimRight(run.Output, "\n"), "\n")
	switch {
	case run.Output == "":
		fmt.Fprintf(b, "%sIt said nothing.\n", indent)
		return
	case len(said) > maxShown:
		said = said[len(said)-maxShown:]
		fmt.Fprintf(b, "%sThe last %d lines that it said:\n", indent, maxShown)
	default:
		fmt.Fprintf(b, "%sIt said:\n", indent)
	}
	for _, line := range said {
		b.WriteString(strings.TrimRight(indent+"| "+printable(line), " ") + "\n")
	}
	if run.OutputFile != "" {
		fmt.Fprintf(b, "%sAll of it is in %s.\n", indent, run.OutputFile)
	}
}

func (r *Report) writeTable(b *bytes.Buffer) {
	b.WriteByte('\n')
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "  bug\tpaper\tresult\ttime\tthe emulator saw")
	for i := range r.Bugs {
		bug := &r.Bugs[i]
		if len(bug.Runs) > 0 {
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\n", bug.Bug.Name, bug.Bug.Paper, r.result(bug), seconds(bug.time()), r.saw(bug))
		}
	}
	w.Flush()
}

// result says in some words how the suite did with a bug.
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

// saw names a check that failed, and says how many others did.
func (r *Report) saw(bug *Result) string {
	if r.options.usesOwn() {
		return "(not looked)"
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

// missed are the bugs that were missed, those that a check of the emulator's own
// saw go wrong, or the others. Which of both is what a grader wants to know first.
func (r *Report) missed(seen bool) []*Result {
	return r.those(func(bug *Result) bool {
		return bug.status(r.options.Repeat) == Missed && len(bug.sightings()) > 0 == seen
	})
}

// broken are the bugs of which runs were ended by something else.
func (r *Report) broken() []*Result {
	return r.those(func(bug *Result) bool {
		return bug.status(r.options.Repeat) == Unknown && len(bug.Runs) > 0
	})
}

func (r *Report) those(are func(*Result) bool) []*Result {
	var all []*Result
	for i := range r.Bugs {
		if are(&r.Bugs[i]) {
			all = append(all, &r.Bugs[i])
		}
	}
	return all
}

// writeBugs says of bugs that were not caught what there is to know.
func (r *Report) writeBugs(b *bytes.Buffer, title string, bugs []*Result) {
	if len(bugs) > 0 {
		fmt.Fprintf(b, "\n%s\n", title)
	}
	for _, bug := range bugs {
		fmt.Fprintf(b, "\n  %s (%s)\n", bug.Bug.Name, bug.Bug.Paper)
		put := func(label, text string) { fmt.Fprintf(b, "    %-6s %s\n", label, text) }
		put("does", bug.Bug.Does)
		put("so", bug.Bug.Wrong)
		for _, s := range bug.sightings() {
			put("seen", s.Check+": "+oneLine(s.Seen))
		}
		if show := showCommand(bug.Bug.Name); show != "" {
			put("show", show)
		}
		for i := range bug.Runs {
			if run := &bug.Runs[i]; run.Outcome == Broken {
				put("ended", run.Reason)
				writeOutput(b, "    ", run)
			}
		}
	}
}

// showCommand is the command that shows what goes wrong with a bug; "" when no
// scenario does.
func showCommand(bug string) string {
	for _, info := range fixture.List() {
		if info.Folder == "bugs" && info.Name == bug && info.Scenario {
			return "emulator run " + bug
		}
	}
	return ""
}

// repeatCommand is the command that tries a bug again and shows what is said.
func (r *Report) repeatCommand(bug string) string {
	return r.options.again("-bugs", bug, "-v")
}

// total says it all in one line, and what is missing in another.
func (r *Report) total() string {
	caught, missed := r.count(Caught), r.count(Missed)
	said := "no bug was tried"
	if n := caught + missed; n > 0 {
		said = fmt.Sprintf("caught %d of %d (%d %%)", caught, n, (100*caught+n/2)/n)
		if !r.healthy() {
			said += ", but the suite does not pass on healthy nodes, so that says nothing"
		}
	}
	if n := len(r.missed(true)); n > 0 {
		said += fmt.Sprintf("; %d of the %d missed went wrong before its eyes", n, missed)
	}
	if n := r.count(Unknown); n > 0 && r.tried() > 0 {
		said += fmt.Sprintf("; %d unknown", n)
	}
	if r.Interrupted {
		said += "; interrupted"
	}
	return said
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s" }
