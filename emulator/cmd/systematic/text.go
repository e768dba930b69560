package systematic

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/lab/systematic"
	"rrmq.example/emulator/emulator/text"
)

// printText writes the result for people.
func printText(out io.Writer, e *exploration, r *systematic.Result, x *exported, took time.Duration) {
	b := e.Bounds
	fmt.Fprintf(out, "%s, %s: schedules of up to %s, with elections up to term %d, logs of %d,\n"+
		"%s in flight, %s, %s, %s, %s.\n\n",
		e.fixture.Name, text.Count(len(e.fixture.Nodes), "node"), text.Count(b.Depth, "choice"), b.Term, b.Log,
		text.Count(b.InFlight, "message"), text.Count(b.Requests, "request"), text.Count(b.Heartbeats, "heartbeat"),
		text.Count(b.Crashes, "crash"), text.Count(b.Duplicates, "copy"))
	fmt.Fprintf(out, "  choices      states\n")
	for depth, n := range r.Levels {
		fmt.Fprintf(out, "  %7d  %10d\n", depth, n)
	}
	fmt.Fprintf(out, "    total  %10d  by %d transitions, in %.2f s: %.0f states/s\n\n",
		r.States, r.Transitions, took.Seconds(), float64(r.States)/took.Seconds())
	switch r.End {
	case systematic.Exhausted:
		fmt.Fprintln(out, "Every property holds in every state. The space within the bounds is exhausted: longer schedules lead to no new state.")
	case systematic.DepthBound:
		fmt.Fprintf(out, "Every property holds in every state that schedules of up to %d choices lead to. Longer ones lead further.\n", b.Depth)
	case systematic.StatesBound:
		fmt.Fprintf(out, "Undecided: there are more than %d states (-max-states). Every property holds in the visited ones:\n"+
			"all states that schedules of up to %d choices lead to, and some more.\n", e.MaxStates, r.Complete())
	case systematic.Interrupted:
		fmt.Fprintf(out, "Interrupted. Every property holds in the visited states: all states that schedules of up to %d choices\n"+
			"lead to, and some more.\n", r.Complete())
	case systematic.Violated:
		fmt.Fprintf(out, "VIOLATED after %s, and no schedule is shorter. ", text.Count(len(r.Violation.Steps), "choice"))
		r.Violation.WriteText(out)
		printExport(out, e, r, x)
	}
	fmt.Fprintf(out, "States are identified by a hash of 64 bits; the probability that two were taken for one is %.1g.\n", r.Collision)
}

// printExport writes how the violation was exported as a fixture.
func printExport(out io.Writer, e *exploration, r *systematic.Result, x *exported) {
	fmt.Fprintln(out)
	switch {
	case x.toml == nil:
		fmt.Fprintf(out, "It cannot be written as a fixture: %v.\n", x.why)
		return
	case e.save == "":
		fmt.Fprintln(out, "As a fixture (-save FILE.toml writes it):")
	case x.failure == nil:
		fmt.Fprintf(out, "Written to %s:\n", e.save)
	}
	switch {
	case x.why != nil:
		fmt.Fprintf(out, "  a run of it failed: %v\n", x.why)
	case !x.rerun.Same:
		fmt.Fprintln(out, "  a run of it takes other steps, which is an error of the emulator; please report it.")
	default:
		fmt.Fprintf(out, "  emulator run takes the same steps and fails %s", cmp.Or(strings.Join(x.rerun.Failed, ", "), "no check"))
		if !x.rerun.Checked {
			fmt.Fprintf(out, "; it has no check for %s", r.Violation.Property)
		}
		fmt.Fprintln(out, ".")
	}
	fmt.Fprintln(out)
}
