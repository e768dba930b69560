package ctl

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/raft"
)

var statusCommand = &command{
	name: "status",
	doc:  "show the cluster: a table of the nodes, the leader, the clock, cuts, faults and bugs",
	more: `
In the table, "log" is the index of the log's last entry and "of term" its term.
Under "cut from", 2 means that no message passes between the node and node 2,
>2 that only those to node 2 are cut, <2 only those from node 2.`,
	setup: plain(func(c *call, _ []string) error { return c.cluster(api.Get("/v1/cluster", nil), false) }),
}

// cluster sends a request whose answer is the whole cluster, and shows it; with
// the place in the trace if it was a change.
func (c *call) cluster(r api.Request, changed bool) error {
	var a api.ClusterAnswer
	if err := c.ask(r, &a); err != nil || c.json {
		return err
	}
	return writeCluster(c.out, &a, changed)
}

// seq ends the answer to a change: waits and events can go on from there.
func (c *call) seq(p api.Place) error {
	_, err := fmt.Fprintf(c.out, "seq %d\n", p.Seq)
	return err
}

// writeCluster writes a table of the nodes, and the rest of the cluster below.
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

// bugLines says which nodes have which bug, each bug once.
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

// first is the label of a list's first line.
func first(i int, label string) string {
	if i > 0 {
		return ""
	}
	return label
}

// cutFrom says to whom and from whom a node's messages do not pass.
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
