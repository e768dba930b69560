package ctl

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/raft"
)

// status is emulator ctl status.
func (o *options) status() *cli.Command {
	var watch bool
	return o.command(cli.Command{
		Name:    "status",
		Summary: "show the nodes, the leader, the clock, cuts, faults and bugs",
		About: `Shows the nodes in a table, and below it the leader, the clock, cuts, faults and bugs.

In the table, "log" is the index of the log's last entry and "of term" its term. Under "cut
from", 2 means that the links to and from node 2 are cut, >2 only the link to node 2, <2 only
the link from node 2.

-watch shows the cluster again whenever it has changed, and ends with Ctrl-C and exit code 0.`,
		Flags: []*cli.Flag{cli.Bool(&watch, "watch", "show the cluster again whenever it has changed")},
		Examples: cli.Examples{
			{"emulator ctl status", "the table, for people"},
			{"emulator ctl status -watch", "as it changes"},
			{"emulator ctl status -json", "the API's answer"},
		},
	}, func(c *call) error {
		if watch {
			return c.watch()
		}
		return c.cluster(api.Get("/v1/cluster", nil), false)
	})
}

// cluster sends a request whose answer is the whole cluster, and shows it; after a
// change with its place in the trace.
func (c *call) cluster(r api.Request, changed bool) error {
	var a api.ClusterAnswer
	if err := c.ask(r, &a); err != nil || c.json {
		return err
	}
	return writeCluster(c.out, &a, changed)
}

// seq prints the place of a change in the trace, for -since of wait and events.
func (c *call) seq(p api.Place) error {
	_, err := fmt.Fprintf(c.out, "seq %d\n", p.Seq)
	return err
}

// writeCluster writes a table of the nodes, and the rest of the cluster below it.
func writeCluster(out io.Writer, a *api.ClusterAnswer, changed bool) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "node\turl\tstate\trole\tterm\tvote\tlog\tof term\tcommitted\tapplied\tcut from")
	for i := range a.Nodes {
		n := &a.Nodes[i]
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%d\t%s\t%d\t%d\t%d\t%d\t%s\n", n.ID, n.URL, state(n.Up, n.Paused), roleOr(n.Role, "-"), n.Term,
			n.VotedFor.Or("-"), n.LastIndex, n.LastTerm, n.CommitIndex, n.LastApplied, cutFrom(a.Cuts, n.ID))
	}
	w.Flush()
	fmt.Fprintf(w, "\nleader\t%s\n", a.Leader.Or("none"))
	fmt.Fprintf(w, "clock\t%s\n", clockWords(&a.Clock, a.TimeMS))
	fmt.Fprintf(w, "fixture\t%s, seed %d\n", a.Fixture.Name, a.Seed)
	if a.Trace != nil && !a.Trace.Complete {
		fmt.Fprintf(w, "trace\t%s; missing records: %d\n", a.Trace.Error, a.Trace.Missing)
	}
	if a.Partition != nil {
		for i, line := range partitionLines(a.Partition) {
			fmt.Fprintf(w, "%s\t%s\n", first(i, "cuts"), line)
		}
	}
	for i := range a.Faults {
		fmt.Fprintf(w, "%s\t%s\n", first(i, "faults"), faultWords(&a.Faults[i]))
	}
	for i, line := range bugLines(a.Nodes) {
		fmt.Fprintf(w, "%s\t%s\n", first(i, "bugs"), line)
	}
	if changed {
		fmt.Fprintf(w, "seq\t%d\n", a.Seq)
	}
	return w.Flush()
}

// bugLines says which nodes have which bug, a line for each bug.
func bugLines(nodes []api.ShortState) []string {
	var bugs, lines []string
	for i := range nodes {
		if b := nodes[i].Bug; b != "" && !slices.Contains(bugs, b) {
			bugs = append(bugs, b)
		}
	}
	for _, b := range bugs {
		var ids []string
		for i := range nodes {
			if nodes[i].Bug == b {
				ids = append(ids, fmt.Sprint(nodes[i].ID))
			}
		}
		at := "nodes " + strings.Join(ids, ", ")
		switch len(ids) {
		case 1:
			at = "node " + ids[0]
		case len(nodes):
			at = "all nodes"
		}
		lines = append(lines, b+" in "+at)
	}
	return lines
}

// first returns the label for the first line of a list.
func first(i int, label string) string {
	if i > 0 {
		return ""
	}
	return label
}

// cutFrom says which links of a node are cut.
func cutFrom(cuts [][2]raft.NodeID, id raft.NodeID) string {
	const to, from = 1, 2
	ways := map[raft.NodeID]int{}
	highest := raft.NodeID(-1)
	for _, l := range cuts {
		switch id {
		case l[0]:
			ways[l[1]] |= to
			highest = max(highest, l[1])
		case l[1]:
			ways[l[0]] |= from
			highest = max(highest, l[0])
		}
	}
	var words []string
	for other := range highest + 1 {
		switch ways[other] {
		case to | from:
			words = append(words, fmt.Sprint(other))
		case to:
			words = append(words, fmt.Sprintf(">%d", other))
		case from:
			words = append(words, fmt.Sprintf("<%d", other))
		}
	}
	if words == nil {
		return "-"
	}
	return strings.Join(words, ",")
}
