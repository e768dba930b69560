package ctl

import (
	"flag"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/serve/api"
)

var partitionCommand = &command{
	name: "partition", operands: "[GROUP...]", max: -1,
	doc: "cut links between nodes, in the place of all cuts there are; or show who reaches whom",
	more: `
A GROUP is ids with commas: nodes of different groups no longer reach each other,
and the nodes that no group names are one further group. Clients still reach all.

  emulator ctl partition 0,1 2,3,4         two sides
  emulator ctl partition 0                 node 0, and all the others
  emulator ctl partition -isolate leader   the same for whoever leads
  emulator ctl partition -oneway 0-2,1-2   node 2 no longer hears from 0 and 1
  emulator ctl partition -none             all links are whole again
  emulator ctl partition                   show the cuts, and who could lead`,
	setup: setupPartition,
}

func setupPartition(set *flag.FlagSet) func(*call, []string) error {
	oneway := set.String("oneway", "", "cut these `LINKS` in one direction, such as 0-2,1-2")
	isolate := set.String("isolate", "", "cut these nodes off from all others: `IDS` with commas, or leader")
	none := set.Bool("none", false, "make all links whole")
	return func(c *call, groups []string) error {
		if *none {
			if len(groups) > 0 || *oneway != "" || *isolate != "" {
				return wrongf("partition: -none makes all links whole, want nothing beside it")
			}
			return c.partition(api.Send(http.MethodDelete, "/v1/partition", nil), true)
		}
		body, err := partitionBody(groups, *oneway, *isolate)
		if err != nil {
			return err
		}
		if len(body) == 0 {
			return c.partition(api.Get("/v1/partition", nil), false)
		}
		return c.partition(api.Send(http.MethodPost, "/v1/partition", body), true)
	}
}

// partitionBody is what the API takes.
func partitionBody(groups []string, oneway, isolate string) (map[string]any, error) {
	body := map[string]any{}
	var lists [][]int
	for _, group := range groups {
		ids, err := numbers(group, ",")
		if err != nil {
			return nil, wrongf("partition: GROUP %q: %v, want ids with commas, such as 0,1", group, err)
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
				return nil, wrongf("partition: -oneway %q: %q is no link, want FROM-TO, such as 0-2", oneway, link)
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

// partitionLines say which sides there are.
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
