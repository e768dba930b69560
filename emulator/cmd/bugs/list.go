package bugs

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/emulator/text"
)

// Exit codes of emulator bugs.
const (
	exitOK          = 0
	exitUsage       = 3
	exitEnvironment = 4
)

const usage = `Usage:
  emulator bugs [flags] [NAME...]

Lists the bugs that can be planted in a node: each breaks one rule of Raft, or of
how a node serves its clients, as solutions of courses do. All other rules are
kept. A suite of tests that is worth its name fails with each of them; "emulator
mutants" tells whether it does.

Flags:
`

const examples = `
A bug is planted
  in a fixture       [[node]]
                     bug = "vote_twice"             or of all nodes: bug under [cluster]
  on a command line  emulator -bug vote_twice@0,2   or of all nodes: -bug vote_twice
                     emulator run all -bug vote_twice
  in a scenario      [[step]]
                     bug = { node = "leader", name = "vote_twice" }
  while it runs      emulator ctl bug leader vote_twice
                     POST /v1/nodes/{id}/bug with {"bug": "vote_twice"}
It is the node's program: neither a restart nor a healing removes it. The empty
name "" cures.

Examples:
  emulator bugs                    all of them
  emulator bugs vote_twice         one
  emulator bugs -json | jq '.bugs[].name'

Exit codes:
  0  fine            3  bad usage, or no bug of this name
  4  the output could not be written
`

// A Bug is one as programs read it.
type Bug struct {
	Name  string `json:"name" doc:"what fixtures, flags and this API call it"`
	Rule  string `json:"rule" doc:"the rule that it breaks, by the name of its function"`
	Paper string `json:"paper" doc:"where the rule stands: sections of the Raft paper; D is Ongaro's dissertation"`
	Does  string `json:"does" doc:"what a node with the bug does"`
	Wrong string `json:"wrong" doc:"what goes wrong then"`
}

// List gives all bugs, in order.
func List() []Bug {
	var list []Bug
	for _, b := range world.Bugs() {
		list = append(list, Bug{b.Name, b.Rule, b.Paper, b.Does, b.Wrong})
	}
	return list
}

// Main is emulator bugs with these arguments. It returns the exit code.
func Main(args []string, stdout, stderr io.Writer) int {
	set := flag.NewFlagSet("emulator bugs", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	asJSON := set.Bool("json", false, `write {"bugs": [{"name", "rule", "paper", "does", "wrong"}]} for programs`)
	err := text.Flag(set, set.Parse(args))
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, usage)
		set.SetOutput(stdout)
		set.PrintDefaults()
		fmt.Fprint(stdout, examples)
		return exitOK
	}
	list := List()
	if err == nil && set.NArg() > 0 {
		list, err = named(set.Args())
	}
	if err != nil {
		fmt.Fprintf(stderr, "emulator bugs: %v\nemulator bugs -h tells more\n", err)
		return exitUsage
	}
	if *asJSON {
		out := json.NewEncoder(stdout)
		out.SetEscapeHTML(false)
		out.SetIndent("", "  ")
		err = out.Encode(map[string][]Bug{"bugs": list})
	} else {
		err = table(stdout, list)
	}
	if err != nil {
		fmt.Fprintf(stderr, "emulator bugs: %v\n", err)
		return exitEnvironment
	}
	return exitOK
}

// named gives the bugs of these names.
func named(names []string) ([]Bug, error) {
	var list []Bug
	for _, name := range names {
		b, err := world.FindBug(name)
		if err != nil {
			return nil, err
		}
		if b == nil {
			return nil, fmt.Errorf("%q: %w", name, world.ErrNoBug)
		}
		list = append(list, Bug{b.Name, b.Rule, b.Paper, b.Does, b.Wrong})
	}
	return list, nil
}

// table writes each bug in some lines: a table with sentences in it is wider
// than a terminal.
func table(out io.Writer, list []Bug) error {
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
