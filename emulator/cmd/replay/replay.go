// Package replay is the subcommand emulator replay: it repeats recorded runs and
// compares every record.
package replay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/emulator/check/replay"
	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/raft"
)

// Command is emulator replay.
func Command() *cli.Command {
	var frozen string
	return &cli.Command{
		Name:     "replay",
		Operands: "TRACE...", Min: 1, Max: cli.Any,
		Summary: "repeat recorded runs (-trace) and compare every record",
		About: `Repeats recorded runs (emulator -trace, emulator run -traces) in virtual time,
from their start and their inputs, and compares every record with the recorded one. So it
compares a run with what the same program does again; emulator verify judges whether the
run was right.`,
		Flags: []*cli.Flag{
			cli.String(&frozen, "freeze", "", "write the state at the end of the last trace as a fixture to `FILE.toml`").File(),
		},
		Examples: cli.Examples{
			{"emulator -trace run.jsonl", "record a run until you interrupt it,"},
			{"emulator replay run.jsonl", "and repeat it"},
			{"emulator replay run.jsonl -freeze end.toml", "write its end as a fixture,"},
			{"emulator -fixture end.toml", "and start from there"},
		},
		Exit: cli.Codes{
			cli.OK:     "all runs repeated alike",
			cli.Failed: "a run went another way than its trace",
			cli.Usage:  "bad usage, or a file is not a trace",
		},
		Run: func(_ context.Context, c *cli.Call) error { return run(c, frozen) },
	}
}

func run(c *cli.Call, frozen string) error {
	var last replay.Run
	for _, file := range c.Args {
		if err := repeat(file, func(r replay.Run) {
			write(c.Stdout, file, r)
			last = r
		}); err != nil {
			return err
		}
	}
	if frozen == "" {
		return nil
	}
	return os.WriteFile(frozen, last.Freeze().TOML(), 0o666)
}

// repeat repeats the runs of a file.
func repeat(file string, done func(replay.Run)) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	err = replay.File(in, done)
	if err == nil {
		return nil
	}
	err = fmt.Errorf("%s: %w", file, err)
	switch {
	case errors.Is(err, replay.ErrDiffers):
		return cli.WithCode(cli.Failed, err)
	case errors.Is(err, trace.ErrNotTrace):
		return cli.WithCode(cli.Usage, err)
	}
	return err
}

// write prints a run and the state at its end.
func write(stdout io.Writer, file string, r replay.Run) {
	fmt.Fprintf(stdout, "%s: %s: %s of %v, %d of them inputs, repeated alike\n",
		file, r.Fixture, text.Count(r.Records, "record"), r.Time.Round(time.Millisecond), r.Inputs)
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
