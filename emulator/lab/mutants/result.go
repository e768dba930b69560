package mutants

import (
	"time"

	"rrmq.example/emulator/emulator/sim/bugs"
)

// An Outcome is how one run of the command ended.
type Outcome uint8

// The outcomes of a run.
const (
	Passed      Outcome = iota // exit status 0
	Failed                     // another exit status
	TimedOut                   // the command was killed after the timeout
	Broken                     // something else ended the command, so the run says nothing
	Interrupted                // the context ended
)

var outcomeNames = [...]string{"passed", "failed", "timed_out", "broken", "interrupted"}

// String gives the outcome as reports write it.
func (o Outcome) String() string { return outcomeNames[o] }

// noticed reports whether the suite found something wrong, or waited for what never
// happens.
func (o Outcome) noticed() bool { return o == Failed || o == TimedOut }

// A Run is one run of the command against a cluster of its own.
type Run struct {
	Seed    uint64 // of the cluster
	Outcome Outcome
	// Reason says in words how the command ended, such as "exit status 1".
	Reason   string
	ExitCode int // -1 unless the command ended by itself
	Time     time.Duration
	// Output is the end of the command's output.
	Output string
	// OutputFile and TraceFile are the kept files; "" when none was kept.
	OutputFile, TraceFile string
	// Clusters is the number of clusters that the suite used: the first one, and
	// those that it loaded.
	Clusters int
	// Sightings are the emulator's own checks that failed during the run.
	Sightings []Sighting
}

// A Sighting is a check of the emulator's own that failed during a run.
type Sighting struct {
	Check    string // its name, such as "leader_completeness"
	Seen     string // what was wrong when it first failed
	Clusters int    // the number of clusters in which it failed
}

// A Status says whether a suite catches a bug.
type Status uint8

// The statuses of a bug.
const (
	Caught  Status = iota // at least one run noticed
	Missed                // all runs passed
	Unknown               // not all runs have ended by themselves
)

var statusNames = [...]string{"caught", "missed", "unknown"}

// String gives the status as reports write it.
func (s Status) String() string { return statusNames[s] }

// A Result is how the suite did with one bug, or with none.
type Result struct {
	Bug  *bugs.Bug // nil: the nodes were healthy
	Runs []Run     // those that have ended, in the order of their seeds
}

// noticed counts the runs in which the suite found something wrong.
func (r *Result) noticed() int {
	n := 0
	for i := range r.Runs {
		if r.Runs[i].Outcome.noticed() {
			n++
		}
	}
	return n
}

// passed reports whether there are this many runs, and all passed.
func (r *Result) passed(runs int) bool {
	for i := range r.Runs {
		if r.Runs[i].Outcome != Passed {
			return false
		}
	}
	return len(r.Runs) == runs
}

// status returns what is known about the bug, for which this many runs are planned.
func (r *Result) status(runs int) Status {
	switch {
	case r.noticed() > 0:
		return Caught
	case r.passed(runs):
		return Missed
	}
	return Unknown
}

// time returns the time of all runs together.
func (r *Result) time() time.Duration {
	var sum time.Duration
	for i := range r.Runs {
		sum += r.Runs[i].Time
	}
	return sum
}

// sightings returns those of all runs, each check once, in the order in which they
// first failed.
func (r *Result) sightings() []Sighting {
	var all []Sighting
	for i := range r.Runs {
		for _, s := range r.Runs[i].Sightings {
			all = addSighting(all, s)
		}
	}
	return all
}

func addSighting(all []Sighting, s Sighting) []Sighting {
	for i := range all {
		if all[i].Check == s.Check {
			all[i].Clusters += s.Clusters
			return all
		}
	}
	return append(all, s)
}

// A Report says which bugs the suite catches.
type Report struct {
	options *Options
	Healthy Result
	// Bugs, in the order of the registry. Those without runs were not tried.
	Bugs        []Result
	Interrupted bool
}

// count counts the bugs with a status.
func (r *Report) count(s Status) int {
	n := 0
	for i := range r.Bugs {
		if r.Bugs[i].status(r.options.Repeat) == s {
			n++
		}
	}
	return n
}

// healthy reports whether the suite passes on healthy nodes. If not, the rest of the
// report means little.
func (r *Report) healthy() bool { return r.Healthy.passed(r.options.Repeat) }

// A Verdict is how the suite did as a whole.
type Verdict uint8

// The verdicts. Their numbers are the exit codes of emulator mutants, which the
// json report has.
const (
	AllCaught Verdict = iota
	SomeMissed
	Undecided // the suite fails on healthy nodes, something else ended a run, or it was interrupted
)

// Verdict returns how the suite did as a whole.
func (r *Report) Verdict() Verdict {
	switch {
	case r.Interrupted || !r.healthy() || r.count(Unknown) > 0:
		return Undecided
	case r.count(Missed) > 0:
		return SomeMissed
	}
	return AllCaught
}
