package scenario

import (
	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/emulator/check/verify"
	"rrmq.example/emulator/emulator/sim/world"
)

// A Checker watches a whole run and reports its findings at the end.
type Checker interface {
	world.Monitor
	// Checks returns the results of its checks so far, always the same checks in the same
	// order. The caller makes sure that nothing happens meanwhile.
	Checks() []Check
}

// NewCheckers returns the checkers of every run, for callers that run a cluster in another
// way. They start over with each world that they see; ask for their results before that.
func NewCheckers() []Checker { return newCheckers() }

// newCheckers returns the checkers of every run, in the order of their checks.
func newCheckers() []Checker {
	watched := invariant.New()
	return []Checker{invariants{watched}, judged{&verify.Monitor{}}, &clients{Recorder: history.NewRecorder(), invariants: watched}}
}
