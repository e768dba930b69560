package ctl

import (
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/sim/fault"
)

// changeCommands are those that do something to nodes: a row of package fault
// that has a command is one.
func changeCommands() []*command {
	var list []*command
	for _, k := range fault.Kinds() {
		switch info := k.Info(); {
		case k == fault.HealNode:
			list = append(list, healCommand)
		case info.Command != "":
			list = append(list, changeCommand(info))
		}
	}
	return list
}

// changeCommand is a command that does one thing to each of some nodes. An
// argument that is true or false is a flag, any other an operand behind the ids.
func changeCommand(info *fault.Info) *command {
	c := &command{name: info.Command, operands: "ID...", min: 1, max: -1, doc: info.Doc, more: info.More}
	for i := range info.Args {
		if a := &info.Args[i]; !isFlag(a) {
			if c.max < 0 {
				c.operands, c.max = "ID", 1
			}
			c.operands += " " + strings.ToUpper(a.Body)
			c.min, c.max = c.min+1, c.max+1
		}
	}
	c.setup = func(set *flag.FlagSet) func(*call, []string) error {
		flags := map[string]*bool{}
		for i := range info.Args {
			if a := &info.Args[i]; isFlag(a) {
				flags[a.Body] = set.Bool(a.Body, false, a.Doc)
			}
		}
		return func(c *call, operands []string) error {
			args := map[string]any{}
			for i := range info.Args {
				a := &info.Args[i]
				if isFlag(a) {
					args[a.Body] = *flags[a.Body]
					continue
				}
				last := len(operands) - 1
				value, err := operand(info, a, operands[last])
				if err != nil {
					return err
				}
				args[a.Body], operands = value, operands[:last]
			}
			return c.changeNodes(info.Verb, args, operands)
		}
	}
	return c
}

func isFlag(a *fault.Arg) bool {
	_, is := a.At(&fault.Change{}).(*bool)
	return is
}

// operand reads an argument of a change.
func operand(info *fault.Info, a *fault.Arg, word string) (any, error) {
	if _, isNumber := a.At(&fault.Change{}).(*float64); !isNumber {
		return word, nil
	}
	f, err := strconv.ParseFloat(word, 64)
	if err != nil || f-f != 0 { // NaN and infinities are no JSON
		return nil, wrongf("%s: %s is %q, want a number such as %s", info.Command, strings.ToUpper(a.Body), word, a.Example)
	}
	return f, nil
}

// changeNodes does one thing to each of some nodes, and shows each.
func (c *call) changeNodes(verb string, args map[string]any, ids []string) error {
	var body any // nil when there are no arguments
	if len(args) > 0 {
		body = args
	}
	for _, id := range split(ids) {
		var n api.NodeAnswer
		if err := c.ask(api.Send(http.MethodPost, "/v1/nodes/"+url.PathEscape(id)+"/"+verb, body), &n); err != nil {
			return err
		}
		if c.json {
			continue
		}
		if _, err := fmt.Fprintf(c.out, "node %d: %s; seq %d\n", n.ID, nodeWords(&n.NodeState), n.Seq); err != nil {
			return err
		}
	}
	return nil
}

var healCommand = &command{
	name: "heal", operands: "[ID...]", max: -1,
	doc: "undo all that was done to nodes, or, without ID, everything: cuts and faults, too",
	more: `
A node that is healed is restarted, resumed and reconnected, and its timers run
straight. To reconnect the nodes and leave all else: partition -none.`,
	setup: plain(func(c *call, ids []string) error {
		if len(ids) == 0 {
			return c.cluster(api.Send(http.MethodPost, "/v1/heal", nil), true)
		}
		return c.changeNodes("heal", nil, ids)
	}),
}
