package load

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/text"
)

// WriteText writes the report for people.
func (r *Report) WriteText(out io.Writer) {
	loop := "closed loop"
	if r.Rate > 0 {
		loop = fmt.Sprintf("%g/s", r.Rate)
	}
	fmt.Fprintf(out, "%s: %s, %s, seed %d, topics %s…\n\n", r.Workload, text.Count(r.Clients, "client"), loop, r.Seed, r.Prefix)
	fmt.Fprintf(out, "%s in %.1f s, %.0f done per second", text.Count(r.Requests.All(), "request"), r.Elapsed/1e3, r.PerSecond)
	if r.NotSent > 0 {
		fmt.Fprintf(out, "; %d of %d requests that were due were not sent, because all clients were busy", r.NotSent, r.Scheduled)
	}
	fmt.Fprint(out, ".\n\n")
	r.writeOperations(out)
	r.writeNodes(out)
	if len(r.Errors) > 0 {
		fmt.Fprintln(out, "Attempts that failed, by reason:")
		for _, e := range r.Errors {
			fmt.Fprintf(out, "  %8d  %s\n", e.Count, e.Kind)
		}
		fmt.Fprintln(out)
	}
	r.Nemesis.write(out)
	if d := r.Drain; d != nil {
		fmt.Fprintf(out, "Drained %s in %.1f s", text.Count(d.Messages, "message"), d.Elapsed/1e3)
		if !d.Empty {
			fmt.Fprint(out, "; not completely: no node said that all topics were empty")
		}
		fmt.Fprint(out, ".\n")
	}
	if m := r.Messages; m != nil {
		fmt.Fprintf(out, "Messages: %d put, %d popped, %d missing", m.Put, m.Popped, m.Missing)
		for _, c := range []struct {
			n    int
			word string
		}{{m.MaybePut, "maybe put"}, {m.MaybePopped, "pops that may have taken a message"}, {m.Again, "popped again"}, {m.Invented, "invented"}} {
			if c.n > 0 {
				fmt.Fprintf(out, ", %d %s", c.n, c.word)
			}
		}
		fmt.Fprintln(out, ".")
	}
	r.writeChecks(out)
}

func (r *Report) writeOperations(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "done\tnothing\trefused\tfailed\tunknown\tp50\tp90\tp99\tp99.9\tmax\t  operation\n")
	for _, o := range r.Operations {
		c := o.Requests
		fmt.Fprintf(w, "%d\t%d\t%d\t%d\t%d\t", c.Done-o.Nothing, o.Nothing, c.Refused, c.Failed, c.Unknown)
		for _, ms := range []float64{o.P50, o.P90, o.P99, o.P999, o.Max} {
			fmt.Fprintf(w, "%s\t", text.Duration(time.Duration(ms*1e6)))
		}
		fmt.Fprintf(w, "  %s\n", o.Op)
	}
	w.Flush()
	fmt.Fprintln(out)
}

func (r *Report) writeNodes(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "done\trefused\tfailed\tunknown\t  node\n")
	for i, n := range r.Nodes {
		c := n.Attempts
		fmt.Fprintf(w, "%d\t%d\t%d\t%d\t  %d %s\n", c.Done, c.Refused, c.Failed, c.Unknown, i, n.URL)
	}
	w.Flush()
	fmt.Fprintln(out)
}

func (r *Report) writeChecks(out io.Writer) {
	if r.Check == nil {
		return
	}
	fmt.Fprintf(out, "Checked: %s.\n\n", r.Check.How)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, v := range r.Check.Verdicts {
		fmt.Fprintf(w, "%s\t%s", v.State, v.Name)
		if v.Words != "" {
			fmt.Fprintf(w, "\t%s", v.Words)
		}
		fmt.Fprintln(w)
	}
	w.Flush()
	for _, v := range r.Check.Verdicts {
		if v.State != history.Held && len(v.Witness) > 0 {
			fmt.Fprintf(out, "\n%s:\n", v.Name)
			for i := range v.Witness {
				writeOp(out, &v.Witness[i])
			}
		}
	}
}

// writeOp writes one request, with its times since the run began.
func writeOp(out io.Writer, o *history.Call) {
	until := "?"
	if o.Outcome != history.Unknown {
		until = fmt.Sprintf("%.3f", float64(o.Return)/1e6)
	}
	fmt.Fprintf(out, "  %.3f to %s ms  client %d, node %d: %s: %s", float64(o.Call)/1e6, until, o.Client, o.Node, &o.Command, o.Outcome)
	if o.Outcome == history.Done {
		switch {
		case !o.Result.OK:
			fmt.Fprint(out, ", nothing")
		case o.Result.Text != "":
			fmt.Fprintf(out, ", %q", o.Result.Text)
		}
	}
	fmt.Fprintln(out)
}
