package grade

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"rrmq.example/emulator/emulator/cmd/cli"
	engine "rrmq.example/emulator/emulator/grade"
	"rrmq.example/emulator/emulator/grade/room"
	"rrmq.example/emulator/emulator/grade/submission"
	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/text"
)

// start grades the submissions that the command line names.
func (o *options) start(ctx context.Context, c *cli.Call) error {
	if len(c.Args) == 0 {
		return cli.Usagef("there is nothing to grade; want the folder or the archive of a submission")
	}
	if o.usable == nil {
		o.usable = room.Usable
	}
	errs := []error{o.readCourse()}
	var list []engine.Scenario
	if o.rules != nil {
		var err error
		list, err = o.choose(c.Stderr)
		errs = append(errs, err)
	}
	for _, path := range c.Args {
		errs = append(errs, submission.Check(path))
	}
	works, err := o.works(c.Args, c.Stdout)
	defer closeAll(works)
	summary, sumErr := o.openSummary(c.Args)
	defer summary.abort()
	if err := errors.Join(append(errs, err, sumErr)...); err != nil {
		return cli.WithCode(cli.Usage, err)
	}
	if err := o.chooseLinks(); err != nil {
		return cli.WithCode(cli.Environment, fmt.Errorf("-links %s: %w", o.links, err))
	}
	o.announce(c, len(works), list)
	worst := cli.OK
	for i, w := range works {
		if len(works) > 1 {
			heading(c, i, w)
			w.place = fmt.Sprintf("%s (%d of %d): ", text.Printable(w.name), i+1, len(works))
		}
		code, err := o.grade(ctx, c, w, list)
		if err != nil {
			fmt.Fprintf(c.Stderr, "%s: %s: %v\n", c.Command(), w.path, err)
		}
		worst = max(worst, code)
		if err := summary.keep(works[:i+1], works[i+1:]); err != nil {
			fmt.Fprintf(c.Stderr, "%s: -summary %v\n", c.Command(), err)
			worst = max(worst, cli.Environment)
		}
	}
	tableOf(c, works)
	return cli.Exit(worst)
}

// announce says, before anything runs, what the user should know about the whole run.
func (o *options) announce(c *cli.Call, submissions int, list []engine.Scenario) {
	if submissions > 1 {
		took := "without -budget, nothing bounds how long they take"
		if o.budget > 0 {
			took = fmt.Sprintf("at most %s each, %s together", o.budget, time.Duration(submissions)*o.budget)
		}
		fmt.Fprintf(c.Stderr, "%s: %s, %s: %s\n", c.Command(), text.Count(submissions, "submission"), text.Count(len(list), "scenario"), took)
	}
	if o.attach >= 0 {
		fmt.Fprintf(c.Stderr, "%s: -attach: links between the nodes are by proxy, so node %d finds the others in a config file of its own\n", c.Command(), o.attach)
	}
}

func closeAll(works []*work) {
	for _, w := range works {
		_ = w.outs.Close()
	}
}

// heading names a submission above its table.
func heading(c *cli.Call, i int, w *work) {
	if i > 0 {
		fmt.Fprintln(c.Stdout)
	}
	fmt.Fprintf(c.Stdout, "%s\n", text.Printable(w.path))
}

// grade grades one submission and returns its exit code. The error is the machine's.
func (o *options) grade(ctx context.Context, c *cli.Call, w *work, list []engine.Scenario) (int, error) {
	began := time.Now()
	scenarios := make([]engine.Scenario, len(list))
	for i, s := range list {
		s.Command = o.repeats(w.path, s.Fixture.Name)
		scenarios[i] = s
	}
	progress := &engine.Progress{}
	var kept error
	say := c.Stderr
	end := func() {}
	if o.output || o.single() {
		say = &locked{out: c.Stderr}
	} else {
		end = cli.Keep(c.Stderr, func() string { return w.place + cmp.Or(progress.String(), "it is copied and built") })
	}
	verdicts, notes, err := engine.Submitted(ctx, w.path, o.real(say), engine.Options{
		Course: o.rules, Scenarios: scenarios, Once: o.once, Parallel: o.workers(),
		Deadline: engine.StartedBy(began, o.budget), Progress: progress, Single: o.single(),
		Changed: func(v []scenario.Verdict) { kept = errors.Join(kept, o.keep(w, v)) },
	})
	end()
	for _, note := range notes {
		fmt.Fprintf(c.Stderr, "%s: %s: %s\n", c.Command(), w.path, text.Printable(note))
	}
	if verdicts == nil && err != nil {
		w.sum = report.Summary{Submission: w.name, Failure: err.Error()}
		return codeOf(err), err
	}
	w.sum = report.Summarize(w.name, o.audience().Show(verdicts))
	interrupted := ctx.Err() != nil && slices.ContainsFunc(verdicts, func(v scenario.Verdict) bool { return v.Status == scenario.Undecided })
	if interrupted {
		fmt.Fprintf(c.Stderr, "%s: interrupted: the rest is undecided\n", c.Command())
	}
	err = errors.Join(err, o.report(c, w, verdicts), o.draw(context.WithoutCancel(ctx), w, verdicts))
	if kept != nil && err == nil {
		err = kept
	}
	if err != nil {
		return cli.Environment, err
	}
	return o.exitCode(verdicts, interrupted), nil
}

// real says how to start programs.
func (o *options) real(say io.Writer) engine.Real {
	r := engine.Real{Kept: o.kept(say), Mode: o.mode, KeepRunning: o.keepRunning, Attach: o.attach, NoLimits: o.noLimits}
	if o.output {
		r.Output = say
	}
	if o.single() {
		r.Tell = func(s string) { fmt.Fprintln(say, s) }
	}
	return r
}

// A locked writer is written to by several at once.
type locked struct {
	mu  sync.Mutex
	out io.Writer
}

func (l *locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.Write(b)
}

// codeOf is the exit code of a submission without verdicts.
func codeOf(err error) int {
	if errors.Is(err, submission.ErrNone) {
		return cli.Usage
	}
	return cli.Environment
}

// exitCode says whether all is decided that the readers may see.
func (o *options) exitCode(verdicts []scenario.Verdict, interrupted bool) int {
	if interrupted {
		return cli.Undecided
	}
	for i := range verdicts {
		if v := &verdicts[i]; v.Status == scenario.Undecided && o.audience().Sees(v.Grade) {
			return cli.Undecided
		}
	}
	return cli.OK
}

// repeats is the command line that runs one scenario of a submission alone.
func (o *options) repeats(path, name string) string {
	words := []string{"emulator", "grade", operand(path)}
	add := func(flag, value string) {
		if value != "" {
			words = append(words, flag, value)
		}
	}
	add("-course", o.course)
	if o.scenarios != courseSet {
		add("-scenarios", o.scenarios)
	}
	if o.links != auto {
		add("-links", o.links)
	}
	if o.seed != nil {
		add("-seed", fmt.Sprint(*o.seed))
	}
	add("-run", name)
	return text.ShellWords(words...)
}

// operand writes a path so that it is not read as a flag.
func operand(path string) string {
	if path != "" && path[0] == '-' {
		return "." + string(os.PathSeparator) + path
	}
	return path
}
