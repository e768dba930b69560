package syntax

import (
	"fmt"

	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// Ops are the words for operations, by queue.Op.
var Ops = []string{
	queue.PutTopic.String(), queue.GetTopics.String(), queue.PutMessage.String(), queue.PopMessage.String(),
}

// An Operation is a command as the keys op, topic and message of a table give it.
type Operation struct {
	Command              queue.Command
	HasOp                bool
	hasTopic, hasMessage bool
	unsound              bool // an operand has been reported
}

// ReadOperation reads an operation with its operands.
func ReadOperation(t *source.Table) Operation {
	var o Operation
	op, ok := t.Choice("op", Ops)
	o.Command.Op, o.HasOp = queue.Op(op), ok
	o.ReadOperands(t)
	return o
}

// ReadOperands reads topic and message.
func (o *Operation) ReadOperands(t *source.Table) {
	sound := t.Value.Sound()
	o.hasTopic = t.Text("topic", &o.Command.Topic)
	o.hasMessage = t.Text("message", &o.Command.Message)
	o.unsound = !sound()
}

// Check reports at v, the table with the operands, which operands the operation
// lacks and which it does not take.
func (o *Operation) Check(v *source.Value) {
	if o.unsound {
		return
	}
	op := o.Command.Op
	for _, operand := range []struct {
		key         string
		has, wanted bool
	}{
		{"topic", o.hasTopic, op != queue.GetTopics},
		{"message", o.hasMessage, op == queue.PutMessage},
	} {
		switch {
		case operand.wanted && !operand.has:
			v.Missing(operand.key, "it with op = %q", op)
		case operand.has && !operand.wanted:
			v.ReportKey(operand.key, "means nothing with op = %q, want it left out", op)
		}
	}
}

// FormatOperation writes the keys that ReadOperation reads, each with a comma
// before it.
func FormatOperation(command any) string {
	c, ok := command.(*queue.Command)
	if !ok || c == nil {
		return ""
	}
	s := fmt.Sprintf(", op = %q", c.Op)
	if c.Op != queue.GetTopics {
		s += ", topic = " + source.Quote(c.Topic)
	}
	if c.Op == queue.PutMessage {
		s += ", message = " + source.Quote(c.Message)
	}
	return s
}

// ReadEntry reads an entry of a log.
func ReadEntry(v *source.Value) raft.Entry {
	t := v.Table(`an entry, such as { term = 1, op = "put_topic", topic = "dog" }`)
	term, hasTerm := ReadTerm(t, "term")
	o := ReadOperation(t)
	t.End()
	if t.Sound() {
		if !hasTerm {
			v.Missing("term", "the entry's term")
		}
		if !o.HasOp {
			v.Missing("op", "%s", source.OneOf(Ops))
		} else {
			o.Check(v)
		}
	}
	cmd := o.Command
	return raft.Entry{Term: term, Command: &cmd}
}

// FormatEntry writes an entry of a log.
func FormatEntry(e raft.Entry) string {
	return fmt.Sprintf("{ term = %d%s }", e.Term, FormatOperation(e.Command))
}
