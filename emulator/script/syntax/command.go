package syntax

import (
	"strconv"

	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/raft"
)

// An Operation is a command as the keys of a table give it: op, and one for each
// argument.
type Operation struct {
	Command machine.Command
	HasOp   bool
	Machine *machine.Type     // whose operation it is
	given   map[string]string // by key: the arguments that are there
	unsound bool              // an argument has been reported
}

// ReadOperation reads an operation of a machine with its arguments.
func ReadOperation(t *source.Table, m *machine.Type) Operation {
	op, ok := t.Choice("op", m.OpNames())
	o := Operation{Machine: m, HasOp: ok}
	o.ReadArguments(t)
	if ok {
		o.Is(m.Ops[op])
	}
	return o
}

// ReadArguments reads the arguments of an operation that Is says afterwards.
func (o *Operation) ReadArguments(t *source.Table) {
	o.given = map[string]string{}
	sound := t.Value.Sound()
	for _, a := range o.Machine.Args() {
		var text string
		if t.TextWithin(a.Key, a.Bound, &text) {
			o.given[a.Key] = text
		}
	}
	o.unsound = !sound()
}

// Is says which operation it is.
func (o *Operation) Is(op *machine.Operation) {
	o.Command.Op = op
	for i, a := range op.Args {
		o.Command.Args[i] = o.given[a.Key]
	}
}

// Check reports at v, the table with the arguments, which arguments the operation
// lacks and which it does not take.
func (o *Operation) Check(v *source.Value) {
	o.check(v, func(at *source.Value) {
		at.Report("means nothing with op = %q, leave it out", o.Command.Op)
	})
}

// CheckForeign is Check for a text in somebody else's format: an argument that the operation
// does not take is ignored, with a note.
func (o *Operation) CheckForeign(v *source.Value) {
	o.check(v, func(at *source.Value) { at.Note("means nothing with op = %q and is ignored", o.Command.Op) })
}

func (o *Operation) check(v *source.Value, further func(*source.Value)) {
	if o.unsound {
		return
	}
	op := o.Command.Op
	for _, a := range o.Machine.Args() {
		_, has := o.given[a.Key]
		switch wanted := op.Takes(a.Key); {
		case wanted && !has:
			v.Missing(a.Key, "a %s for op = %q", a.Key, op)
		case has && !wanted:
			further(v.At(a.Key))
		}
	}
}

// FormatOperation writes the keys that ReadOperation reads, each with a comma
// before it.
func FormatOperation(command any) string { return string(appendOperation(nil, command)) }

func appendOperation(b []byte, command any) []byte {
	c, ok := command.(*machine.Command)
	if !ok || c.None() {
		return b
	}
	b = source.AppendQuote(append(b, ", op = "...), c.Op.Name)
	for i := range c.Op.Args {
		b = append(append(append(b, ", "...), c.Op.Args[i].Key...), " = "...)
		b = source.AppendQuote(b, c.Args[i])
	}
	return b
}

// ReadEntry reads an entry of the log of a machine.
func ReadEntry(v *source.Value, m *machine.Type) raft.Entry {
	t := v.Table(`an entry, such as { term = 1, op = "put_topic", topic = "dog" }`)
	term, hasTerm := ReadTerm(t, "term")
	o := ReadOperation(t, m)
	t.End()
	if t.Sound() {
		if !hasTerm {
			v.Missing("term", "the entry's term")
		}
		if !o.HasOp {
			v.Missing("op", "%s", text.OneOf(m.OpNames()))
		} else {
			o.Check(v)
		}
	}
	cmd := o.Command
	return raft.Entry{Term: term, Command: &cmd}
}

// FormatEntry writes an entry of a log.
func FormatEntry(e raft.Entry) string { return string(AppendEntry(nil, e)) }

// AppendEntry appends what FormatEntry writes.
func AppendEntry(b []byte, e raft.Entry) []byte {
	b = strconv.AppendUint(append(b, "{ term = "...), uint64(e.Term), 10)
	return append(appendOperation(b, e.Command), " }"...)
}
