package ctl

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/serve/api"
)

// invariants is emulator ctl invariants.
func (o *options) invariants() *cli.Command {
	return o.command(cli.Command{
		Name:    "invariants",
		Summary: "show whether the nodes have kept the guarantees of Raft: Figure 3 and more",
		About: `Shows each invariant with its status: held; violated by a node; violated at the start, by
the fixture; or excused: violated after a disk was wiped or a message was forged, for which Raft
gives no guarantees. For a violation it shows the first event, the contradiction, the section of
the paper, and the planted bugs.`,
		Examples: cli.Examples{{"emulator ctl invariants", "a table, and the violations"}},
		Exit:     cli.Codes{cli.Failed: "a node has violated an invariant without an excuse"},
	}, (*call).invariants)
}

func (c *call) invariants() error {
	var a api.InvariantsAnswer
	if err := c.ask(api.Get("/v1/invariants", nil), &a); err != nil {
		return err
	}
	broken := len(invariant.Broken(a.Invariants))
	if !c.json {
		var b bytes.Buffer
		if err := writeInvariants(&b, a.Invariants); err != nil {
			return err
		}
		if err := c.paint(b.String()); err != nil {
			return err
		}
	}
	if broken > 0 {
		return cli.Failedf("%d of %d invariants were violated", broken, len(a.Invariants))
	}
	return nil
}

// paint prints a table with coloured verdicts. tabwriter would count the escape
// sequences, so they come last.
func (c *call) paint(table string) error {
	style := cli.Style(c.out, c.color, 0)
	_, err := strings.NewReplacer(
		"  held", "  "+style.Good("held"), "  violated", "  "+style.Bad("violated"), "  unknown", "  "+style.Doubtful("unknown"),
	).WriteString(c.out, table)
	return err
}

func writeInvariants(out io.Writer, report []invariant.Standing) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "invariant\tstatus\tpaper")
	for _, r := range report {
		fmt.Fprintf(w, "%s\t%s\t%s\n", r.Name, strings.ReplaceAll(string(r.Status), "_", " "), r.Paper)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, r := range report {
		v := r.Violation
		if v == nil {
			continue
		}
		fmt.Fprintf(w, "\n%s\tat\t#%d, %.3f s\n", r.Name, v.Seq, v.TimeMS/1000)
		fmt.Fprintf(w, "\tsaid\t%s\n\there\t%s\n\tthere\t%s\n", r.Words(), v.Here, v.There)
		if r.Excuse != "" {
			fmt.Fprintf(w, "\texcused\t%s\n", r.Excuse)
		}
		if r.Further > 0 {
			fmt.Fprintf(w, "\tfurther\t%d\n", r.Further)
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	return nil
}
