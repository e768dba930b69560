// Package check is the subcommand emulator check: it reports every problem of fixtures,
// scenarios and config.json files, and runs nothing.
package check

import (
	"context"
	"fmt"
	"strings"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/script/config"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/text"
)

// Command is emulator check.
func Command() *cli.Command {
	return &cli.Command{
		Name:     "check",
		Operands: "FILE...", Min: 1, Max: cli.Any,
		Summary: "report the problems of fixtures, scenarios and config.json files",
		About: `Reports every problem of fixtures and scenarios (.toml) and of a course's
config.json files (.json), each with file, line and key. It runs nothing.`,
		Examples: cli.Examples{
			{"emulator check grading/*.toml", "your own scenarios"},
			{"emulator check config.json", "the nodes' addresses of a course"},
		},
		Exit: cli.Codes{cli.OK: "no problems", cli.Usage: "bad usage, or a file has problems"},
		Run:  run,
	}
}

func run(_ context.Context, c *cli.Call) error {
	code := cli.OK
	for _, file := range c.Args {
		f, notes, err := read(file)
		if err != nil {
			fmt.Fprintln(c.Stderr, err)
			code = cli.Usage
			continue
		}
		fmt.Fprintf(c.Stdout, "%s: fine, %s", file, text.Count(len(f.Nodes), "node"))
		if s := f.Scenario; s != nil {
			fmt.Fprintf(c.Stdout, ", %s, %s", text.Count(len(s.Steps), "step"), text.Count(len(s.Expects), "expectation"))
		}
		fmt.Fprintln(c.Stdout)
		config.WriteNotes(c.Stderr, notes)
	}
	return cli.Exit(code)
}

// read reads a fixture, or what a config.json says about one.
func read(file string) (*fixture.Fixture, []source.Problem, error) {
	data, err := source.ReadFile(file)
	if err != nil {
		return nil, nil, err
	}
	if strings.HasSuffix(file, ".json") {
		read, err := config.Parse(file, data)
		if err != nil {
			return nil, nil, err
		}
		return read.Fixture, read.Notes, nil
	}
	f, err := fixture.Parse(file, data)
	return f, nil, err
}
