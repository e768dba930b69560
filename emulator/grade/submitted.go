package grade

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"rrmq.example/emulator/emulator/grade/room"
	"rrmq.example/emulator/emulator/grade/submission"
	"rrmq.example/emulator/emulator/grade/target"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/fault"
)

// Real says how runs start programs and stand between them.
type Real struct {
	// Mode is how the grader stands between the nodes; 0 is the best way of this machine.
	Mode room.Mode
	// Output, if not nil, gets what all nodes print, as it comes.
	Output io.Writer
	// Tell, if not nil, is called with what a run does and how to reach its nodes.
	Tell func(string)
	// KeepRunning leaves the nodes up after a failure, until the context ends.
	KeepRunning bool
	// Kept, if not nil, is called with the verdict before the nodes are left up.
	Kept func(*scenario.Verdict)
	// Attach is a node that the user starts; -1 for none.
	Attach int
	// NoLimits lifts the limits on memory, tasks and output of nodes.
	NoLimits bool

	own string // the program's folder, which copies are made of; "" for an archive
}

// Submitted grades the submission at a path: it copies and builds it, and runs the scenarios.
// Notes say what was left out or decided. The error is that of Run; or it says that there is
// nothing to read (submission.ErrNone) or that the machine lacks a command
// (submission.ErrCommand), and then there are no verdicts.
func Submitted(ctx context.Context, path string, r Real, o Options) (verdicts []scenario.Verdict, notes []string, err error) {
	building, cancel := context.WithCancel(ctx)
	defer cancel()
	if !o.Deadline.IsZero() {
		building, cancel = context.WithDeadlineCause(building, o.Deadline, ErrBudget)
		defer cancel()
	}
	s, err := submission.Open(building, path, submission.Options{Course: o.Course, Build: builder(r.NoLimits)})
	var problem *submission.Problem
	switch {
	case errors.As(err, &problem):
		notes = s.Notes
		verdicts = Refused(o.Course, o.Scenarios, problem)
		if o.Changed != nil {
			o.Changed(verdicts)
		}
		return verdicts, notes, s.Close()
	case err != nil && building.Err() != nil:
		return unreachedAll(o.Scenarios, context.Cause(building)), nil, nil
	case err != nil:
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	o.Copy = s.Copy
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		r.own = filepath.Join(path, s.Below)
	}
	if o.Once == nil {
		o.Once = r.once(&o)
	}
	verdicts, err = Run(ctx, o)
	return verdicts, s.Notes, err
}

// unreachedAll are the verdicts when nothing was reached.
func unreachedAll(scenarios []Scenario, cause error) []scenario.Verdict {
	var all []scenario.Verdict
	for i := range scenarios {
		v := undecided(&scenarios[i], reasonOf(cause)+" before it began")
		v.Interrupted = true
		all = append(all, v)
	}
	return all
}

// builder runs builds as nodes are run.
func builder(noLimits bool) submission.Builder {
	return func(ctx context.Context, dir string, args []string, output io.Writer) error {
		c := room.Command{Args: args, Dir: dir, Output: output}
		if _, err := room.Own(dir, c); err != nil {
			return err
		}
		return room.Build(ctx, c, room.Limits{None: noLimits})
	}
}

// once returns what runs a scenario on a real program.
func (r Real) once(o *Options) func(context.Context, *Job) (scenario.Verdict, error) {
	return func(ctx context.Context, j *Job) (scenario.Verdict, error) {
		if reason := NeedsLinux(runtime.GOOS, j.Fixture); reason != "" {
			v := blank(j.Scenario)
			v.Problem = reason
			Settle(&v, &scenario.Foreign{Kind: course.NotObservable, Story: []string{sentence(reason)}}, o.Course)
			return v, nil
		}
		if _, err := room.Own(j.Dir, room.Command{Args: o.Course.Start.Args, Env: o.Course.Start.Env}); err != nil {
			return undecided(j.Scenario, err.Error()), err
		}
		f := withLimits(j.Fixture, o.Course.Limits)
		if j.Hasty {
			f = hasty(f, o.Course.Limits)
		}
		return target.Run(ctx, f, target.Options{
			Course: o.Course, Dir: j.Dir, Mode: r.Mode, File: j.File, Output: r.Output, Progress: r.Tell,
			KeepRunning: r.KeepRunning, Kept: r.keep(j, o.Course), Attach: r.Attach, Own: r.own, NoLimits: r.NoLimits,
		})
	}
}

// keep notes that a run is over, so that ending its nodes does not undo its verdict, and passes
// the verdict on.
func (r Real) keep(j *Job, c *course.Course) func(scenario.Verdict) {
	return func(v scenario.Verdict) {
		j.Decided = true
		if r.Kept == nil || v.Foreign == nil {
			return
		}
		f := *v.Foreign
		Settle(&v, &f, c)
		v.Command = j.Command
		r.Kept(&v)
	}
}

// LinuxWords are in the problem of each scenario that cannot run on another system.
const LinuxWords = "needs Linux"

// NeedsLinux says why a scenario cannot run on a system, in the words of a report; "" if it
// can.
func NeedsLinux(goos string, f *fixture.Fixture) string {
	if goos != "windows" {
		return ""
	}
	for i := range f.Scenario.Steps {
		if a, ok := f.Scenario.Steps[i].Action.(play.NodeAction); ok && a.Change.Kind == fault.Pause {
			return "it pauses a node, which " + LinuxWords
		}
	}
	return ""
}

// ByParts sorts scenarios by the course's parts, then by the parts of the program's own course,
// which names those of the program's scenarios, then by the first of each further part. The
// order within a part stays.
func ByParts(c *course.Course, scenarios []Scenario) {
	order := append(slices.Clone(c.Parts), course.Default().Parts...)
	for i := range scenarios {
		order = append(order, scenarios[i].Fixture.Scenario.Grade.Part)
	}
	slices.SortStableFunc(scenarios, func(a, b Scenario) int {
		return cmp.Compare(slices.Index(order, a.Fixture.Scenario.Grade.Part), slices.Index(order, b.Fixture.Scenario.Grade.Part))
	})
}
