package scenario

import (
	"time"

	"rrmq.example/emulator/emulator/script/play"
)

// A Status is how a scenario, or one of its expectations, came out.
type Status uint8

// The statuses, from best to worst. A scenario has the worst of its
// expectations.
const (
	Passed        Status = iota
	NotObservable        // the target does not show what it takes to tell
	Undecided            // it could not be found out: the run was interrupted, or the emulator failed
	Failed
)

// String gives the status as reports write it.
func (s Status) String() string {
	switch s {
	case Passed:
		return "passed"
	case NotObservable:
		return "not observable"
	case Undecided:
		return "undecided"
	}
	return "failed"
}

// A Verdict is how one run of a scenario came out.
type Verdict struct {
	Name        string
	File        string // as given, or the embedded fixture's file
	Description string
	Paper       string
	Grade       play.Grade
	Seed        uint64
	Repeat      int // from 1, of Repeats
	Repeats     int

	Status Status
	// Problem says in words why the scenario could not go on: a step that found
	// nobody, a condition that never came, the time limit. "" when it could.
	Problem string
	// Findings, one for each expectation, in the order of the file; then one for each
	// check that failed, or for each that the scenario is to fail.
	Findings []Finding
	// Checks are those that every run has, whatever its scenario expects.
	Checks []Check

	SimTime  time.Duration // the world's time at the end
	WallTime time.Duration
	Events   uint64 // of the world
	// Command repeats this very run.
	Command string
}

// A Check is how one of the checks came out that every run has: an invariant, the
// trace against the rules of raft.tla, or the history of the clients.
type Check struct {
	Name   string // "election_safety", "trace", "linearizable", "lost", …
	Status Status
	Seen   string // what is wrong, in words, with the section of the paper; "" when nothing is
	// Excuse says why the nodes are not to blame for what is wrong: the fixture's
	// state was impossible, a disk was wiped, a message was made up. Then the Status
	// is Passed.
	Excuse string
	Seq    uint64        // the record at which it went wrong; 0 when it was not one
	When   time.Duration // and the world's time then
}

// A Finding is how one expectation came out.
type Finding struct {
	Line     int    // in the file; 0 when it is about a check
	Expected string // in words: "leader=unique within 1 s of healed"
	Because  string
	Status   Status
	Seen     string        // what was there instead, in words; "" when it passed
	When     time.Duration // the world's time at which it was decided
	// Trail are the last events that bear on it, the newest last, one line each
	// in words.
	Trail []string
}
