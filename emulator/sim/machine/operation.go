package machine

import (
	"slices"

	"rrmq.example/emulator/emulator/text/bounds"
)

// MaxArgs is the greatest number of arguments of an operation.
const MaxArgs = 2

// An Operation is a request that a client can make of a machine: one row of its table.
type Operation struct {
	// Name is the operation's name in fixtures, conditions and traces.
	Name string
	// Args are the arguments in order, at most MaxArgs.
	Args   []Arg
	Access Access
	// Creates says that the operation creates the name in its first argument.
	Creates bool
	// Gives is the shape of a result that is OK, and Key is the result's key in JSON.
	Gives Shape
	Key   string
	Doc   string
}

// String returns the operation's name.
func (op *Operation) String() string {
	if op == nil {
		return "no op"
	}
	return op.Name
}

// Equal reports whether both are the same row: a table has each operation once.
func (op *Operation) Equal(other *Operation) bool { return op == other }

// Fill returns the command with name for each argument that is a name, and text for each
// that is a free text.
func (op *Operation) Fill(name, text string) Command {
	c := Command{Op: op}
	for i, a := range op.Args {
		if c.Args[i] = name; a.Text {
			c.Args[i] = text
		}
	}
	return c
}

// With returns the operation's command with these arguments.
func (op *Operation) With(args ...string) Command {
	c := Command{Op: op}
	copy(c.Args[:], args)
	return c
}

// New is With for a log, which holds pointers to commands.
func (op *Operation) New(args ...string) *Command {
	c := op.With(args...)
	return &c
}

// Takes reports whether the operation has an argument with this key.
func (op *Operation) Takes(key string) bool {
	return slices.ContainsFunc(op.Args, func(a Arg) bool { return a.Key == key })
}

// An Arg is an argument of an operation; every argument is a text.
type Arg struct {
	Key string
	Doc string
	// Text says that the argument is a free text, which String always quotes. The others
	// are names, which String quotes if necessary.
	Text bool
	// Bound bounds the argument.
	Bound *bounds.Text
}

// Wrong says which argument of a command breaks its bound, and how; "" if none does.
func (c *Command) Wrong() (key, wrong string) {
	if c.None() {
		return "", ""
	}
	for i := range c.Op.Args {
		a := &c.Op.Args[i]
		if wrong := a.Bound.Wrong(c.Args[i]); wrong != "" {
			return a.Key, wrong
		}
	}
	return "", ""
}

// Access says what an operation does to the machine.
type Access uint8

// How operations access a machine.
const (
	Writes Access = iota // changes it, and only answers whether it did
	Reads                // changes nothing
	Takes                // removes the value with which it answers
)

// A Shape says which field of a Result an operation fills, beside OK.
type Shape uint8

// The shapes of results.
const (
	Nothing Shape = iota
	Text
	List
)
