package scenario

import (
	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/check/invariant"
	"rrmq.example/emulator/emulator/check/verify"
	"rrmq.example/emulator/emulator/sim/world"
)

// A Checker watches a whole run and tells in the end what it has found.
type Checker interface {
	world.Monitor
	// Checks tells how its checks came out so far, always the same ones in the same
	// order. It is called when nothing happens any more.
	Checks() []Check
}

// NewCheckers makes the checkers that every run has, for who runs a cluster by
// other means. They begin anew with each world that they see, and must have been
// asked before.
func NewCheckers() []Checker { return newCheckers() }

// newCheckers makes those that every run has, in the order of their checks.
func newCheckers() []Checker {
	watched := invariant.New()
	return []Checker{invariants{watched}, judged{&verify.Monitor{}}, &clients{Recorder: history.NewRecorder(), invariants: watched}}
}
