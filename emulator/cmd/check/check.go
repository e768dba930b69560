// Package check is the subcommand emulator check: it reports every problem of fixtures,
// scenarios, course files and config.json files, and runs nothing.
package check

import (
	"context"
	"fmt"
	"os"
	"strings"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/script/config"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/text"
)

// Command is emulator check.
func Command() *cli.Command {
	return &cli.Command{
		Name:     "check",
		Operands: "FILE|DIR...", Min: 1, Max: cli.Any,
		Summary: "report the problems of fixtures, scenarios, course and config.json files",
		About: `Reports every problem of fixtures, scenarios and course files (.toml) and of a
course's config.json files (.json), each with file, line and key. It runs nothing.

A directory stands for the .toml files in it and below. Those that are neither fixtures nor course files are left out there. - stands for a
fixture on standard input.`,
		Examples: cli.Examples{
			{"emulator check grading", "your own scenarios, in a directory"},
			{"emulator check election.toml recovery.toml", "two files"},
			{"emulator check config.json", "the nodes' addresses of a course"},
			{"emulator check mycourse.toml", "how emulator grade starts programs"},
		},
		Exit: cli.Codes{cli.OK: "no problems", cli.Usage: "bad usage, or a file has problems"},
		Run:  run,
	}
}

func run(_ context.Context, c *cli.Call) error {
	code := cli.OK
	var foreign []string
	fail := func(err error) {
		fmt.Fprintln(c.Stderr, err)
		code = cli.Usage
	}
	for _, operand := range c.Args {
		info, err := os.Stat(operand)
		if err != nil || !info.IsDir() {
			if err := check(c, operand); err != nil {
				fail(err)
			}
			continue
		}
		files, err := fixture.FilesIn(operand)
		if err != nil {
			fail(err)
		}
		for _, file := range files {
			switch err := check(c, file); {
			case err == nil:
			case isForeign(file):
				foreign = append(foreign, file)
			default:
				fail(err)
			}
		}
	}
	fixture.NoteForeign(c.Stderr, c.Command(), foreign)
	return cli.Exit(code)
}

// check says that a file is fine, or returns its problems.
func check(c *cli.Call, file string) error {
	data, err := c.ReadFile(file)
	if err != nil {
		return err
	}
	if !isJSON(file) && course.Is(data) {
		if _, err := course.Parse(file, data); err != nil {
			return err
		}
		fmt.Fprintf(c.Stdout, "%s: course file: fine\n", file)
		return nil
	}
	f, notes, err := read(file, data)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Stdout, "%s: fine, %s", file, text.Count(len(f.Nodes), "node"))
	if s := f.Scenario; s != nil {
		fmt.Fprintf(c.Stdout, ", %s, %s", text.Count(len(s.Steps), "step"), text.Count(len(s.Expects), "expectation"))
	}
	fmt.Fprintln(c.Stdout)
	config.WriteNotes(c.Stderr, notes)
	return nil
}

// isForeign reports whether a file with problems is no fixture at all.
func isForeign(file string) bool {
	data, err := source.ReadFile(file)
	return err == nil && fixture.OutlineOf(file, data).Foreign && !course.Is(data)
}

func isJSON(file string) bool { return strings.HasSuffix(file, ".json") }

// read reads a fixture, or what a config.json says about one.
func read(file string, data []byte) (*fixture.Fixture, []source.Problem, error) {
	if isJSON(file) {
		read, err := config.Parse(file, data)
		if err != nil {
			return nil, nil, err
		}
		return read.Fixture, read.Notes, nil
	}
	f, err := fixture.Parse(file, data)
	return f, nil, err
}
