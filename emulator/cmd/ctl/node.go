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
	"rrmq.example/emulator/raft"
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
			var n api.NodeAnswer
			if err := c.ask(api.Get("/v1/nodes/"+url.PathEscape(id), query), &n); err != nil {
				return err
			}
			if c.json {
				continue
			}
			if err := writeNode(c.out, &n.NodeState); err != nil {
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

// writeNode writes everything that is known about a node.
func writeNode(out io.Writer, n *api.NodeState) error {
	fmt.Fprintf(out, "node %d  %s\n", n.ID, n.URL)
	fmt.Fprintf(out, "  %s\n", nodeWords(n))
	if n.Leader != api.NodeRef(raft.None) {
		fmt.Fprintf(out, "  takes node %d for the leader\n", n.Leader)
	}
	if n.Timer != nil {
		fmt.Fprintf(out, "  %s timer runs out in %s\n", n.Timer.Kind, millis(n.Timer.InMS))
	}
	if n.VotesGranted != nil {
		fmt.Fprintf(out, "  has the votes of %s\n", list(n.VotesGranted))
	}
	if n.NextIndex != nil {
		fmt.Fprintf(out, "  next index  %s\n  match index %s\n", indices(n.NextIndex), indices(n.MatchIndex))
	}
	fmt.Fprintf(out, "  log: %d entries\n", n.LastIndex)
	if hidden := n.LastIndex - raft.Index(len(n.Log)); hidden > 0 {
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

// nodeWords says in one line how a node stands.
func nodeWords(n *api.NodeState) string {
	words := []string{state(n.Up, n.Paused)}
	if n.Role != nil {
		words = append(words, *n.Role)
	}
	words = append(words, fmt.Sprintf("term %d", n.Term), "vote "+n.VotedFor.Or("-"), fmt.Sprintf("log %d", n.LastIndex))
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

// indices writes a leader's indices in the order of the nodes.
func indices(of api.Indices) string {
	var words []string
	for _, id := range slices.Sorted(maps.Keys(of)) {
		words = append(words, fmt.Sprintf("%d: %d", id, of[id]))
	}
	return strings.Join(words, ", ")
}
