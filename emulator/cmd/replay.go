package cmd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"rrmq.example/emulator/emulator"
	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/raft"
)

const replayUsage = `Usage:
  emulator replay [-freeze FILE.toml] TRACE...

Repeats recorded runs (-trace) in virtual time, from their start and what came from
outside, and compares every event with the one recorded. What the run says of itself
is compared with what the same program does again; whether it was right to do so is
what emulator verify tells.

Flags:
  -freeze FILE.toml
    	write the state at the end, of the last trace, as a fixture; stands first

Examples:
  emulator -trace run.jsonl            record a run, until interrupted,
  emulator replay run.jsonl            and do it again
  emulator replay -freeze end.toml run.jsonl && emulator -fixture end.toml

Exit codes:
  0  all repeated alike      1  one went another way than its trace
  3  bad usage, or a file that is not a trace
  4  the disk or the like
`

// replay repeats recorded runs.
func replay(files []string, stdout, stderr io.Writer) int {
	frozen := ""
	if len(files) > 2 && files[0] == "-freeze" {
		frozen, files = files[1], files[2:]
	}
	switch {
	case slices.ContainsFunc(files, isHelp):
		fmt.Fprint(stdout, replayUsage)
		return exitOK
	case len(files) == 0 || strings.HasPrefix(files[0], "-"):
		fmt.Fprintln(stderr, "emulator replay: want [-freeze FILE.toml] TRACE...\nemulator replay -h tells more")
		return exitUsage
	}
	var last emulator.Run
	for _, file := range files {
		in, err := os.Open(file)
		if err != nil {
			return fail(stderr, err)
		}
		err = emulator.Replay(in, func(r emulator.Run) {
			printRun(stdout, file, r)
			last = r
		})
		in.Close()
		if errors.Is(err, emulator.ErrDiffers) {
			fmt.Fprintf(stderr, "emulator: %s: %v\n", file, err)
			return exitFailed
		}
		if err != nil {
			return fail(stderr, fmt.Errorf("%s: %w", file, err))
		}
	}
	if frozen != "" {
		if err := os.WriteFile(frozen, last.Freeze().TOML(), 0o666); err != nil {
			return fail(stderr, err)
		}
	}
	return exitOK
}

func printRun(stdout io.Writer, file string, r emulator.Run) {
	fmt.Fprintf(stdout, "%s: %s: %d records of %v, %d of them inputs, repeated alike\n",
		file, r.Fixture, r.Records, r.Time.Round(time.Millisecond), r.Inputs)
	if r.Cut {
		fmt.Fprintf(stdout, "%s: the last line is not whole and was left out\n", file)
	}
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "  node\trole\tterm\tlog\tcommitted\tapplied")
	for i, s := range r.States {
		role := s.Role.String()
		if !r.Up[i] {
			role = "(down)"
		}
		fmt.Fprintf(w, "  %d\t%s\t%d\t%d\t%d\t%d\n", raft.NodeID(i), role, s.Term, s.LastIndex, s.CommitIndex, s.LastApplied)
	}
	w.Flush()
	for _, inv := range r.Invariants {
		if inv.Status != invariant.Held {
			fmt.Fprintf(stdout, "  %v\n", inv)
		}
	}
}
