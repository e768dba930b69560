package machine

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/sim/encode"
)

// A Command is one operation with its arguments: the value of a log entry. A log holds
// *Command.
type Command struct {
	Op   *Operation
	Args [MaxArgs]string // in the order of Op.Args; the rest are ""
}

// None reports whether the command is empty: nil, or without an operation.
func (c *Command) None() bool { return c == nil || c.Op == nil }

// Is reports whether the command is of the operation with this name.
func (c *Command) Is(name string) bool { return !c.None() && c.Op.Name == name }

// Creates returns the name that the command creates, or "".
func (c *Command) Creates() string {
	if c.None() || !c.Op.Creates {
		return ""
	}
	return c.Args[0]
}

// Arg returns the argument for a key, or "" when the operation has none.
func (c *Command) Arg(key string) string {
	if !c.None() {
		for i := range c.Op.Args {
			if c.Op.Args[i].Key == key {
				return c.Args[i]
			}
		}
	}
	return ""
}

// String writes the command for people, for example `put_message dog "I love dogs!"`. It
// quotes an argument that is not one plain word.
func (c *Command) String() string {
	if c.None() {
		return "no command"
	}
	var b strings.Builder
	b.WriteString(c.Op.Name)
	for i := range c.Op.Args {
		b.WriteByte(' ')
		if c.Op.Args[i].Text {
			b.WriteString(strconv.Quote(c.Args[i]))
		} else {
			b.WriteString(word(c.Args[i]))
		}
	}
	return b.String()
}

// word quotes s unless s is clearly one word.
func word(s string) string {
	if quoted := strconv.Quote(s); s == "" || len(quoted) != len(s)+2 || strings.Contains(s, " ") {
		return quoted
	}
	return s
}

// AppendJSON appends the command's members of a JSON object, without braces: "op" with the
// operation's name, and each argument under its key. An empty command is "op":null.
func (c *Command) AppendJSON(b []byte) []byte {
	if c.None() {
		return append(b, `"op":null`...)
	}
	b = append(b, `"op":"`...)
	b = append(b, c.Op.Name...)
	b = append(b, '"')
	for i := range c.Op.Args {
		b = append(b, `,"`...)
		b = append(b, c.Op.Args[i].Key...)
		b = encode.AppendText(append(b, `":`...), c.Args[i])
	}
	return b
}

// ReadJSON reads the members that AppendJSON wrote, and returns nil for an empty command.
// It ignores members that are no argument of the operation; a missing argument is "".
func (t *Type) ReadJSON(members map[string]json.RawMessage) (*Command, error) {
	var name *string
	if raw := members["op"]; raw != nil {
		if err := json.Unmarshal(raw, &name); err != nil {
			return nil, fmt.Errorf("op: %w", err)
		}
	}
	if name == nil {
		return nil, nil
	}
	op, err := t.Op(*name)
	if err != nil {
		return nil, err
	}
	c := &Command{Op: op}
	for i, a := range op.Args {
		if raw := members[a.Key]; raw != nil {
			if err := json.Unmarshal(raw, &c.Args[i]); err != nil {
				return nil, fmt.Errorf("%s: %w", a.Key, err)
			}
		}
	}
	return c, nil
}

// A Result is the result of applying a Command.
type Result struct {
	// OK is false when the machine's state did not allow the command; then the rest is
	// empty.
	OK   bool
	Text string
	List []string // not to be changed
}

// AppendJSON appends the result's member, with a comma before it, if op has a result. The
// result must be OK.
func (r *Result) AppendJSON(b []byte, op *Operation) []byte {
	if op == nil || op.Gives == Nothing {
		return b
	}
	b = append(b, `,"`...)
	b = append(b, op.Key...)
	if op.Gives == Text {
		return encode.AppendText(append(b, `":`...), r.Text)
	}
	b = append(b, `":[`...)
	for i, s := range r.List {
		if i > 0 {
			b = append(b, ',')
		}
		b = encode.AppendText(b, s)
	}
	return append(b, ']')
}
