package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v3"
)

// Name is the name of the program.
const Name = "emulator"

// Any as Command.Max allows any number of operands.
const Any = -1

// A Command is one subcommand: everything that help, completion and parsing need.
type Command struct {
	Name     string
	Old      []string // names that work and that no help shows
	Operands string   // as the usage line shows them, such as "NAME|FILE..."
	Min, Max int      // how many operands there may be
	Verbatim bool     // nothing after the first operand is a flag
	Summary  string   // one line for a list: a verb first, no full stop
	About    string   // paragraphs, wrapped; lines that begin with a space stay as they are
	Flags    []*Flag  // a command that has Commands and no Run hands them down
	Notes    []Note   // further parts of the help, after the flags
	Examples Examples
	Exit     Codes
	Commands []*Command // nested ones
	Names    []string   // of all nested ones, if Commands lacks some that this line does not need
	Complete func() []string
	Run      func(context.Context, *Call) error

	Hidden bool // no help lists it
	Raw    bool // flags are left to Run

	parent *Command
}

// A Note is a part of the help with a title.
type Note struct {
	Title string      // "Kinds of reports"
	Rows  [][2]string // a table: name, explanation
	Text  string      // or paragraphs, as About
}

// Examples are commands with an explanation each.
type Examples [][2]string

// A Call is one call of a command.
type Call struct {
	Args           []string // operands
	Stdin          io.Reader
	Stdout, Stderr io.Writer

	command *Command
	root    *Command
}

// Given reports whether the command line has a flag, by its documented name.
func (c *Call) Given(name string) bool {
	for cmd := c.command; cmd != nil; cmd = cmd.parent {
		for _, f := range cmd.Flags {
			if f.Name == name {
				return f.given
			}
		}
	}
	return false
}

// Command returns the full name of the command: "emulator ctl wait".
func (c *Call) Command() string { return c.command.path() }

// path is the command's full name.
func (cmd *Command) path() string {
	if cmd.parent == nil {
		return cmd.Name
	}
	return cmd.parent.path() + " " + cmd.Name
}

// find returns a nested command by a name; nil when there is none.
func (cmd *Command) find(name string) *Command {
	for _, sub := range cmd.Commands {
		if sub.Name == name || slices.Contains(sub.Old, name) {
			return sub
		}
	}
	return nil
}

// link tells nested commands whose they are.
func (cmd *Command) link() {
	for _, sub := range cmd.Commands {
		sub.parent = cmd
		sub.link()
	}
}

// inherits reports whether the command hands its flags down to nested ones.
func (cmd *Command) inherits() bool { return cmd.Run == nil }

// all are the flags that the command takes, its own first.
func (cmd *Command) all() []*Flag {
	flags := slices.Clone(cmd.Flags)
	for p := cmd.parent; p != nil; p = p.parent {
		if p.inherits() {
			flags = append(flags, p.Flags...)
		}
	}
	return flags
}

// Main runs a program with its arguments, without its name. It prints the error, if
// there is one, and returns the exit code.
func Main(ctx context.Context, root *Command, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	out := &output{Writer: stdout}
	stderr = &patient{to: stderr, ctx: ctx}
	root.Commands = append(root.Commands, completeCommand())
	root.link()
	p := &program{root: root, at: root, stdin: stdin, stdout: out, stderr: stderr}
	err := p.run(ctx, args)
	code := Code(err)
	p.report(err)
	if out.err != nil && code < Usage {
		fmt.Fprintf(stderr, "%s: standard output: %v\n", root.Name, out.err)
		return Environment
	}
	return code
}

// A program is one run of a command line.
type program struct {
	root           *Command
	at             *Command // the command that the line names, as far as it is read
	stdin          io.Reader
	stdout, stderr io.Writer
	problem        error // what a flag has against its value: the parser keeps only the text
}

// errHelp asks for the help of a command.
var errHelp = errors.New("help requested")

// run finds the command and runs it.
func (p *program) run(ctx context.Context, args []string) error {
	line, at, err := p.root.arrange(args)
	if err != nil {
		p.at = at
		return err
	}
	top := p.convert(p.root)
	top.ExitErrHandler = func(context.Context, *urfave.Command, error) {} // which else ends the process
	err = top.Run(ctx, append([]string{p.root.Name}, line...))
	if errors.Is(err, errHelp) {
		return writeHelp(p.stdout, p.at)
	}
	return err
}

// report prints an error that has something to say.
func (p *program) report(err error) {
	var e *Error
	if err == nil || errors.As(err, &e) && e.Err == nil {
		return
	}
	fmt.Fprintf(p.stderr, "%s: %v\n", p.at.path(), err)
	if e != nil && e.hint {
		fmt.Fprintf(p.stderr, "%s -h tells more\n", p.at.path())
	}
}

// convert makes the parser's command.
func (p *program) convert(cmd *Command) *urfave.Command {
	c := &urfave.Command{
		Name: cmd.Name, Aliases: cmd.Old, HideHelp: true, HideVersion: true,
		Reader: p.stdin, Writer: p.stdout, ErrWriter: p.stderr,
		OnUsageError: func(_ context.Context, _ *urfave.Command, err error, _ bool) error {
			p.at = cmd
			return p.usage(cmd, err)
		},
		Action: func(ctx context.Context, c *urfave.Command) error {
			p.at = cmd
			return p.call(ctx, cmd, c.Args().Slice())
		},
	}
	c.SkipFlagParsing = cmd.Raw
	for _, f := range cmd.Flags {
		c.Flags = append(c.Flags, &parserFlag{f, p, !cmd.inherits()})
	}
	c.Flags = append(c.Flags, &helpFlag{p})
	for _, sub := range cmd.Commands {
		c.Commands = append(c.Commands, p.convert(sub))
	}
	return c
}

// call runs a command with its operands.
func (p *program) call(ctx context.Context, cmd *Command, args []string) error {
	c := &Call{Args: args, Stdin: p.stdin, Stdout: p.stdout, Stderr: p.stderr, command: cmd, root: p.root}
	if cmd.wantsCommand() && len(args) > 0 && args[0] == helpName { // emulator ctl help wait
		return c.explain(ctx, cmd, args[1:])
	}
	if err := p.check(cmd, args); err != nil {
		return err
	}
	return cmd.Run(ctx, c)
}

// wantsCommand reports whether the first operand names a nested command.
func (cmd *Command) wantsCommand() bool {
	return len(cmd.Commands) > 0 && (cmd.Run == nil || cmd.Max == 0)
}

// check refuses operands that the command does not take.
func (p *program) check(cmd *Command, args []string) error {
	for up := cmd.parent; up != nil; up = up.parent {
		for _, f := range up.Flags {
			if f.given && !up.inherits() {
				if slices.ContainsFunc(cmd.all(), func(own *Flag) bool { return own.Name == f.Name }) {
					return Usagef("-%s stands before %s: write it after %s", f.Name, cmd.Name, cmd.Name)
				}
				return Usagef("-%s is a flag of %s, not of %s; %s -h lists those that it has", f.Name, up.path(), cmd.path(), cmd.path())
			}
		}
	}
	switch {
	case cmd.Run == nil && len(args) == 0:
		return Usagef("which command? There are %s", strings.Join(cmd.names(), ", "))
	case cmd.wantsCommand() && len(args) > 0:
		return cmd.unknown(args[0])
	case len(args) < cmd.Min:
		return Usagef("an operand is missing, want %s", cmd.Operands)
	case cmd.Max == 0 && len(args) > 0:
		return Usagef("it takes no operands, %q is one", args[0])
	case cmd.Max != Any && len(args) > cmd.Max:
		return Usagef("%d operands are too many, want %s", len(args), cmd.Operands)
	}
	return nil
}

// An output keeps the first error of its writer.
type output struct {
	io.Writer
	err error
}

func (o *output) Write(b []byte) (int, error) {
	n, err := o.Writer.Write(b)
	if o.err == nil {
		o.err = err
	}
	return n, err
}

// file is the file behind a writer; nil when there is none.
func file(w io.Writer) *os.File {
	switch o := w.(type) {
	case *output:
		w = o.Writer
	case *patient:
		w = o.to
	}
	f, _ := w.(*os.File)
	return f
}

// Run runs one command of the program alone, as its tests do: args are what follows its
// name.
func Run(ctx context.Context, cmd *Command, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := &Command{Name: Name, Commands: []*Command{cmd}}
	return Main(ctx, root, append([]string{cmd.Name}, args...), stdin, stdout, stderr)
}
