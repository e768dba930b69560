package verify

import (
	"rrmq.example/emulator/emulator/check/oracle"
	"rrmq.example/emulator/emulator/sim/world"
)

// SetupOf is setupOf, for tests.
var SetupOf = setupOf

// StartsOf is startsOf for what a decoder reads, for tests.
func StartsOf(c world.Config) []oracle.Start { return startsOf(&c, decoded) }
