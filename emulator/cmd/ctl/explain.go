package ctl

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"text/tabwriter"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/sim/explain"
	"rrmq.example/emulator/emulator/text"
)

// explain is emulator ctl explain.
func (o *options) explain() *cli.Command {
	return o.command(cli.Command{
		Name: "explain", Operands: "[SEQ|now]", Max: 1,
		Summary: "say why an event happened, or why nobody leads",
		About: `Says why the event with this seq happened: why a vote was refused, an entry removed, a
message ignored, or an entry not committed. It names the section of the Raft paper, the values that
decided, and the events that led to it, each with its seq. If a node acted against the paper, it
names the rule. Without a seq, or for now, it says who leads or why nobody does, and what the
cluster waits for. The emulator keeps the newest 65,536 events.`,
		Examples: cli.Examples{
			{"emulator ctl explain", "who leads, or why nobody does"},
			{"emulator ctl explain 233", "why this event happened"},
		},
	}, (*call).explain)
}

func (c *call) explain() error {
	seq := "now"
	if len(c.Args) > 0 {
		seq = c.Args[0]
	}
	var a api.ExplainAnswer
	if err := c.ask(api.Get("/v1/explain", url.Values{"seq": {seq}}), &a); err != nil {
		return err
	}
	if c.json {
		return nil
	}
	var b bytes.Buffer
	writeExplanation(&b, &a.Explanation)
	return c.paint(b.String())
}

// textColumns is the width of an explanation.
const textColumns = 100

func writeExplanation(b *bytes.Buffer, x *explain.Explanation) {
	where := "all"
	if x.Node != nil {
		where = fmt.Sprintf("node %d", *x.Node)
	}
	fmt.Fprintf(b, "#%d  %.3f ms  %s  %s\n", x.Seq, float64(x.TimeNS)/1e6, where, x.Event)
	fmt.Fprintln(b, strings.TrimSuffix(text.Wrap(text.Printable(x.Text), textColumns), "\n"))
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	if x.Section != "" {
		fmt.Fprintf(w, "paper\t%s\n", x.Section)
	}
	if x.Broken != "" {
		fmt.Fprintf(w, "broken\t%s\n", x.Broken)
	}
	if x.Missing != "" {
		fmt.Fprintf(w, "missing\t%s\n", x.Missing)
	}
	for _, v := range x.Values {
		fmt.Fprintf(w, "%s\t%s\n", v.Name, text.Printable(v.Value))
	}
	w.Flush()
	if len(x.Steps) == 0 {
		return
	}
	fmt.Fprintln(b, "\nbecause of")
	w = tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for _, s := range x.Steps {
		fmt.Fprintf(w, "#%d\t%.3f ms\t%s\n", s.Seq, float64(s.TimeNS)/1e6, text.Printable(s.Text))
	}
	w.Flush()
}
