package machine

import "slices"

// MaxArgs is the largest number of arguments that an operation has.
const MaxArgs = 2

// An Operation is what a client can ask of a machine: one row of its table.
type Operation struct {
	// Name is what fixtures, conditions and traces call it.
	Name string
	// Args are the arguments in order, at most MaxArgs.
	Args   []Arg
	Access Access
	// Creates: it brings the name into being that is its first argument.
	Creates bool
	// Gives is the shape of a result that is OK, and Key where JSON shows it.
	Gives Shape
	Key   string
	Doc   string
}

// String gives the operation's name.
func (op *Operation) String() string {
	if op == nil {
		return "no op"
	}
	return op.Name
}

// Equal tells whether both are the same row: a table has each operation once.
func (op *Operation) Equal(other *Operation) bool { return op == other }

// Fill gives the command with name for each argument that is a name, and text for
// each that is a free text.
func (op *Operation) Fill(name, text string) Command {
	c := Command{Op: op}
	for i, a := range op.Args {
		if c.Args[i] = name; a.Text {
			c.Args[i] = text
		}
	}
	return c
}

// With gives the command that asks for the operation with these arguments.
func (op *Operation) With(args ...string) Command {
	c := Command{Op: op}
	copy(c.Args[:], args)
	return c
}

// New is With for a log, which holds commands by their address.
func (op *Operation) New(args ...string) *Command {
	c := op.With(args...)
	return &c
}

// Takes tells whether the operation has an argument of this key.
func (op *Operation) Takes(key string) bool {
	return slices.ContainsFunc(op.Args, func(a Arg) bool { return a.Key == key })
}

// An Arg is an argument of an operation; every argument is a text.
type Arg struct {
	Key string
	Doc string
	// Text: it is a free text, which String always quotes. Others are names, which
	// String quotes where they need it.
	Text bool
}

// Access says what an operation does to the machine.
type Access uint8

// How operations access a machine.
const (
	Writes Access = iota // changes it, and answers no more than whether it did
	Reads                // changes nothing
	Takes                // answers with what it takes away
)

// A Shape says which field of a Result an operation fills, beside OK.
type Shape uint8

// The shapes of results.
const (
	Nothing Shape = iota
	Text
	List
)
