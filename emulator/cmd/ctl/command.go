package ctl

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A command is one thing that ctl does. All that is known about it stands here.
type command struct {
	name     string // one word or two
	operands string // as the usage shows them
	min, max int    // how many operands there may be; max -1: any number
	doc      string // one line
	more     string // what else -h says
	// setup defines the command's flags and gives what runs once they are read.
	setup func(*flag.FlagSet) func(*call, []string) error
}

// commands lists all commands, in the order in which they are explained.
var commands = slices.Concat([]*command{statusCommand, nodesCommand}, changeCommands(), []*command{
	partitionCommand,
	faultListCommand, faultSetCommand, faultDeleteCommand,
	waitCommand, eventsCommand,
	historyCommand, historyCheckCommand, historyPictureCommand, invariantsCommand,
	fixtureListCommand, fixtureShowCommand, fixtureLoadCommand, fixtureSaveCommand,
	clockCommand, clockPauseCommand, clockRunCommand, clockStepCommand, clockAdvanceCommand,
})

func names(list []*command) []string {
	var all []string
	for _, to := range list {
		all = append(all, to.name)
	}
	return all
}

// find gives the command that the words begin with, and the words after its
// name; nil, and all words, when there is none.
func find(words []string) (*command, []string) {
	var found *command
	for n := 1; n <= min(2, len(words)); n++ {
		name := strings.Join(words[:n], " ")
		for _, to := range commands {
			if to.name == name {
				found = to
			}
		}
	}
	if found == nil {
		return nil, words
	}
	return found, words[strings.Count(found.name, " ")+1:]
}

// help explains the command.
func (to *command) help(out io.Writer, set *flag.FlagSet) error {
	fmt.Fprintf(out, "Usage: emulator ctl %s\n\n", strings.TrimSpace(to.name+" [flags] "+to.operands))
	fmt.Fprintf(out, "%s%s.\n", strings.ToUpper(to.doc[:1]), to.doc[1:])
	if to.more != "" {
		fmt.Fprintf(out, "\n%s\n", strings.TrimSpace(to.more))
	}
	if _, err := io.WriteString(out, "\nFlags:\n"); err != nil {
		return err
	}
	set.SetOutput(out)
	set.PrintDefaults()
	return nil
}

// plain is the setup of a command without flags of its own.
func plain(run func(*call, []string) error) func(*flag.FlagSet) func(*call, []string) error {
	return func(*flag.FlagSet) func(*call, []string) error { return run }
}
