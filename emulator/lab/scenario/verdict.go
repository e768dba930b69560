package scenario

import (
	"time"

	"rrmq.example/emulator/emulator/check/excerpt"
	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/play"
)

// A Status is the result of a scenario, or of one of its expectations.
type Status uint8

// The statuses, from best to worst. A scenario has the worst status of its expectations.
const (
	Passed        Status = iota
	NotObservable        // the target does not show enough to decide
	Undecided            // the run was interrupted, or the emulator failed
	Failed
	Error // the file is bad: its scenario could not run
)

// Statuses is the number of statuses.
const Statuses = int(Error) + 1

// String gives the status as reports write it.
func (s Status) String() string {
	switch s {
	case Passed:
		return "passed"
	case NotObservable:
		return "not observable"
	case Undecided:
		return "undecided"
	case Error:
		return "error"
	}
	return "failed"
}

// A Verdict is the result of one run of a scenario, or of several runs with equal results.
type Verdict struct {
	Name        string
	File        string // as given, or the embedded fixture's file
	Description string
	Paper       string
	Grade       play.Grade
	Seed        uint64
	Repeat      int // from 1, of Repeats
	Repeats     int

	// Count is the number of runs that the verdict stands for; 0 means 1. SimTime, WallTime
	// and Events are the sums of all of them, and the rest is of the first.
	Count int

	Status Status
	// Interrupted means that the run was interrupted or not reached. Then it is Undecided,
	// unless it failed before.
	Interrupted bool
	// Problem says why the scenario could not go on: a step without a node, a condition
	// that never came true, the time limit, a bad file. It is "" when the scenario ran to
	// its end.
	Problem string
	// Unprepared means that no expectation failed and that a step was not done, because its
	// once never came true or its nodes did not exist: the cluster was never in the state that
	// the scenario is about.
	Unprepared bool
	// Chance means that it is Unprepared because a node that the scenario has chosen did not
	// become or stay the leader, which Raft promises of no node.
	Chance bool
	// Findings has one finding for each expectation, in the order of the file. Then comes
	// one for each check that failed, or for each that the scenario must fail.
	Findings []Finding
	// Checks has the checks of every run, whatever the scenario expects.
	Checks []Check

	SimTime  time.Duration // the world's time at the end
	WallTime time.Duration
	Events   uint64 // of the world
	// Command repeats this run exactly.
	Command string

	// Excerpt has the records around the event at which the run failed; nil for one that did
	// not, and unless Options.Excerpt is set.
	Excerpt *excerpt.Excerpt

	// Foreign is what the run showed about programs that others wrote; nil for a cluster of
	// the emulator's own.
	Foreign *Foreign

	// Hidden means that the reader may not see the scenario. Run never sets it; package
	// report does, and then the verdict has a neutral name and nothing else.
	Hidden bool
}

// Runs returns the number of runs that the verdict stands for.
func (v *Verdict) Runs() int { return max(v.Count, 1) }

// A Check is the result of one of the checks of every run: an invariant, the trace against
// the rules of raft.tla, or the history of the clients.
type Check struct {
	Name   string // "election_safety", "trace", "linearizable", "lost", …
	Status Status
	Seen   string // the violation, with the section of the paper; "" without one
	// Excuse says why no node caused the violation: the fixture's state was impossible, a
	// disk was wiped, a message was forged. Then the Status is Passed.
	Excuse string
	Seq    uint64        // the record of the violation; 0 if there is none
	When   time.Duration // the world's time of that record
}

// A Finding is the result of one expectation.
type Finding struct {
	Line     int    // in the file; 0 for a check
	Expected string // in words: "leader=unique within 1 s of healed"
	Because  string
	Status   Status
	// Late means that it failed because it came true too late, but did come true.
	Late bool
	Seen string        // the state instead, in words; "" when it passed
	When time.Duration // the world's time of the decision
	// Trail has the last events about the expectation, one line each, the newest last.
	Trail []string
	// Why says what keeps the cluster from its work: a broken rule, no leader, entries that are
	// not committed, or why the client was refused that Trail ends with; "" if nothing does.
	Why string
}

// Foreign is the part of a Verdict that only programs have that others wrote.
type Foreign struct {
	Kind  course.Kind
	Share float64 // earned of the points, from 0 to 1
	// Excluded means that the points count on neither side: the scenario could not be
	// decided, or the fault was not the program's.
	Excluded bool
	// Flagged means that a person should look at the result.
	Flagged bool
	// Story tells, for the program's author, what was done, asked and answered, what would
	// have been right, and why.
	Story []string
	// Output has the last lines that each node printed.
	Output []string
	// Links says how the grader stood between the nodes: namespace, seccomp or proxy.
	Links string
	// Counts says what each link between two nodes carried and what faults did to it; none for
	// a single node.
	Counts []LinkCount
	// History has the requests that were judged and the faults, for history.Picture. The unit
	// of its times is a nanosecond. Requests after a restart that made a program forget are
	// left out.
	History *history.History
	// Roles says what each node said of its role and term, and when: by node, then by time.
	Roles []RoleSpan
	// Missed means that a limit of time decided: the run should be repeated alone before the
	// result counts.
	Missed bool
}

// A RoleSpan is a time during which a node always said the same about its role and term.
type RoleSpan struct {
	Node     int
	Role     string
	Term     uint64
	From, To time.Duration
}

// A LinkCount has the counters of what one node sent to another: its requests, and its answers
// to the requests of the other.
type LinkCount struct {
	From, To  int
	Requests  uint64 // that passed
	Answers   uint64 // that passed
	Other     uint64 // connections that are not HTTP
	Held      uint64 // messages or connections that a cut or a rule kept for a time
	Reset     uint64 // connections that were reset for a cut, a rule, or a node that was down
	Delayed   uint64 // messages
	Lost      uint64
	Copied    uint64
	Reordered uint64
}

// Seen reports whether anything came to the link.
func (c *LinkCount) Seen() bool {
	return c.Requests+c.Answers+c.Other+c.Held+c.Reset+c.Delayed+c.Lost+c.Copied+c.Reordered > 0
}
