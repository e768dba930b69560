package machine

import (
	"fmt"
	"slices"
	"strings"

	"rrmq.example/emulator/raft"
)

// A Machine is a replicated state machine. See the package's contract.
type Machine interface {
	Apply(c *Command) Result
	Foresee(c *Command) Result
	// Equal tells whether other, of the same type, has the same state.
	Equal(other Machine) bool
	// View copies the state for people and conditions. lastApplied is the index of
	// the last log entry that was applied, which the machine itself does not count.
	View(lastApplied raft.Index) View
	// Snapshot writes the state, and Restore replaces the state by one that Snapshot
	// wrote. When it returns an error, the state is as it was.
	Snapshot() []byte
	Restore(snapshot []byte) error
}

// A Type describes the machines of one kind.
type Type struct {
	Name string
	Ops  []*Operation
	New  func() Machine
	// Creates gives the name that a command brings into being, "" when it brings
	// none; and MakeUp a command for an entry that a fixture does not spell out, in
	// a log in which name was the first to be created, or "" when none was yet.
	Creates func(c *Command) string
	MakeUp  func(name string, index raft.Index, term raft.Term) *Command
}

// Equal tells whether both are the same type: each is there once.
func (t *Type) Equal(other *Type) bool { return t == other }

// Op finds an operation by its name.
func (t *Type) Op(name string) (*Operation, error) {
	for _, op := range t.Ops {
		if op.Name == name {
			return op, nil
		}
	}
	return nil, fmt.Errorf("unknown op %q, want one of %s", name, strings.Join(t.OpNames(), ", "))
}

// OpNames lists the names of the operations, in the table's order.
func (t *Type) OpNames() []string {
	names := make([]string, len(t.Ops))
	for i, op := range t.Ops {
		names[i] = op.Name
	}
	return names
}

// Args lists the arguments of all operations, each key once, in the table's order.
func (t *Type) Args() []Arg {
	var args []Arg
	for _, op := range t.Ops {
		for _, a := range op.Args {
			if !slices.ContainsFunc(args, func(known Arg) bool { return known.Key == a.Key }) {
				args = append(args, a)
			}
		}
	}
	return args
}

// A View is a machine's state: named lists of texts, in the machine's own order.
type View struct {
	Items       []Item
	LastApplied raft.Index
}

// An Item is a name with what the machine holds under it. Values is never nil.
type Item struct {
	Name   string
	Values []string
}
