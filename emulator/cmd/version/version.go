// Package version is the subcommand emulator version, and the program's version.
package version

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"rrmq.example/emulator/emulator/cmd/cli"
)

// Command is emulator version.
func Command() *cli.Command {
	var asJSON bool
	return &cli.Command{
		Name:    "version",
		Summary: "print the version and the build of the program",
		About:   `Prints the version, the commit, the version of Go, and the system that the program was built for.`,
		Flags:   []*cli.Flag{cli.JSON(&asJSON, "print one JSON object")},
		Examples: cli.Examples{
			{"emulator version", "for a report of a problem"},
			{"emulator version -json | jq -r .version", "for a script"},
		},
		Run: func(_ context.Context, c *cli.Call) error {
			b := Current()
			if asJSON {
				return json.NewEncoder(c.Stdout).Encode(b)
			}
			dirty := ""
			if b.Modified {
				dirty = ", with changes"
			}
			_, err := fmt.Fprintf(c.Stdout, "version  %s\ncommit   %s%s\ngo       %s\nsystem   %s/%s\n",
				b.Version, b.Commit, dirty, b.Go, b.OS, b.Arch)
			return err
		},
	}
}

// A Build names the source of the program and its system.
type Build struct {
	Version  string `json:"version"`            // of the module; the commit if it has none
	Commit   string `json:"commit"`             // "unknown" when it was not built in a repository
	Time     string `json:"time,omitempty"`     // of the commit
	Modified bool   `json:"modified,omitempty"` // files differed from the commit
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
}

const unknown = "unknown"

// The linker stamps these into a release; see deploy/release.
var stampedVersion, stampedCommit, stampedTime, stampedModified string

// Current reads what the linker has written into the program.
func Current() Build {
	b := Build{Version: unknown, Commit: unknown, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	if stampedVersion != "" {
		b.Version, b.Commit, b.Time = stampedVersion, cmp.Or(stampedCommit, unknown), stampedTime
		b.Modified = stampedModified != ""
		return b
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	b.Version = info.Main.Version
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
			if b.Version == "" || b.Version == "(devel)" {
				b.Version = s.Value
			}
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}
