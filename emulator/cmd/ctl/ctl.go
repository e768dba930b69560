// Package ctl is "emulator ctl": the admin API from a shell.
//
// The contract:
//
//  1. A command is one request, or one for each node that it names; ctl itself
//     decides nothing and knows nothing better than the API. What can't be is
//     refused there, and ctl says what the API says.
//  2. With -json, standard output has the API's answers and nothing else, those
//     that refuse included. Without, it has text for people, which may change.
//  3. Standard error says what went wrong, and the exit code which kind it is.
//
// Files: ctl.go finds and runs a command, command.go is their table, client.go
// asks the API, answer.go is what it answers; the others have the commands, by
// noun.
package ctl

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/text"
)

// Exit codes.
const (
	exitOK          = 0
	exitUntrue      = 1 // what was waited for did not come true, or an invariant is violated
	exitUndecided   = 2 // interrupted, or it could not be found out
	exitRefused     = 3 // bad usage, or the emulator refuses
	exitUnreachable = 4 // no emulator, or it could not do it, or a file could not be written
)

const intro = `Usage: emulator ctl [flags] COMMAND [flags] [operands]

Looks at a running emulator, breaks its cluster and heals it. The emulator is
found by -url, or EMULATOR_URL, or at ` + api.DefaultURL + `.

Commands:
`

const outro = `
ID is a node's number, or leader. "emulator ctl COMMAND -h" tells more.

Flags of all commands, before or after the operands:
  -url URL   the base URL of the admin API
  -json      print the API's answers as they are, for programs

Examples:
  emulator ctl status
  emulator ctl crash leader
  emulator ctl wait leader=unique committed=12
  emulator ctl partition 0,1 2,3,4
  emulator ctl events -follow -event BecomeLeader,Timeout

Exit codes:
  0  fine                       1  a condition did not come true in time, or a check failed
  2  interrupted, or undecided  3  bad usage, or the emulator refuses
  4  no emulator can be reached, or it could not do it, or a file can't be written
`

// A usageError is about the command line.
type usageError struct {
	text    string
	command *command // nil: none was found
}

func (e *usageError) Error() string { return e.text }

// An untrueError is about what should be true and is not.
type untrueError struct{ text string }

func (e *untrueError) Error() string { return e.text }

func wrongf(format string, args ...any) error {
	return &usageError{text: fmt.Sprintf(format, args...)}
}

// Main is the program "emulator ctl" with its arguments. It ends early when the
// context does, and returns the exit code.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c := &call{ctx: ctx, out: stdout, notes: stderr, url: api.URL()}
	err := c.main(args)
	var (
		usage   *usageError
		refusal *api.Problem
		untrue  *untrueError
	)
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, "emulator ctl: interrupted")
		return exitUndecided
	case errors.As(err, &usage):
		more := ""
		if usage.command != nil {
			more = usage.command.name + " "
		}
		fmt.Fprintf(stderr, "emulator ctl: %v\nemulator ctl %s-h tells more\n", err, more)
		return exitRefused
	}
	fmt.Fprintf(stderr, "emulator ctl: %v\n", err)
	if _, ok := errors.AsType[*api.Unreachable](err); ok {
		fmt.Fprintf(stderr, "Start one with: emulator\nIf its admin API is elsewhere, say so with -url URL or %s=URL.\n", api.URLVariable)
	}
	switch {
	case errors.As(err, &untrue):
		return exitUntrue
	case errors.As(err, &refusal):
		return exitCode(refusal)
	case errors.Is(err, errOpen):
		return exitUndecided
	case errors.Is(err, os.ErrNotExist), errors.Is(err, os.ErrPermission):
		return exitRefused
	}
	return exitUnreachable
}

// A call is one run of a command.
type call struct {
	ctx    context.Context
	client *api.Client
	url    string
	json   bool
	out    io.Writer // standard output
	notes  io.Writer // standard error
}

// common are the flags of all commands.
func (c *call) common(set *flag.FlagSet) {
	set.SetOutput(io.Discard)
	set.StringVar(&c.url, "url", c.url, "the base `URL` of the admin API; "+api.URLVariable+" says it, too")
	set.BoolVar(&c.json, "json", c.json, "print the API's answers as they are, for programs")
}

// main finds the command and runs it.
func (c *call) main(args []string) error {
	set := flag.NewFlagSet("emulator ctl", flag.ContinueOnError)
	c.common(set)
	if err := text.Flag(set, set.Parse(args)); errors.Is(err, flag.ErrHelp) {
		return c.usage(commands)
	} else if err != nil {
		return wrongf("%v", err)
	}
	words := set.Args()
	if len(words) == 0 {
		return wrongf("which command? There are %s", strings.Join(names(commands), ", "))
	}
	to, words := find(words)
	if to == nil {
		return c.unknown(words)
	}
	err := c.run(to, words)
	if usage, ok := errors.AsType[*usageError](err); ok {
		usage.command = to
	}
	return err
}

// run runs a command with what comes after its name.
func (c *call) run(to *command, words []string) error {
	set := flag.NewFlagSet("emulator ctl "+to.name, flag.ContinueOnError)
	c.common(set)
	run := to.setup(set)
	operands, err := parse(set, words)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return to.help(c.out, set)
	case err != nil:
		return wrongf("%s: %v", to.name, err)
	case len(operands) > to.max && to.max >= 0 && to.max == 0:
		return wrongf("%s: it takes no operands, %q is one", to.name, operands[0])
	case len(operands) > to.max && to.max >= 0:
		return wrongf("%s: %d operands are too many, want %s", to.name, len(operands), to.operands)
	case len(operands) < to.min:
		return wrongf("%s: something is missing, want %s", to.name, to.operands)
	}
	if c.client, err = api.NewClient(c.url); err != nil {
		return wrongf("%v", err)
	}
	defer c.client.Close()
	return run(c, operands)
}

// parse reads flags before, between and after operands. What comes after -- is
// an operand, whatever it looks like.
func parse(set *flag.FlagSet, words []string) ([]string, error) {
	var operands []string
	for {
		if err := text.Flag(set, set.Parse(words)); err != nil {
			return nil, err
		}
		rest := set.Args()
		if read := len(words) - len(rest); len(rest) == 0 || read > 0 && words[read-1] == "--" {
			return append(operands, rest...), nil
		}
		operands = append(operands, rest[0])
		words = rest[1:]
	}
}

// usage lists commands.
func (c *call) usage(list []*command) error {
	io.WriteString(c.out, intro)
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	for _, to := range list {
		fmt.Fprintf(w, "  %s\t%s\n", strings.TrimSpace(to.name+" "+to.operands), to.doc)
	}
	w.Flush()
	_, err := io.WriteString(c.out, outro)
	return err
}

// unknown says which command may have been meant.
func (c *call) unknown(words []string) error {
	written := words[0]
	var group []*command
	for _, to := range commands {
		if strings.HasPrefix(to.name, written+" ") {
			group = append(group, to)
		}
	}
	switch {
	case group != nil && len(words) == 1:
		return wrongf("%s: which one? There are %s", written, strings.Join(names(group), ", "))
	case group != nil && (words[1] == "-h" || words[1] == "-help" || words[1] == "--help"):
		return c.usage(group)
	case group != nil:
		written += " " + words[1]
		return wrongf("there is no %q, %s", written, suggest(written, names(group)))
	}
	return wrongf("there is no command %q, %s", written, suggest(written, names(commands)))
}

func suggest(written string, words []string) string {
	if near := text.Nearest(written, words, 1); len(near) > 0 {
		return fmt.Sprintf("did you mean %q?", near[0])
	}
	return "want one of " + strings.Join(words, ", ")
}
