package systematic

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/lab/systematic"
)

// printText writes the result for people.
func printText(out io.Writer, f *flags, r *systematic.Result, x *exported, took time.Duration) {
	b := f.Bounds
	fmt.Fprintf(out, "%s, %d nodes: schedules of up to %d choices, with elections up to term %d, logs of %d,\n"+
		"%d messages in flight, %d requests, %d heartbeats, %d crashes, %d copies.\n\n",
		f.fixture.Name, len(f.fixture.Nodes), b.Depth, b.Term, b.Log, b.InFlight, b.Requests, b.Heartbeats, b.Crashes, b.Duplicates)
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
		fmt.Fprintf(out, "Undecided: there are more than %d states (-max-states). Every property holds in those that were visited:\n"+
			"all that schedules of up to %d choices lead to, and some further ones.\n", f.MaxStates, r.Complete())
	case systematic.Interrupted:
		fmt.Fprintf(out, "Interrupted. Every property holds in the states that were visited: all that schedules of up to %d choices\n"+
			"lead to, and some further ones.\n", r.Complete())
	case systematic.Violated:
		fmt.Fprintf(out, "VIOLATED after %d steps, and no schedule is shorter. ", len(r.Violation.Steps))
		r.Violation.WriteText(out)
		printExport(out, f, r, x)
	}
	fmt.Fprintf(out, "States are known by a hash of 64 bits; that two were taken for one is as likely as %.1g.\n", r.Collision)
}

// printExport says what became of the violation as a fixture.
func printExport(out io.Writer, f *flags, r *systematic.Result, x *exported) {
	fmt.Fprintln(out)
	switch {
	case x.toml == nil:
		fmt.Fprintf(out, "It is not written as a fixture: %v.\n", x.why)
		return
	case f.out == "":
		fmt.Fprintln(out, "As a fixture (-out FILE.toml writes it):")
	case x.failure == nil:
		fmt.Fprintf(out, "Written to %s:\n", f.out)
	}
	switch {
	case x.why != nil:
		fmt.Fprintf(out, "  a run of it failed: %v\n", x.why)
	case !x.rerun.Same:
		fmt.Fprintln(out, "  a run of it goes another way, which is wrong; please report it.")
	default:
		fmt.Fprintf(out, "  emulator run goes the same way and fails %s", cmp.Or(strings.Join(x.rerun.Failed, ", "), "no check"))
		if !x.rerun.Checked {
			fmt.Fprintf(out, "; it has no check for %s", r.Violation.Property)
		}
		fmt.Fprintln(out, ".")
	}
	fmt.Fprintln(out)
}
