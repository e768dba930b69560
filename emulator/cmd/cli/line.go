package cli

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// arrange moves the operands of a command line behind its flags and behind "--". The
// parser, which trims blanks before it looks for dashes, then takes no operand for a flag.
// On an error, at is the command to which it belongs.
func (cmd *Command) arrange(args []string) (line []string, at *Command, err error) {
	c := cursor{at: cmd}
	var operands []string
	for i, word := range args {
		if c.at.Raw {
			return append(line, args[i:]...), c.at, nil
		}
		before := c
		if c.pass(word); before.flag != nil {
			c.flag = nil // the word is its value, even "="
		}
		switch {
		case c.operands > before.operands:
			operands = append(operands, word)
		case word == helpName && before.flag == nil && !before.ended: // its operands are commands
			return append(line, args[i:]...), c.at, nil
		case c.ended && !before.ended: // "--"
		default:
			if before.flag == nil && c.at == before.at {
				if err := c.at.checkFlag(word); err != nil {
					return nil, c.at, err
				}
			}
			line = append(line, word)
		}
	}
	if c.flag == nil && len(operands) > 0 { // else the parser reports the missing value
		line = slices.Concat(line, []string{"--"}, operands)
	}
	return line, c.at, nil
}

// checkFlag refuses a flag that the parser would take for another one, or for an operand.
func (cmd *Command) checkFlag(word string) error {
	name, value, valued := strings.Cut(strings.TrimLeft(word, "-"), "=")
	if r, _ := utf8.DecodeRuneInString(name); !unicode.IsLetter(r) || strings.TrimSpace(name) != name {
		return cmd.unknownFlag(name)
	}
	if f := cmd.flag(name); f != nil && f.Arg == "" && valued && value == "" {
		return f.set(name, value)
	}
	return nil
}
