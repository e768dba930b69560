package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"rrmq.example/emulator/emulator/text"
)

// helpWidth bounds the lines of help, however wide the terminal is: longer ones are
// hard to read.
const helpWidth = 100

// plainWidth is the width of help that does not go to a terminal.
const plainWidth = 80

// The widest columns of names, and of examples. The explanation of a longer one begins on
// the next line.
const (
	namesWidth    = 30
	examplesWidth = 44
)

// writeHelp explains a command.
func writeHelp(w io.Writer, cmd *Command) error {
	h := &help{width: min(Width(w, plainWidth), helpWidth)}
	h.usage(cmd)
	h.paragraphs(cmd.About)
	if len(cmd.Commands) > 0 {
		h.table("Commands", cmd.listed(cmd.parent != nil))
	}
	h.flags("Flags", cmd.Flags)
	for p := cmd.parent; p != nil; p = p.parent {
		if p.inherits() {
			h.flags("Flags of all commands of "+p.path(), p.Flags)
		}
	}
	for _, n := range cmd.Notes {
		h.table(n.Title, n.Rows)
		if n.Rows == nil {
			h.title(n.Title)
			h.text(n.Text)
		}
	}
	h.columns("Examples", cmd.Examples, examplesWidth)
	h.codes(cmd)
	_, err := io.WriteString(w, h.b.String())
	return err
}

const helpName = "help"

// HelpCommand is "help": emulator help ctl wait explains emulator ctl wait.
func HelpCommand() *Command {
	return &Command{
		Name:     helpName,
		Operands: "[COMMAND...]", Max: Any,
		Summary: "explain a command",
		About:   "Explains a command, as its -h does.",
		Examples: Examples{
			{"emulator help run", "the same as emulator run -h"},
			{"emulator help ctl wait", "a command of emulator ctl"},
		},
		Run: func(ctx context.Context, c *Call) error {
			return c.explain(ctx, c.root, c.Args)
		},
	}
}

// explain writes the help of a command that names lead to, from cmd on.
func (c *Call) explain(ctx context.Context, cmd *Command, names []string) error {
	for _, name := range names {
		sub := cmd.find(name)
		if sub == nil {
			return cmd.unknown(name)
		}
		if cmd = sub; cmd.Raw {
			return cmd.Run(ctx, &Call{Args: []string{"-h"}, Stdin: c.Stdin, Stdout: c.Stdout, Stderr: c.Stderr, command: cmd, root: c.root})
		}
	}
	return writeHelp(c.Stdout, cmd)
}

// help is the text of a help in the making.
type help struct {
	b     strings.Builder
	width int
}

func (h *help) title(title string) { fmt.Fprintf(&h.b, "\n%s:\n", title) }

// usage writes the lines that show how to call the command.
func (h *help) usage(cmd *Command) {
	h.b.WriteString("Usage:\n")
	line := func(cmd *Command, words ...string) {
		fmt.Fprintf(&h.b, "  %s\n", strings.Join(slices.DeleteFunc(append([]string{cmd.path()}, words...), func(s string) bool { return s == "" }), " "))
	}
	flags := ""
	if slices.ContainsFunc(cmd.all(), func(f *Flag) bool { return !f.hidden }) {
		flags = "[flags]"
	}
	if cmd.Run != nil {
		line(cmd, flags, cmd.Operands)
	}
	if len(cmd.Commands) > 0 {
		line(cmd, "COMMAND", "[flags]", "[operands]")
	}
}

// paragraphs writes text after an empty line.
func (h *help) paragraphs(about string) {
	if about != "" {
		h.b.WriteString("\n")
		h.text(about)
	}
}

// text writes paragraphs, wrapped. Lines that begin with a space stay as they are.
func (h *help) text(about string) { h.b.WriteString(text.Wrap(about, h.width)) }

// listed returns the commands below with their summaries: all of them, or only the next.
func (cmd *Command) listed(deep bool) [][2]string {
	var rows [][2]string
	for _, sub := range cmd.Commands {
		if sub.Hidden {
			continue
		}
		if sub.Run != nil || !deep {
			operands := sub.Operands
			if operands == "" && len(sub.Commands) > 0 && sub.Run == nil {
				operands = "COMMAND"
			}
			rows = append(rows, [2]string{strings.TrimSpace(sub.Name + " " + operands), sub.Summary})
		}
		if deep {
			for _, row := range sub.listed(true) {
				rows = append(rows, [2]string{sub.Name + " " + row[0], row[1]})
			}
		}
	}
	return rows
}

// flags writes the flags that are documented, by name.
func (h *help) flags(title string, flags []*Flag) {
	var rows [][2]string
	for _, f := range flags {
		if f.hidden {
			continue
		}
		usage := f.Usage
		if f.shown != "" {
			usage += " (default: " + f.shown + ")"
		}
		rows = append(rows, [2]string{strings.TrimSpace("-" + f.Name + " " + f.Arg), usage})
	}
	slices.SortFunc(rows, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	h.table(title, rows)
}

// table writes names and explanations in two columns.
func (h *help) table(title string, rows [][2]string) { h.columns(title, rows, namesWidth) }

func (h *help) columns(title string, rows [][2]string, widest int) {
	if len(rows) == 0 {
		return
	}
	h.title(title)
	column := 0
	for _, row := range rows {
		if n := utf8.RuneCountInString(row[0]); n <= widest {
			column = max(column, n)
		}
	}
	indent := strings.Repeat(" ", 2+column+2)
	for _, row := range rows {
		lines := strings.Split(strings.TrimSuffix(text.Wrap(row[1], h.width-len(indent)), "\n"), "\n")
		if row[1] == "" {
			lines = nil
		}
		pad := column - utf8.RuneCountInString(row[0])
		switch {
		case len(lines) == 0:
			fmt.Fprintf(&h.b, "  %s\n", row[0])
			continue
		case pad < 0:
			fmt.Fprintf(&h.b, "  %s\n%s%s\n", row[0], indent, lines[0])
		default:
			fmt.Fprintf(&h.b, "  %s%s  %s\n", row[0], strings.Repeat(" ", pad), lines[0])
		}
		for _, line := range lines[1:] {
			fmt.Fprintf(&h.b, "%s%s\n", indent, line)
		}
	}
}

// codes writes what the exit codes mean.
func (h *help) codes(cmd *Command) {
	var rows [][2]string
	for code, general := range meaning {
		says := cmd.Exit[code]
		if says == "" && (code == Failed || code == Undecided) {
			continue
		}
		if says == "" {
			says = general
		}
		rows = append(rows, [2]string{fmt.Sprint(code), says})
	}
	h.table("Exit codes", rows)
}
