package cli

import (
	"fmt"
	"strings"

	"rrmq.example/emulator/emulator/text"
)

// A parserFlag is a Flag as the parser wants it.
type parserFlag struct {
	*Flag
	program *program
	local   bool // not handed down to nested commands
}

func (f *parserFlag) String() string  { return f.Name }
func (f *parserFlag) Get() any        { return nil }
func (f *parserFlag) PreParse() error { return nil }

func (f *parserFlag) PostParse() error { return nil }
func (f *parserFlag) Names() []string  { return f.names() }
func (f *parserFlag) IsSet() bool      { return f.given }
func (f *parserFlag) IsLocal() bool    { return f.local }
func (f *parserFlag) IsBoolFlag() bool { return f.Arg == "" }

func (f *parserFlag) Set(name, value string) error {
	f.program.problem = f.set(name, value)
	return f.program.problem
}

// A helpFlag is -h and -help of a command: it ends parsing, as in package flag.
type helpFlag struct{ program *program }

func (*helpFlag) String() string   { return "help" }
func (*helpFlag) Get() any         { return nil } // no bool, or the parser prints its own help
func (*helpFlag) PreParse() error  { return nil }
func (*helpFlag) PostParse() error { return nil }
func (*helpFlag) Names() []string  { return []string{"help", "h"} }
func (*helpFlag) IsSet() bool      { return false }
func (*helpFlag) IsLocal() bool    { return true }
func (*helpFlag) IsBoolFlag() bool { return true }

func (f *helpFlag) Set(string, string) error {
	f.program.problem = errHelp
	return errHelp
}

// usage returns what is wrong with a command line, for what the parser says about it.
func (p *program) usage(cmd *Command, err error) error {
	if p.problem != nil {
		return p.problem
	}
	message := err.Error()
	if name, ok := strings.CutPrefix(message, "flag provided but not defined: -"); ok {
		return cmd.unknownFlag(name)
	}
	if written, ok := strings.CutPrefix(message, "flag needs an argument: "); ok {
		name := strings.TrimLeft(written, "-")
		for _, f := range cmd.all() {
			if f.Name == name {
				return Usagef("-%s needs a value, want -%s %s", name, name, f.Arg)
			}
		}
		return Usagef("-%s needs a value", name)
	}
	return &Error{Code: Usage, Err: err, hint: true}
}

// unknownFlag is the error for a flag that the command has not.
func (cmd *Command) unknownFlag(written string) error {
	var names []string
	for _, f := range cmd.all() {
		if !f.hidden {
			names = append(names, "-"+f.Name)
		}
	}
	if meant := text.Meant("-"+written, names); meant != "" {
		return Usagef("there is no flag -%s; %s", written, meant)
	}
	return Usagef("there is no flag -%s", written)
}

// unknown is the error for a nested command that there is not.
func (cmd *Command) unknown(written string) error {
	what := fmt.Sprintf("there is no command %q", written)
	if cmd.parent == nil {
		what = fmt.Sprintf("%q is neither a flag nor a subcommand", written)
	}
	names := cmd.names()
	if meant := text.MeantTypo(written, names); meant != "" {
		return Usagef("%s; %s", what, meant)
	}
	if len(names) == 0 {
		return Usagef("%s: %s has no commands", what, cmd.path())
	}
	return Usagef("%s; want one of %s", what, strings.Join(names, ", "))
}

// names are those of the nested commands.
func (cmd *Command) names() []string {
	if cmd.Names != nil {
		return cmd.Names
	}
	var names []string
	for _, sub := range cmd.Commands {
		if !sub.Hidden {
			names = append(names, sub.Name)
		}
	}
	return names
}
