// Package replay is the subcommand emulator replay: it repeats recorded runs and
// compares every record.
package replay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/emulator/check/replay"
	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/emulator/text/outfile"
	"rrmq.example/emulator/raft"
)

// options are what the flags say.
type options struct {
	frozen    string
	overwrite bool
}

// Command is emulator replay.
func Command() *cli.Command {
	o := &options{}
	return &cli.Command{
		Name:     "replay",
		Operands: "TRACE...", Min: 1, Max: cli.Any,
		Summary: "repeat recorded runs (-trace) and compare every record",
		About: `Repeats recorded runs (emulator -trace, emulator run -traces) in virtual time,
from their start and their inputs, and compares every record with the recorded one. So it
compares a run with what the same program does again; emulator verify judges whether the
run was right.

A TRACE of - is standard input. With -freeze - the fixture goes to standard output, and everything else to standard
error.`,
		Flags: []*cli.Flag{
			cli.String(&o.frozen, "freeze", "", "write the state at the end of the last trace as a fixture to `FILE.toml`").File(),
			cli.Overwrite(&o.overwrite),
		},
		Examples: cli.Examples{
			{"emulator -trace run.jsonl", "record a run until you interrupt it,"},
			{"emulator replay run.jsonl", "and repeat it"},
			{"emulator replay run.jsonl -freeze end.toml", "write its end as a fixture,"},
			{"emulator -fixture end.toml", "and start from there"},
		},
		Exit: cli.Codes{
			cli.OK:        "all runs repeated alike",
			cli.Failed:    "a run went another way than its trace",
			cli.Undecided: "alike as far as it goes, but a trace is not whole; or interrupted",
			cli.Usage:     "bad usage, or a file is not a trace",
		},
		Run: o.run,
	}
}

func (o *options) run(ctx context.Context, c *cli.Call) error {
	var out *outfile.File
	report := c.Stdout
	switch o.frozen {
	case "":
	case cli.Stream:
		report = c.Stderr
	default:
		var err error
		if out, err = outfile.Create(o.frozen, cli.FixtureFile(o.overwrite, c.Args...)); err != nil {
			return fmt.Errorf("-freeze: %w", err)
		}
		defer out.Abort()
	}
	var last replay.Run
	code := cli.OK
	for _, file := range c.Args {
		if err := repeat(ctx, c, file, func(r replay.Run) {
			write(report, file, r)
			if note := r.Ending.Note(); !r.Ending.Whole() {
				code = cli.Undecided
				fmt.Fprintf(report, "%s: undecided: %s\n", file, note)
			} else if note != "" {
				fmt.Fprintf(c.Stderr, "emulator replay: %s: %s: note: %s\n", file, r.Fixture, note)
			}
			last = r
		}); err != nil {
			return err
		}
	}
	if o.frozen == cli.Stream {
		if _, err := c.Stdout.Write(last.Freeze().TOML()); err != nil {
			return err
		}
	}
	if out != nil {
		if err := cli.WriteFixture(out, "replay -freeze", last.Freeze().TOML()); err != nil {
			return err
		}
	}
	return cli.Exit(code)
}

// repeat repeats the runs of a file.
func repeat(ctx context.Context, c *cli.Call, file string, done func(replay.Run)) error {
	in, err := cli.Input(ctx, file, c.Stdin)
	if err == nil {
		defer in.Close()
		err = replay.File(in, done)
	}
	if err == nil {
		return nil
	}
	err = fmt.Errorf("%s: %w", file, err)
	switch {
	case ctx.Err() != nil:
		return cli.Undecidedf("%s: interrupted", file)
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
