package target

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/grade/judge"
	"rrmq.example/emulator/emulator/grade/room"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/fixture"
)

// Options control a run.
type Options struct {
	Course *course.Course
	// Dir is a fresh copy of the submission. Run and the nodes may write there.
	Dir string
	// Mode is how the grader stands between the nodes; 0 is the best way that this machine
	// has.
	Mode room.Mode
	// File is the fixture's file, for the Verdict.
	File string
	// Repeat and Repeats are the Verdict's; 0 means 1.
	Repeat, Repeats int
	// Output, if not nil, gets the output of all nodes as it comes, each line after its
	// node's name.
	Output io.Writer
	// Progress, if not nil, is called with what the run does now. It must return at once.
	Progress func(string)
	// KeepRunning leaves the cluster up after a failure, until the context ends.
	KeepRunning bool
	// Kept, if not nil, is called with the verdict before the cluster is left up.
	Kept func(scenario.Verdict)
	// Attach is a node that the user starts; -1 for none. Its links are by proxy.
	Attach int
	// Own is the user's own folder, which Dir is a copy of; "" if there is none. Attached nodes
	// can start there.
	Own string
	// NoLimits lifts the limits on memory, tasks and output of nodes.
	NoLimits bool

	// open makes the rooms; nil: those of package room.
	open func(context.Context, room.Options) (rooms, error)
	// crowd measures how busy the machine is; nil: the machine itself.
	crowd func() (perCore float64, ok bool)
	// patient grants the grader any lateness: tests run on busy machines.
	patient bool
}

// ErrOptions means that the options cannot be used together.
var ErrOptions = errors.New("grade/target: options")

// Run runs the fixture's scenario once. See the package's contract.
func Run(ctx context.Context, f *fixture.Fixture, o Options) (scenario.Verdict, error) {
	if f.Scenario == nil {
		return scenario.Verdict{}, fmt.Errorf("%s: %w", f.Name, scenario.ErrNoScenario)
	}
	if err := o.fill(f); err != nil {
		return scenario.Verdict{}, err
	}
	t := newCluster(f, o)
	began := time.Now()
	err := t.open(ctx)
	if err == nil {
		err = t.start(ctx)
	}
	if err != nil && ctx.Err() == nil {
		t.fail(err)
	}
	v, err := scenario.On(ctx, stage{t}, f, scenario.Options{File: o.File, Repeat: o.Repeat, Repeats: o.Repeats, Real: true, Hasty: true})
	if v.Problem == errOver.Error() {
		v.Problem = "" // the judge says what ended it
	}
	sayUnknown(&v)
	fault := t.fault(ctx, err)
	e := t.evidence(f, fault)
	v.Foreign = judge.Foreign(context.WithoutCancel(ctx), &v, e)
	if o.KeepRunning && v.Status != scenario.Passed {
		if o.Kept != nil {
			o.Kept(v)
		}
		t.keep(ctx)
	}
	err = t.close()
	if fault == nil && err != nil {
		fault = err
		v.Foreign.Flagged = true
	}
	v.WallTime = time.Since(began)
	return v, fault
}

// sayUnknown says of a node without a role that it has told none.
func sayUnknown(v *scenario.Verdict) {
	say := func(s *string) {
		*s = strings.ReplaceAll(*s, "is "+unknownRole.String()+" in term 0", "has not told its role")
		*s = strings.ReplaceAll(*s, "is "+unknownRole.String(), "has not told its role")
	}
	say(&v.Problem)
	for i := range v.Findings {
		say(&v.Findings[i].Seen)
	}
}

// fill checks the options and sets those that were left out.
func (o *Options) fill(f *fixture.Fixture) error {
	switch {
	case o.Course == nil:
		return fmt.Errorf("%w: no course", ErrOptions)
	case o.Dir == "":
		return fmt.Errorf("%w: no directory of the submission", ErrOptions)
	case o.Attach >= len(f.Nodes):
		return fmt.Errorf("%w: there is no node %d to attach, the scenario has nodes 0 to %d", ErrOptions, o.Attach, len(f.Nodes)-1)
	}
	if o.Attach >= 0 {
		o.Mode = room.Proxy
	}
	if o.Mode == 0 {
		o.Mode = room.Best()
	}
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	if o.crowd == nil {
		o.crowd = crowd
	}
	if o.open == nil {
		o.open = func(ctx context.Context, r room.Options) (rooms, error) {
			made, err := room.New(ctx, r)
			if err != nil {
				return nil, err
			}
			return realRooms{made}, nil
		}
	}
	return nil
}
