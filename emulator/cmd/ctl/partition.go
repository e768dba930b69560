package ctl

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/serve/api"
)

// cutFlags are the flags of emulator ctl partition.
type cutFlags struct {
	oneway, isolate string
	none            bool
}

// partition is emulator ctl partition.
func (o *options) partition() *cli.Command {
	f := &cutFlags{}
	return o.command(cli.Command{
		Name:     "partition",
		Operands: "[GROUP...]", Max: cli.Any,
		Summary: "cut links between nodes, or show the cuts",
		About: `Cuts the links between groups of nodes, and removes all earlier cuts. A GROUP is ids, or
leader, follower or candidate, separated by commas; the nodes that no GROUP names are one more group. Clients still reach every
node. Without operands and flags it shows the cuts, and which nodes could lead.`,
		Flags: []*cli.Flag{
			cli.String(&f.oneway, "oneway", "", "cut `LINKS` in one direction, such as 0-2,1-2"),
			cli.String(&f.isolate, "isolate", "", "cut the nodes `IDS` off from all others"),
			cli.Bool(&f.none, "none", "remove all cuts"),
		},
		Examples: cli.Examples{
			{"emulator ctl partition 0,1 2,3,4", "two groups"},
			{"emulator ctl partition 0", "node 0, and all others"},
			{"emulator ctl partition leader,0", "the leader with node 0, and all others"},
			{"emulator ctl partition -isolate leader", "the leader, and all others"},
			{"emulator ctl partition -oneway 0-2,1-2", "node 2 no longer hears nodes 0 and 1"},
			{"emulator ctl partition -none", "no cuts"},
			{"emulator ctl partition", "show the cuts, and who could lead"},
		},
	}, f.run)
}

func (f *cutFlags) run(c *call) error {
	if f.none {
		if len(c.Args) > 0 || f.oneway != "" || f.isolate != "" {
			return cli.Usagef("-none removes all cuts, so it takes no GROUP and no other cuts")
		}
		return c.partition(api.Send(http.MethodDelete, "/v1/partition", nil), true)
	}
	body, err := partitionBody(c.Args, f.oneway, f.isolate)
	if err != nil {
		return err
	}
	if len(body) == 0 {
		return c.partition(api.Get("/v1/partition", nil), false)
	}
	return c.partition(api.Send(http.MethodPost, "/v1/partition", body), true)
}

// partitionBody returns the request's body.
func partitionBody(groups []string, oneway, isolate string) (map[string]any, error) {
	body := map[string]any{}
	var lists [][]any
	for _, group := range groups {
		list, err := nodes(group)
		if err != nil {
			return nil, cli.Usagef("GROUP %q: %w", group, err)
		}
		lists = append(lists, list)
	}
	if lists != nil {
		body["groups"] = lists
	}
	if oneway != "" {
		var pairs [][]any
		for link := range strings.SplitSeq(oneway, ",") {
			from, to, _ := strings.Cut(link, "-")
			one, err1 := nodes(from)
			other, err2 := nodes(to)
			if err1 != nil || err2 != nil {
				return nil, cli.Usagef("-oneway %q: %q is no link, want FROM-TO, such as 0-2", oneway, link)
			}
			pair := []any{one[0], other[0]}
			pairs = append(pairs, pair)
		}
		body["oneway"] = pairs
	}
	if isolate != "" {
		list, err := nodes(isolate)
		if err != nil {
			return nil, cli.Usagef("-isolate %q: %w", isolate, err)
		}
		body["isolate"] = list
	}
	return body, nil
}

// nodes returns nodes as JSON has them: ids, and words as texts.
func nodes(written string) ([]any, error) {
	who, wrong := syntax.ParseSelector(written)
	if wrong != "" {
		return nil, errors.New(wrong)
	}
	list := make([]any, len(who))
	for i, w := range who {
		list[i] = w.ID
		if w.Name != "" {
			list[i] = w.Name
		}
	}
	return list, nil
}

func (c *call) partition(r api.Request, changed bool) error {
	var a api.PartitionAnswer
	if err := c.ask(r, &a); err != nil || c.json {
		return err
	}
	for _, line := range partitionLines(&a.PartitionState) {
		if _, err := fmt.Fprintln(c.out, line); err != nil {
			return err
		}
	}
	if changed {
		return c.seq(a.Place)
	}
	return nil
}

// partitionLines describes the groups and cut links.
func partitionLines(p *api.PartitionState) []string {
	if len(p.Sides) == 1 && len(p.OneWay) == 0 {
		return []string{"nothing is cut"}
	}
	var lines []string
	for _, s := range p.Sides {
		what := "no majority"
		if s.Majority {
			what = "a majority"
		}
		nodes := "nodes"
		if len(s.Nodes) == 1 {
			nodes = "node"
		}
		lines = append(lines, fmt.Sprintf("%s %s: %d running, %s", nodes, list(s.Nodes), s.Running, what))
	}
	if len(p.OneWay) > 0 {
		lines = append(lines, "cut links: "+links(p.OneWay))
	}
	return append(lines, "could lead: "+list(p.CanLead))
}
