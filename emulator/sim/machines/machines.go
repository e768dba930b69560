// Package machines lists the machines that a cluster can replicate. It is the one
// place that names them: all else goes by the types listed here.
package machines

import (
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi/queue"
)

// All are the machines, the default first.
var All = []*machine.Type{queue.Type}

// Default is what a cluster replicates unless its fixture says otherwise.
func Default() *machine.Type { return All[0] }

// Names lists the machines' names.
func Names() []string {
	names := make([]string, len(All))
	for i, t := range All {
		names[i] = t.Name
	}
	return names
}

// Op finds an operation of any machine by its name; nil when there is none.
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
