// Package explore is the subcommand emulator explore: it has package lab/explore
// look for failures, makes each failure small, and writes it to a file that emulator
// run fails in the same way.
//
// The contract:
//
//  1. Errors in the command line or a file are reported before anything runs.
//  2. A file is written only after it was read back and run: its verdict is the
//     reported one, byte for byte.
//  3. An interrupted exploration reports what it knows, and makes no failure small.
//
// Files: command.go is the subcommand, options.go its flags, progress.go the progress
// line, failure.go writes failures, report.go the report, repeat.go is -only.
package explore

import (
	"context"
	"errors"
	"io"
	"strings"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/explore"
	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/lab/scenario"
)

// Command is emulator explore.
func Command() *cli.Command {
	o := &options{}
	var kinds [][2]string
	for _, k := range explore.Kinds() {
		kinds = append(kinds, [2]string{k.Name, k.Help})
	}
	return &cli.Command{
		Name:    "explore",
		Summary: "look for failures in thousands of random schedules",
		About: `Runs a cluster under random schedules, each from its own seed: clients send requests
while nodes crash, pause and time out, links are cut, and messages are dropped, delayed,
duplicated and reordered. Every run has all checks: the invariants of Figure 3, the rules of
raft.tla, the clients' history. Some runs heal the cluster at the end; it must then elect a
leader, answer and agree. Time is virtual, so ten seconds take some milliseconds.

A failure is made small and written as a fixture that emulator run fails in the same way. The
results depend only on the flags and the seed, not on -parallel.

emulator systematic follows every schedule of a small cluster instead.`,
		Flags: o.flags(),
		Notes: []cli.Note{
			{Title: "Kinds of reports, on the failures as they were written", Rows: report.KindRows()},
			{Title: "Kinds of faults (-faults)", Rows: kinds},
			{Title: "Checks (-check)", Text: strings.Join(explore.CheckNames(), ", ")},
		},
		Examples: cli.Examples{
			{"emulator explore", "a thousand runs of five new nodes"},
			{"emulator explore -duration 10m -keep-going", "ten minutes, despite failures"},
			{"emulator explore -fixture figure_7", "from a fixture's start, without its scenario"},
			{"emulator explore -nodes 3 -faults crash,storage,drop", "three kinds of faults"},
			{"emulator explore -faults -hold,-skew", "all kinds except two"},
			{"emulator explore -bug commit_old_term", "how soon is this bug found?"},
			{"emulator explore -bug commit_old_term -check -trace", "and how soon does it do harm?"},
			{"emulator explore -bug vote_twice@0 -nodes 3", "a bug in one node of three"},
			{"emulator explore -bug vote_twice -report html=found.html", "play the failures in a browser"},
			{"emulator explore -seed 1 -only 17", "run 17 alone, its schedule as a fixture"},
			{"emulator run failures/*.toml", "the failures again"},
		},
		Exit: cli.Codes{
			cli.OK:          "nothing failed",
			cli.Failed:      "a run failed a check",
			cli.Undecided:   "interrupted; the report says what is known",
			cli.Environment: "the disk or the like",
		},
		Run: o.run,
	}
}

func (o *options) run(ctx context.Context, c *cli.Call) error {
	if err := o.complete(c); err != nil {
		return err
	}
	if c.Given("only") {
		if c.Given("report") {
			return cli.Usagef("-report is for failures, and -only prints a fixture; emulator run -report takes that fixture")
		}
		return o.repeatOne(ctx, c)
	}
	if err := o.makeOut(c); err != nil {
		return err
	}
	if err := o.reports.Open(c.Stdout, o.overwrite, o.name); err != nil {
		return cli.WithCode(cli.Usage, errors.Join(err, o.reports.Close()))
	}
	err := o.explore(ctx, c)
	if bad := o.reports.Close(); bad != nil {
		return errors.Join(err, bad)
	}
	return err
}

// explore explores, and reports the failures.
func (o *options) explore(ctx context.Context, c *cli.Call) error {
	line := cli.New(c.Stderr)
	summary, err := explore.Explore(ctx, o.Options, func(s *explore.Summary) { line.Tell(progressLine(o, s)) })
	r := outcome{options: o, summary: summary}
	var verdicts []scenario.Verdict
	for i := range summary.Failures {
		found, bad := shrinkAndWrite(ctx, o, &summary.Failures[i], line)
		r.failures = append(r.failures, found)
		if found.verdict != nil {
			verdicts = append(verdicts, *found.verdict)
		}
		err = errors.Join(err, bad)
	}
	line.Clear()
	out := c.Stdout
	if o.reports.OnStdout() {
		out = c.Stderr
	}
	err = errors.Join(err, r.write(out), o.reports.Write(func(kind string, to io.Writer) error { return report.Write(kind, to, verdicts) }))
	switch {
	case err != nil:
		return cli.WithCode(cli.Environment, err)
	case summary.Failed > 0:
		return cli.Exit(cli.Failed)
	case summary.Interrupted:
		return cli.Undecidedf("interrupted")
	}
	return nil
}
