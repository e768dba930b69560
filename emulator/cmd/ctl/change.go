package ctl

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/sim/fault"
)

// changes are the commands that change nodes: one for each row of package fault that
// has a command.
func (o *options) changes() []*cli.Command {
	var list []*cli.Command
	for _, k := range fault.Kinds() {
		switch info := k.Info(); {
		case k == fault.HealNode:
			list = append(list, o.heal())
		case info.Command != "":
			list = append(list, o.change(info))
		}
	}
	return list
}

// change is a command that changes each of some nodes. A boolean argument is a flag,
// any other an operand after the ids.
func (o *options) change(info *fault.Info) *cli.Command {
	c := cli.Command{
		Name: info.Command, Operands: "ID...", Min: 1, Max: cli.Any,
		Complete: completeNodes,
		Summary:  info.Doc, About: sentence(info.Doc) + "\n\n" + info.More,
	}
	example := "emulator ctl " + info.Command + " leader"
	flags := map[string]*bool{}
	for i := range info.Args {
		a := &info.Args[i]
		if isFlag(a) {
			flags[a.Body] = new(bool)
			c.Flags = append(c.Flags, cli.Bool(flags[a.Body], a.Body, a.Doc))
			continue
		}
		if c.Max == cli.Any {
			c.Operands, c.Max = "ID", 1 // which may be several with commas
		}
		c.Operands += " " + strings.ToUpper(a.Body)
		c.Min, c.Max = c.Min+1, c.Max+1
		example += " " + a.Example
	}
	c.Examples = cli.Examples{{example, "for the leader"}}
	return o.command(c, func(c *call) error {
		args, ids := map[string]any{}, c.Args
		for i := range info.Args {
			a := &info.Args[i]
			if isFlag(a) {
				args[a.Body] = *flags[a.Body]
				continue
			}
			last := len(ids) - 1
			value, err := operand(a, ids[last])
			if err != nil {
				return err
			}
			args[a.Body], ids = value, ids[:last]
		}
		return c.changeNodes(info, args, ids)
	})
}

// completeNodes lists the words for nodes.
func completeNodes() []string { return syntax.NodeWords }

// sentence makes a summary a sentence.
func sentence(summary string) string { return strings.ToUpper(summary[:1]) + summary[1:] + "." }

func isFlag(a *fault.Arg) bool {
	_, is := a.At(&fault.Change{}).(*bool)
	return is
}

// operand reads an argument of a change.
func operand(a *fault.Arg, word string) (any, error) {
	if _, isNumber := a.At(&fault.Change{}).(*float64); !isNumber {
		return word, nil
	}
	f, err := strconv.ParseFloat(word, 64)
	if err != nil || f-f != 0 { // NaN and infinities are no JSON
		return nil, cli.Usagef("%s is %q, want a number such as %s", strings.ToUpper(a.Body), word, a.Example)
	}
	return f, nil
}

// changeNodes changes some nodes, all at one moment, and shows each.
func (c *call) changeNodes(info *fault.Info, args map[string]any, operands []string) error {
	var body any // nil when there are no arguments
	if len(args) > 0 {
		body = args
	}
	place, states, err := c.askNodes(func(nodes string) api.Request {
		return api.Send(http.MethodPost, "/v1/nodes/"+nodes+"/"+info.Verb, body)
	}, operands)
	if err != nil || c.json {
		return err
	}
	word := "" // that stands for one node
	if len(operands) == 1 && syntax.IsRole(operands[0]) {
		word = " (" + operands[0] + ")"
	}
	for i := range states {
		n := &states[i]
		if _, err := fmt.Fprintf(c.out, "%s node %d%s: %s; seq %d\n", info.Did, n.ID, word, nodeWords(n), place.Seq); err != nil {
			return err
		}
	}
	return nil
}

// heal is emulator ctl heal.
func (o *options) heal() *cli.Command {
	return o.command(cli.Command{
		Name:     "heal",
		Operands: "[ID...]", Max: cli.Any, Complete: completeNodes,
		Summary: "heal nodes, or, without ID, the whole cluster",
		About: `Restarts, resumes and reconnects nodes, and sets the speed of their timers to normal.
Without ID, or with all, it heals all nodes, and deletes all cuts and rules. To reconnect the nodes only:
emulator ctl partition -none.`,
		Examples: cli.Examples{{"emulator ctl heal", "the whole cluster"}, {"emulator ctl heal 0,1", "two nodes"}},
	}, func(c *call) error {
		if len(c.Args) == 0 || slices.Equal(c.Args, []string{syntax.All}) {
			return c.cluster(api.Send(http.MethodPost, "/v1/heal", nil), true)
		}
		return c.changeNodes(fault.HealNode.Info(), nil, c.Args)
	})
}
