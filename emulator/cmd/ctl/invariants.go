package ctl

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/emulator/serve/api"
)

var invariantsCommand = &command{
	name: "invariants",
	doc:  "show what Raft promises and whether the nodes have kept it: Figure 3 and more",
	more: `
An invariant held, or it was violated by a node, or excused: violated after a disk
was wiped or a message was made up, for which Raft makes no promises, or violated
at the start, by the fixture. Of each the first violation is told, with the event,
what contradicts what, the section of the paper and the bugs that were planted.
The exit code is 1 when a node has violated one without an excuse.`,
	setup: plain((*call).invariants),
}

func (c *call) invariants(_ []string) error {
	var a api.InvariantsAnswer
	if err := c.ask(api.Get("/v1/invariants", nil), &a); err != nil {
		return err
	}
	broken := len(invariant.Broken(a.Invariants))
	if !c.json {
		if err := writeInvariants(c.out, a.Invariants); err != nil {
			return err
		}
	}
	if broken > 0 {
		return &untrueError{fmt.Sprintf("%d of %d invariants were violated", broken, len(a.Invariants))}
	}
	return nil
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
