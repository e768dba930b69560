package machine

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rrmq.example/emulator/raft"
)

// A Machine is a replicated state machine. See the package's contract.
type Machine interface {
	Apply(c *Command) Result
	Foresee(c *Command) Result
	// Equal reports whether other, of the same type, has the same state.
	Equal(other Machine) bool
	// View copies the state for people and conditions. lastApplied is the index of the last
	// applied log entry, which the machine itself does not count.
	View(lastApplied raft.Index) View
	// Freeze returns the state of this moment, in a time that hardly depends on its size.
	Freeze() Frozen
	// Snapshot writes the state, and Restore replaces the state by that of a Snapshot. An
	// error of Restore leaves the state as it was.
	Snapshot() []byte
	Restore(snapshot []byte) error
}

// Frozen is the state of a machine at one moment. It never changes, and may be read while the
// machine goes on, without a lock.
type Frozen interface {
	// View is Machine.View, and Snapshot is Machine.Snapshot, of that moment.
	View(lastApplied raft.Index) View
	Snapshot() []byte
}

// A Type describes the machines of one kind. It has at least one operation that writes.
type Type struct {
	Name string
	Ops  []*Operation
	New  func() Machine
}

// Equal reports whether both are the same type: each type exists once.
func (t *Type) Equal(other *Type) bool { return t == other }

// Op returns the operation with a name.
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

// Creator returns the first operation that creates a name, or nil.
func (t *Type) Creator() *Operation {
	return t.first(func(op *Operation) bool { return op.Creates })
}

// Writer returns the first operation that writes and creates nothing, or else the Creator.
func (t *Type) Writer() *Operation {
	return cmp.Or(t.first(func(op *Operation) bool { return op.Access == Writes && !op.Creates }), t.Creator())
}

func (t *Type) first(is func(*Operation) bool) *Operation {
	if i := slices.IndexFunc(t.Ops, is); i >= 0 {
		return t.Ops[i]
	}
	return nil
}

// Mark returns a write that contains name, which distinguishes it from all others.
func (t *Type) Mark(name string) Command { return cmp.Or(t.Creator(), t.Writer()).Fill(name, name) }

// MakeUp returns a command for an entry that a fixture does not specify. name is the first
// name that the log created, or "" if it created none yet.
func (t *Type) MakeUp(name string, index raft.Index, term raft.Term) *Command {
	var c Command
	if op := t.Creator(); name == "" && op != nil {
		c = op.Fill(fmt.Sprintf("term-%d", term), "")
	} else {
		c = t.Writer().Fill(name, fmt.Sprintf("entry %d of term %d", index, term))
	}
	return &c
}

// A View is a machine's state: named lists of texts, in the machine's own order.
type View struct {
	Items       []Item
	LastApplied raft.Index
}

// An Item is a name with the values that the machine holds for it. Values is never nil.
type Item struct {
	Name   string
	Values []string
}
