// Package machines lists the machines that a cluster can replicate. Only this package names
// them: all other code uses the types listed here.
package machines

import (
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
)

// All are the machines, the default first.
var All = []*machine.Type{queue.Type}

// Default returns the machine that a cluster replicates if its fixture names none.
func Default() *machine.Type { return All[0] }

// Names lists the machines' names.
func Names() []string {
	names := make([]string, len(All))
	for i, t := range All {
		names[i] = t.Name
	}
	return names
}

// Op returns an operation of any machine by its name, or nil.
func Op(name string) *machine.Operation {
	for _, t := range All {
		if op, err := t.Op(name); err == nil {
			return op
		}
	}
	return nil
}

// OpNames lists the names of all machines' operations.
func OpNames() []string {
	var names []string
	for _, t := range All {
		names = append(names, t.OpNames()...)
	}
	return names
}
