package condition

import (
	"fmt"
	"strings"

	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/machines"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/raft"
)

// commands is commands=NODES:COMMANDS.
type commands struct {
	selection
	list []machine.Command
}

func readCommands(value string) (predicate, string) {
	sel, text, wrong := readNodes(value)
	if wrong != "" {
		return nil, wrong
	}
	c := commands{selection: sel}
	if text = strings.TrimSpace(text); text == empty {
		return c, ""
	}
	for {
		cmd, rest, wrong := readCommand(text)
		if wrong != "" {
			return nil, wrong
		}
		if c.list = append(c.list, cmd); len(c.list) > maxEntries {
			return nil, fmt.Sprintf("it has over %d commands", maxEntries)
		}
		if rest == "" {
			return c, ""
		}
		text = rest[1:]
	}
}

// readCommand reads one command as machine.Command writes it, except that a message may
// stand without quotes. rest is empty or begins with a semicolon.
func readCommand(s string) (cmd machine.Command, rest, wrong string) {
	var operands [1 + machine.MaxArgs]string
	n := 0
	for s = strings.TrimLeft(s, " \t"); s != "" && s[0] != ';'; s = strings.TrimLeft(s, " \t") {
		if n == len(operands) {
			return cmd, "", quote(s) + " is one word too many"
		}
		if operands[n], s, wrong = readWord(s, " \t;"); wrong != "" {
			return cmd, "", wrong
		}
		n++
	}
	if n == 0 {
		return cmd, "", "a command is missing"
	}
	op := machines.Op(operands[0])
	if op == nil {
		return cmd, "", quote(operands[0]) + " is no command, " + text.Suggest(operands[0], machines.OpNames())
	}
	switch args := n - 1; {
	case args > len(op.Args):
		return cmd, "", quote(operands[len(op.Args)+1]) + " is one word too many behind " + op.Name
	case args < len(op.Args):
		return cmd, "", op.Name + " is without its " + op.Args[args].Key
	}
	return op.With(operands[1:]...), s, ""
}

func writeCommand(c *machine.Command) string {
	s := c.Op.Name
	for i, a := range c.Op.Args {
		if a.Text {
			s += " " + quoted(c.Args[i])
		} else {
			s += " " + word(c.Args[i])
		}
	}
	return s
}

func (c commands) String() string {
	if len(c.list) == 0 {
		return c.selection.String() + ":" + empty
	}
	words := make([]string, len(c.list))
	for i := range c.list {
		words[i] = writeCommand(&c.list[i])
	}
	return c.selection.String() + ":" + strings.Join(words, "; ")
}

func (c commands) tester() tester {
	return &exactLog{selection: c.selection, length: raft.Index(len(c.list)), is: c.is, say: sayCommands}
}

func (c commands) is(log *raft.Log) bool {
	for k := range c.list {
		cmd, ok := log.Entry(log.FirstIndex() + raft.Index(k)).Command.(*machine.Command)
		if !ok || cmd == nil || *cmd != c.list[k] {
			return false
		}
	}
	return true
}

// maxCommandsShown bounds how many commands of a log an explanation shows.
const maxCommandsShown = 10

func sayCommands(log *raft.Log) string {
	var words []string
	for i := log.FirstIndex(); i <= log.LastIndex(); i++ {
		if len(words) == maxCommandsShown {
			words = append(words, fmt.Sprintf("and %d more", log.LastIndex()-i+1))
			break
		}
		cmd, _ := log.Entry(i).Command.(*machine.Command)
		words = append(words, fmt.Sprintf("%.80s", cmd))
	}
	return strings.Join(words, "; ")
}
