package target

import (
	"context"
	"errors"
	"io"

	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/fixture"
)

// Options control a run.
type Options struct {
	Course *course.Course
	// Dir is a fresh copy of the submission. Run and the nodes may write there.
	Dir string
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
	// Attach is a node that the user starts; -1 for none. It needs links by proxy.
	Attach int
	// NoLimits lifts the limits on memory, tasks and output of nodes.
	NoLimits bool
}

// Run runs the fixture's scenario once. See the package's contract.
func Run(_ context.Context, f *fixture.Fixture, _ Options) (scenario.Verdict, error) {
	return scenario.Verdict{Name: f.Name, Status: scenario.Undecided}, errors.New("grade/target: not built yet")
}
