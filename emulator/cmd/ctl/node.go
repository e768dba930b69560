package ctl

import (
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/raft"
)

// shownEntries is the default number of shown log entries, and of shown messages of a
// topic.
const shownEntries = 20

// nodes is emulator ctl nodes.
func (o *options) nodes() *cli.Command {
	var log, queue int
	return o.command(cli.Command{
		Name:     "nodes",
		Operands: "[ID...]", Max: cli.Any, Complete: completeNodes,
		Summary: "show the whole state of nodes",
		About: "Shows the whole state of nodes, without ID of all nodes: timer, log, queue, and a leader's indices. " +
			"emulator ctl status shows all nodes in a table.",
		Flags: []*cli.Flag{
			cli.Int(&log, "log", shownEntries, "show the last `N` entries of the log"),
			cli.Int(&queue, "queue", shownEntries, "show the first `N` pending messages of each topic"),
		},
		Examples: cli.Examples{{"emulator ctl nodes leader", "the leader"}, {"emulator ctl nodes 0,1 -log 5", "two nodes, with short logs"}},
	}, func(c *call) error { return c.nodes(log, queue) })
}

func (c *call) nodes(log, queue int) error {
	query := url.Values{}
	// Programs get the API's default unless they ask for less.
	if !c.json || c.Given("log") {
		query.Set("log", strconv.Itoa(log))
	}
	if !c.json || c.Given("queue") {
		query.Set("queue", strconv.Itoa(queue))
	}
	operands := c.Args
	if len(operands) == 0 {
		operands = []string{syntax.All}
	}
	_, states, err := c.askNodes(func(nodes string) api.Request { return api.Get("/v1/nodes/"+nodes, query) }, operands)
	if err != nil || c.json {
		return err
	}
	for i := range states {
		if err := writeNode(c.out, &states[i]); err != nil {
			return err
		}
	}
	return nil
}

// askNodes sends a request about the nodes that operands name, each of which may be several
// with commas. It returns the place and the state of each node.
func (c *call) askNodes(request func(nodes string) api.Request, operands []string) (api.Place, []api.NodeState, error) {
	nodes := strings.Join(operands, ",")
	r := request(url.PathEscape(nodes))
	if nodes == syntax.All || strings.Contains(nodes, ",") {
		var a api.NodesAnswer
		err := c.ask(r, &a)
		return a.Place, a.Nodes, err
	}
	var a api.NodeAnswer
	err := c.ask(r, &a)
	return a.Place, []api.NodeState{a.NodeState}, err
}

// writeNode writes the whole state of a node.
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
	fmt.Fprintf(out, "  log: %s\n", text.Count(uint64(n.LastIndex), "entry"))
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
	fmt.Fprintf(out, "  queue: %s\n", text.Count(len(n.Queue), "topic"))
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

// nodeWords sums up a node on one line.
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

// indices writes a leader's indices, in the order of the nodes.
func indices(of api.Indices) string {
	var words []string
	for _, id := range slices.Sorted(maps.Keys(of)) {
		words = append(words, fmt.Sprintf("%d: %d", id, of[id]))
	}
	return strings.Join(words, ", ")
}
