package cmd

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/script/config"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/source"
)

const checkUsage = `Usage:
  emulator check FILE...

Tells what is wrong with fixtures, scenarios (.toml) or a course's config.json files
(.json): all of it at once, each with file, line and key. Nothing is run.

Examples:
  emulator check grading/*.toml
  emulator check config.json

Exit codes:
  0  all are fine      3  bad usage, or something is wrong with a file
`

// check tells what is wrong with files.
func check(files []string, stdout, stderr io.Writer) int {
	switch {
	case slices.ContainsFunc(files, isHelp):
		fmt.Fprint(stdout, checkUsage)
		return exitOK
	case len(files) == 0 || strings.HasPrefix(files[0], "-"):
		fmt.Fprintln(stderr, "emulator check: want FILE..., and no flags\nemulator check -h tells more")
		return exitUsage
	}
	code := exitOK
	for _, file := range files {
		var f *fixture.Fixture
		data, err := source.ReadFile(file)
		switch {
		case err != nil:
		case strings.HasSuffix(file, ".json"):
			f, _, err = config.Parse(file, data)
		default:
			f, err = fixture.Parse(file, data)
		}
		if err != nil {
			fmt.Fprintln(stderr, err)
			code = exitUsage
			continue
		}
		fmt.Fprintf(stdout, "%s: fine, %d nodes", file, len(f.Nodes))
		if s := f.Scenario; s != nil {
			fmt.Fprintf(stdout, ", %d steps, %d expectations", len(s.Steps), len(s.Expects))
		}
		fmt.Fprintln(stdout)
	}
	return code
}

// isHelp tells whether a word of the command line asks for help.
func isHelp(word string) bool { return word == "-h" || word == "-help" || word == "--help" }
