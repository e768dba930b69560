// Package run is the subcommand emulator run: it finds scenarios, runs them, several
// at once, and reports their verdicts.
//
// The contract:
//
//  1. It reports every problem of the command line or of a report's path together, before it
//     runs anything. If there is one, it runs nothing.
//  2. A bad file stops no other: its verdict is an error, with the points that its [grade]
//     gives, and the exit code is cli.Usage whatever the others show. In a folder, a file
//     that is plainly no fixture is left out with a note.
//  3. Verdicts come in the order of the files and of the seeds, whatever ran first. Equal runs
//     of a scenario share one verdict, see report.Collector.
//  4. An interrupted command keeps its results. Runs that were not reached, or did not end, are
//     undecided in all reports, with their points, so that totals are complete. The same goes
//     for -fail-fast.
//  5. With -audience student no output depends on what a hidden scenario holds or does.
//
// Files: command.go describes the command, choose.go finds the scenarios, pool.go runs
// them, audience.go says what their readers may see, output.go makes the files and directories that it writes.
package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/text"
)

// start runs the scenarios that the command line names.
func (o *options) start(ctx context.Context, c *cli.Call) error {
	o.names = c.Args
	if len(o.names) == 0 {
		return cli.Usagef("there is nothing to run; want names, files, directories, or all")
	}
	o.complete()
	cases, err := choose(o, c.Stderr)
	if err != nil {
		return cli.WithCode(cli.Usage, err)
	}
	if err := o.open(c.Stdout, cases); err != nil {
		return cli.WithCode(cli.Usage, errors.Join(err, o.reports.Close()))
	}
	p := newPool(o, cases)
	if os.Getenv("GOGC") == "" {
		// Little is kept of many runs, so that the garbage collector would run all the time.
		defer debug.SetGCPercent(debug.SetGCPercent(400))
	}
	end := cli.Keep(c.Stderr, p.line)
	verdicts, failure := p.run(ctx)
	end()
	if n := p.total - p.ended; n > 0 {
		fmt.Fprintf(c.Stderr, "%s: %s: %d of %s did not end\n", c.Command(), p.stopped(ctx), n, text.Count(p.total, "run"))
	}
	if slices.ContainsFunc(cases, func(b runCase) bool { return b.bad != nil && !o.sees(&b) }) {
		fmt.Fprintf(c.Stderr, "%s: %v\n", c.Command(), errConcealed)
	}
	failure = errors.Join(failure, o.report(c, o.audience().Show(verdicts)))
	if failure != nil {
		return cli.WithCode(cli.Environment, failure)
	}
	return cli.Exit(exitCode(o.counted(verdicts), ctx.Err() != nil))
}

// report prints the table and writes the reports.
func (o *options) report(c *cli.Call, verdicts []scenario.Verdict) error {
	table := c.Stdout
	if o.reports.OnStdout() {
		table = c.Stderr
	}
	report.Table(table, verdicts, report.TableOptions{
		Verbose: o.verbose, Style: cli.Style(table, o.color, report.TableWidth),
	})
	err := o.reports.Write(func(kind string, to io.Writer) error { return report.Write(kind, to, verdicts) })
	return errors.Join(err, o.reports.Close())
}

// exitCode returns the code for all verdicts together: a bad file comes before everything,
// and an interrupt before a failure, because not everything was run.
func exitCode(verdicts []scenario.Verdict, interrupted bool) int {
	worst := scenario.Passed
	for _, v := range verdicts {
		worst = max(worst, v.Status)
	}
	switch {
	case worst == scenario.Error:
		return cli.Usage
	case interrupted:
		return cli.Undecided
	case worst == scenario.Failed:
		return cli.Failed
	case worst != scenario.Passed:
		return cli.Undecided
	}
	return cli.OK
}
