package ctl

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/cmd/cli"
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
		About: `Cuts the links between groups of nodes, and removes all earlier cuts. A GROUP is ids
separated by commas; the nodes that no GROUP names are one more group. Clients still reach every
node. Without operands and flags it shows the cuts, and which nodes could lead.`,
		Flags: []*cli.Flag{
			cli.String(&f.oneway, "oneway", "", "cut `LINKS` in one direction, such as 0-2,1-2"),
			cli.String(&f.isolate, "isolate", "", "cut the nodes `IDS` off from all others: ids separated by commas, or leader"),
			cli.Bool(&f.none, "none", "remove all cuts"),
		},
		Examples: cli.Examples{
			{"emulator ctl partition 0,1 2,3,4", "two groups"},
			{"emulator ctl partition 0", "node 0, and all others"},
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
	var lists [][]int
	for _, group := range groups {
		ids, err := numbers(group, ",")
		if err != nil {
			return nil, cli.Usagef("GROUP %q: %v, want ids with commas, such as 0,1", group, err)
		}
		lists = append(lists, ids)
	}
	if lists != nil {
		body["groups"] = lists
	}
	if oneway != "" {
		var pairs [][]int
		for _, link := range strings.Split(oneway, ",") {
			pair, err := numbers(link, "-")
			if err != nil || len(pair) != 2 {
				return nil, cli.Usagef("-oneway %q: %q is no link, want FROM-TO, such as 0-2", oneway, link)
			}
			pairs = append(pairs, pair)
		}
		body["oneway"] = pairs
	}
	if isolate != "" {
		var who []any
		for _, word := range strings.Split(isolate, ",") {
			if id, err := strconv.Atoi(word); err == nil {
				who = append(who, id)
			} else {
				who = append(who, word)
			}
		}
		body["isolate"] = who
	}
	return body, nil
}

func numbers(text, sep string) ([]int, error) {
	var list []int
	for _, word := range strings.Split(text, sep) {
		n, err := strconv.Atoi(word)
		if err != nil {
			return nil, fmt.Errorf("%q is no number", word)
		}
		list = append(list, n)
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
