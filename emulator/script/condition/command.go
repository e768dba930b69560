package condition

import (
	"fmt"
	"strings"

	"rrmq.example/emulator/mqapi/queue"

	"rrmq.example/emulator/raft"
)

// commands is commands=NODES:COMMANDS.
type commands struct {
	selection
	list []queue.Command
}

func readCommands(value string) (spec, string) {
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

// readCommand reads one command as queue.Command writes it, though a message
// may be bare too, and gives what follows: nothing or a semicolon first.
func readCommand(s string) (cmd queue.Command, rest, wrong string) {
	var operands [3]string
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
	op, err := queue.ParseOp(operands[0])
	if err != nil {
		return cmd, "", quote(operands[0]) + " is no command, " + suggest(operands[0], opNames)
	}
	want := map[queue.Op]int{queue.PutTopic: 2, queue.GetTopics: 1, queue.PutMessage: 3, queue.PopMessage: 2}[op]
	switch {
	case n > want:
		return cmd, "", quote(operands[want]) + " is one word too many behind " + op.String()
	case n < want && n == 1:
		return cmd, "", op.String() + " is without its topic"
	case n < want:
		return cmd, "", op.String() + " is without its message"
	}
	return queue.Command{Op: op, Topic: operands[1], Message: operands[2]}, s, ""
}

var opNames = []string{
	queue.PutTopic.String(), queue.GetTopics.String(), queue.PutMessage.String(), queue.PopMessage.String(),
}

func writeCommand(c *queue.Command) string {
	s := c.Op.String()
	if c.Op != queue.GetTopics {
		s += " " + word(c.Topic)
	}
	if c.Op == queue.PutMessage {
		s += " " + quoted(c.Message)
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
		cmd, ok := log.Entry(log.FirstIndex() + raft.Index(k)).Command.(*queue.Command)
		if !ok || cmd == nil || *cmd != c.list[k] {
			return false
		}
	}
	return true
}

// maxCommandsShown bounds how much of a log an explanation goes into.
const maxCommandsShown = 10

func sayCommands(log *raft.Log) string {
	var words []string
	for i := log.FirstIndex(); i <= log.LastIndex(); i++ {
		if len(words) == maxCommandsShown {
			words = append(words, fmt.Sprintf("and %d more", log.LastIndex()-i+1))
			break
		}
		cmd, _ := log.Entry(i).Command.(*queue.Command)
		words = append(words, fmt.Sprintf("%.80s", cmd))
	}
	return strings.Join(words, "; ")
}
