// Package mutants is the subcommand emulator mutants: it has package lab/mutants run a
// suite of tests against planted bugs, and writes the reports. Errors in the command
// line are reported before anything runs.
package mutants

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/mutants"
	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/text/outfile"
)

// variables explains the environment of the suite's command.
var variables = [][2]string{
	{"EMULATOR_URL      {admin}", "URL of the admin API; also in EMULATOR_ADMIN"},
	{"EMULATOR_NODES    {nodes}", "URLs of the nodes in order, separated by commas"},
	{"EMULATOR_CONFIG   {config}", "path of a config.json with the nodes' addresses"},
	{"EMULATOR_SEED     {seed}", "the number that feeds the cluster's random draws"},
	{"EMULATOR_FIXTURE  {fixture}", "name of the fixture from which the cluster starts"},
	{"EMULATOR", "path of this program, unless it is set already"},
	{"                  {bug}", "name of the bug, for suites that start their own clusters; for healthy nodes the argument is left out"},
}

// Command is emulator mutants.
func Command() *cli.Command {
	o := &options{}
	kinds := [][2]string{{"text", "the table, as it is printed"}}
	for _, k := range report.Kinds() {
		if k.Name == "json" {
			k.Help = "everything that is known, under stable names"
		}
		kinds = append(kinds, [2]string{k.Name, k.Help})
	}
	return &cli.Command{
		Name:     "mutants",
		Operands: "-- COMMAND...", Min: 1, Max: cli.Any, Verbatim: true,
		Summary: "count the planted bugs that a suite of tests catches",
		About: `Measures how good a suite of tests is. COMMAND runs the suite against the cluster
that its environment names, and exits with 0 if it finds nothing wrong. It runs against a
healthy cluster first, where it must pass. Then it runs against a new cluster for each bug of
emulator bugs, planted in all nodes: a suite that exits with another status, or that times out,
has caught the bug. For each missed bug the report says what it does, and whether the emulator's
own checks failed: if so, the suite triggers the bug and does not check the effect; if not, it
may not trigger the bug.

A suite may load other fixtures (PUT /v1/fixture): their nodes also have the bug, and healing
keeps it. Processes that COMMAND leaves behind end with it.`,
		Flags: o.flags(kinds),
		Notes: []cli.Note{
			{Title: "Variables in the environment of COMMAND, and placeholders in its arguments", Rows: variables},
			{Title: "Kinds of reports", Rows: kinds},
		},
		Examples: cli.Examples{
			{"emulator mutants -- pytest -q suite", "with EMULATOR_URL in the suite"},
			{"emulator mutants -clock virtual -- ./suite.sh", "in virtual time, which the suite advances"},
			{"emulator mutants -- ./suite -url {admin}", "with the URL as an argument"},
			{"emulator mutants -bugs 'vote_*,commit_old_term' -v -- ./suite.sh", "some bugs, with the suite's output"},
			{"emulator mutants -parallel 4 -repeat 3 -- ./suite.sh", "four bugs at once, three runs for each"},
			{"emulator mutants -base-port 8567 -admin 127.0.0.1:8500 -- ./suite.sh", "on fixed ports"},
			{"emulator mutants -report junit=mutants.xml -out runs -- ./suite.sh", "with a report and all outputs"},
			{"emulator mutants -- emulator run grading -bug={bug}", "scenarios, which need no cluster"},
		},
		Exit: cli.Codes{
			cli.OK:          "all bugs caught",
			cli.Failed:      "some bugs missed",
			cli.Undecided:   "undecided: the suite fails on healthy nodes, something else ended a run, or it was interrupted",
			cli.Usage:       "bad usage, or a bad file; nothing was run",
			cli.Environment: "a port, the disk, or a command that cannot be started",
		},
		Run: o.run,
	}
}

func (o *options) run(ctx context.Context, c *cli.Call) error {
	if err := o.complete(c); err != nil {
		return err
	}
	if _, err := exec.LookPath(o.Command[0]); err != nil {
		return cli.WithCode(cli.Environment, fmt.Errorf("%w: %w", mutants.ErrCommand, err))
	}
	if err := o.open(c.Stdout); err != nil {
		return cli.WithCode(cli.Usage, errors.Join(err, o.reports.Close()))
	}
	r, err := o.measure(ctx, c.Stderr)
	if err = errors.Join(err, o.write(r, c), o.reports.Close()); err != nil {
		return cli.WithCode(cli.Environment, err)
	}
	switch r.Verdict() {
	case mutants.AllCaught:
		return nil
	case mutants.SomeMissed:
		return cli.Exit(cli.Failed)
	}
	return cli.Exit(cli.Undecided)
}

// measure runs the suite. Standard error shows the suite's output, or else the progress.
func (o *options) measure(ctx context.Context, stderr io.Writer) (*mutants.Report, error) {
	if o.verbose {
		o.Live = stderr
	} else {
		m := &meter{}
		o.Progress = m.set
		defer cli.Keep(stderr, m.line)()
	}
	return mutants.Measure(ctx, o.Options)
}

// open opens every report and makes the directory of -out before anything runs. The
// reports must be closed in any case.
func (o *options) open(stdout io.Writer) error {
	err := o.reports.Open(stdout, o.overwrite, o.name)
	if o.Out != "" {
		if bad := outfile.Dir(o.Out); bad != nil {
			err = errors.Join(err, fmt.Errorf("-out: %w", bad))
		}
	}
	return err
}

// write writes the table and every report. The table goes to standard error if a report
// goes to standard output.
func (o *options) write(r *mutants.Report, c *cli.Call) error {
	table := c.Stdout
	if o.reports.OnStdout() {
		table = c.Stderr
	}
	return errors.Join(r.WriteText(table, cli.Style(table, o.color, 0)), o.reports.Write(r.Write))
}
