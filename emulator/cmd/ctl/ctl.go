// Package ctl is the subcommand emulator ctl: the admin API from a shell.
//
// The contract:
//
//  1. A command is one request, also when it names several nodes. It decides
//     nothing itself: the API refuses what is not valid, and the error is the API's.
//  2. With -json, standard output has the API's answers and nothing else, including
//     refusals. Without it, standard output has text for people, which may change.
//  3. Standard error says what went wrong, and the exit code which kind of error it is.
//
// Files: ctl.go lists the commands, call.go runs one and asks the API, words.go puts
// answers into words; the others have the commands, by noun.
package ctl

import (
	"context"
	"slices"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/serve/api"
)

// options are the flags of all commands.
type options struct {
	url   string
	fork  string
	json  bool
	color string
}

// Command is emulator ctl.
func Command() *cli.Command {
	o := &options{}
	return &cli.Command{
		Name:    "ctl",
		Summary: "look at a running cluster, break it and heal it",
		About: `Looks at a running emulator, breaks its cluster and heals it. The emulator is found by
-url, or ` + api.URLVariable + `, or at ` + api.DefaultURL + `.

ID is a node's id; leader, the node that leads the highest term; follower or candidate, the lowest
id that is one; several of these with commas; or all.`,
		Flags: []*cli.Flag{
			cli.URL(&o.url),
			cli.String(&o.fork, "fork", "", "look at fork `ID` and change it, instead of the cluster"),
			cli.JSON(&o.json, "print the API's answers unchanged, for programs"),
			cli.Color(&o.color),
		},
		Examples: cli.Examples{
			{"emulator ctl status", "the nodes, and what was done to them"},
			{"emulator ctl crash leader", "crash the node that leads"},
			{"emulator ctl put dog", "create a topic, as a client does"},
			{"emulator ctl wait leader=unique committed=12", "wait until both conditions hold"},
			{"emulator ctl partition 0,1 2,3,4", "cut the links between two groups"},
			{"emulator ctl events -follow -event BecomeLeader,Timeout", "watch elections"},
		},
		Exit: exits(cli.Codes{cli.Failed: "a condition did not hold in time, or a check failed"}),
		Commands: slices.Concat([]*cli.Command{o.status(), o.nodes()}, o.changes(), []*cli.Command{o.partition(), o.fault()}, o.requests(), []*cli.Command{
			o.wait(), o.events(), o.explain(), o.history(), o.invariants(), o.fixture(), o.clock(),
		}, o.forkCommands()),
	}
}

// exits completes the exit codes of a command.
func exits(of cli.Codes) cli.Codes {
	if of[cli.Undecided] == "" {
		of[cli.Undecided] = "interrupted"
	}
	of[cli.Usage] = "bad usage, or the emulator refuses"
	of[cli.Environment] = "no emulator can be reached, it failed, or a file cannot be written"
	return of
}

// command completes a command that asks the API.
func (o *options) command(c cli.Command, run func(*call) error) *cli.Command {
	c.Exit = exits(c.Exit)
	c.Run = func(ctx context.Context, k *cli.Call) error { return o.do(ctx, k, run) }
	return &c
}
