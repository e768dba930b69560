// Package mutants measures how good a suite of tests is. It runs the suite against
// a healthy cluster, which must pass, and then against one cluster for each planted
// bug, which should not.
//
// The contract:
//
//  1. A suite that does not pass on healthy nodes catches nothing: the report says
//     so, and no bug is tried, unless Options.KeepGoing is set.
//  2. Each run of the command has a cluster of its own. After the run its ports are
//     free, and every process that the command started has ended: the command is a
//     process group, which is always killed. On systems without process groups only
//     the command's own process is.
//  3. The bug is in every cluster of the run, also in those that the suite loads
//     itself. The command's environment does not name the bug; the admin API does.
//  4. Results come in the order of Options.Bugs, whatever ran first.
//  5. An interrupted run reports what it knows so far.
//
// A bounded part of the command's output is kept.
//
// Files: mutants.go the options, where.go which nodes get the bug, campaign.go the
// order of the runs. cluster.go the cluster that the command tests, watch.go the
// emulator's own checks. command.go and process*.go run the command, output.go keeps
// its output. progress.go how far the runs are, result.go their outcomes, report.go,
// text.go, json.go and verdict.go the report.
package mutants

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/bugs"
	"rrmq.example/emulator/emulator/text"
)

// Options say what is run, and against which clusters. Every field must be set,
// except those whose comment names a zero value.
type Options struct {
	// Command is the suite's program and its arguments.
	Command []string
	// Fixture is the start of every cluster; its seed and ports are not used.
	Fixture *fixture.Fixture
	Clock   host.ClockMode
	// Bugs are tried in this order.
	Bugs []*bugs.Bug
	// On says which nodes get the bug.
	On Where
	// Timeout ends a run of the command, which then counts as caught.
	Timeout time.Duration
	// Parallel is the number of bugs tried at once.
	Parallel int
	// Repeat is the number of runs for each bug, with seeds that count up from Seed.
	Repeat int
	Seed   uint64
	// BasePort and Admin are where each cluster listens; port 0 is any free one.
	BasePort int
	Admin    string
	// KeepGoing tries the bugs though the suite fails on healthy nodes.
	KeepGoing bool
	// Out is the directory for each run's output and trace; "" keeps none.
	Out string
	// Live receives the command's output line by line while it runs; nil: nobody looks on.
	Live io.Writer
	// Progress is called when a run begins and when it ends, never twice at once; nil: no calls.
	Progress func(Progress)
	// Again gives the command line that runs the suite in the same way, with further
	// flags of emulator mutants. Reports show it; nil: they do not.
	Again func(flags ...string) []string
}

// Measure runs the command against all clusters: the healthy one first. An interrupted
// run is no error. An error means a port, the disk, or a command that cannot be
// started (ErrCommand); the Report then holds what is known so far.
func Measure(ctx context.Context, o Options) (*Report, error) {
	return newCampaign(&o).run(ctx)
}

// again is the command line that runs the suite again; "" if none is known.
func (o *Options) again(flags ...string) string {
	if o.Again == nil {
		return ""
	}
	return text.ShellWords(o.Again(flags...)...)
}

// usesOwn reports whether the suite starts clusters of its own, with the bug that
// its arguments name. The given cluster stays idle then, and checks of it say
// nothing about the suite.
func (o *Options) usesOwn() bool {
	return slices.ContainsFunc(o.Command[1:], func(w string) bool { return strings.Contains(w, "{bug}") })
}
