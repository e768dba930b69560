package ctl

import (
	"flag"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/serve/api"
)

var nodesCommand = &command{
	name: "nodes", operands: "ID...", min: 1, max: -1,
	doc:   "show all that can be seen of nodes: timer, log, queue and a leader's indices",
	more:  `"emulator ctl status" shows all nodes in short.`,
	setup: setupNodes,
}

// shownEntries is how much of a log and a topic people are shown.
const shownEntries = 20

func setupNodes(set *flag.FlagSet) func(*call, []string) error {
	log := set.Int("log", shownEntries, "show the last `N` entries of the log")
	queue := set.Int("queue", shownEntries, "show the first `N` pending messages of each topic")
	return func(c *call, ids []string) error {
		query := url.Values{}
		given := map[string]bool{}
		set.Visit(func(f *flag.Flag) { given[f.Name] = true })
		// Programs get what the API gives unless they ask for less.
		if !c.json || given["log"] {
			query.Set("log", strconv.Itoa(*log))
		}
		if !c.json || given["queue"] {
			query.Set("queue", strconv.Itoa(*queue))
		}
		for _, id := range split(ids) {
			var n node
			if err := c.ask(api.Get("/v1/nodes/"+url.PathEscape(id), query), &n); err != nil {
				return err
			}
			if c.json {
				continue
			}
			if err := n.write(c.out); err != nil {
				return err
			}
		}
		return nil
	}
}

// split takes ids as operands of their own and with commas.
func split(operands []string) []string {
	var ids []string
	for _, o := range operands {
		ids = append(ids, strings.Split(o, ",")...)
	}
	return ids
}

func (n *node) write(out io.Writer) error {
	fmt.Fprintf(out, "node %d  %s\n", n.ID, n.URL)
	fmt.Fprintf(out, "  %s\n", n.words())
	if n.Leader != nil {
		fmt.Fprintf(out, "  takes node %d for the leader\n", *n.Leader)
	}
	if n.Timer != nil {
		fmt.Fprintf(out, "  %s timer runs out in %s\n", n.Timer.Kind, millis(n.Timer.InMS))
	}
	if n.VotesGranted != nil {
		fmt.Fprintf(out, "  has the votes of %s\n", list(n.VotesGranted))
	}
	if n.NextIndex != nil {
		fmt.Fprintf(out, "  next index  %s\n  match index %s\n", byNode(n.NextIndex), byNode(n.MatchIndex))
	}
	fmt.Fprintf(out, "  log: %d entries\n", n.LastIndex)
	if hidden := n.LastIndex - uint64(len(n.Log)); hidden > 0 {
		fmt.Fprintf(out, "    the first %d are not shown\n", hidden)
	}
	for _, e := range n.Log {
		mark := " "
		if e.Index <= n.CommitIndex {
			mark = "*" // committed, as far as the node knows
		}
		fmt.Fprintf(out, "    %5d%s term %d  %s\n", e.Index, mark, e.Term, e.Command)
	}
	fmt.Fprintf(out, "  queue: %d topics\n", len(n.Queue))
	for _, t := range n.Queue {
		fmt.Fprintf(out, "    %q: %d pending", t.Topic, t.Pending)
		for _, m := range t.Messages {
			fmt.Fprintf(out, " %q", m)
		}
		if len(t.Messages) < t.Pending {
			fmt.Fprint(out, " …")
		}
		fmt.Fprintln(out)
	}
	_, err := fmt.Fprintln(out)
	return err
}

// words tells how a node stands, in one line.
func (n *node) words() string {
	words := []string{n.state()}
	if n.Role != nil {
		words = append(words, *n.Role)
	}
	words = append(words, fmt.Sprintf("term %d", n.Term), "vote "+nodeOr(n.VotedFor, "-"), fmt.Sprintf("log %d", n.LastIndex))
	if n.Up {
		words = append(words, fmt.Sprintf("committed %d", n.CommitIndex), fmt.Sprintf("applied %d", n.LastApplied))
	}
	if n.Skew != 1 {
		words = append(words, fmt.Sprintf("timers %g times as long", n.Skew))
	}
	if n.Bug != "" {
		words = append(words, "with the bug "+n.Bug)
	}
	if len(n.PartitionedFrom) > 0 {
		words = append(words, "not heard by "+list(n.PartitionedFrom))
	}
	return strings.Join(words, ", ")
}

// byNode writes a leader's indices in the order of the nodes.
func byNode(indices map[int]uint64) string {
	var words []string
	for _, id := range slices.Sorted(maps.Keys(indices)) {
		words = append(words, fmt.Sprintf("%d: %d", id, indices[id]))
	}
	return strings.Join(words, ", ")
}
