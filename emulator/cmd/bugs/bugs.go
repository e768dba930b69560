// Package bugs is the subcommand emulator bugs: it lists the bugs that can be planted
// in a node, for people and for programs.
//
// The list of bugs is in sim/bugs.
package bugs

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/sim/bugs"
)

// Command is emulator bugs.
func Command() *cli.Command {
	var asJSON bool
	return &cli.Command{
		Name:     "bugs",
		Operands: "[NAME...]", Max: cli.Any,
		Summary: "list the bugs that can be planted in nodes",
		About: `Lists the bugs that can be planted in a node. Each breaks one rule of Raft, or
of how a node serves its clients, as students' programs do; a node with the bug keeps all
other rules. A good suite of tests fails with each of them: emulator mutants shows
whether yours does.`,
		Flags: []*cli.Flag{
			cli.JSON(&asJSON, `print {"bugs": [{"name", "rule", "paper", "does", "wrong"}]} for programs`),
		},
		Notes: []cli.Note{{Title: "Where to plant a bug", Text: `
  in a fixture       [[node]]
                     bug = "vote_twice"             or in all nodes: bug under [cluster]
  on a command line  emulator -bug vote_twice@0,2   or in all nodes: -bug vote_twice
                     emulator run all -bug vote_twice
  in a scenario      [[step]]
                     bug = { node = "leader", name = "vote_twice" }
  while it runs      emulator ctl bug leader vote_twice
                     POST /v1/nodes/{id}/bug with {"bug": "vote_twice"}

The bug is part of the node's program: restart and heal keep it. The empty name "" removes
it.`}},
		Examples: cli.Examples{
			{"emulator bugs", "all of them"},
			{"emulator bugs vote_twice", "one"},
			{"emulator bugs -json | jq '.bugs[].name'", "their names"},
		},
		Exit:     cli.Codes{cli.Usage: "bad usage, or there is no bug of this name"},
		Complete: cli.BugNames,
		Run: func(_ context.Context, c *cli.Call) error {
			list, err := named(c.Args)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(c.Stdout, list)
			}
			return write(c.Stdout, list)
		},
	}
}

// named returns the bugs of these names, or all.
func named(names []string) ([]*bugs.Bug, error) {
	if len(names) == 0 {
		return bugs.All(), nil
	}
	var list []*bugs.Bug
	for _, name := range names {
		b, err := bugs.Find(name)
		if err != nil {
			return nil, cli.Usagef("%w", err)
		}
		if b == nil {
			return nil, cli.Usagef("%q: %w", name, bugs.ErrUnknown)
		}
		list = append(list, b)
	}
	return list, nil
}

func writeJSON(out io.Writer, list []*bugs.Bug) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(map[string][]*bugs.Bug{"bugs": list})
}

// write prints each bug on some lines: a table with sentences in it is wider than a
// terminal.
func write(out io.Writer, list []*bugs.Bug) error {
	var b strings.Builder
	for i, bug := range list {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%-33s rule %s, %s\n", bug.Name, bug.Rule, bug.Paper)
		fmt.Fprintf(&b, "  does   %s\n  wrong  %s\n", bug.Does, bug.Wrong)
	}
	_, err := io.WriteString(out, b.String())
	return err
}
