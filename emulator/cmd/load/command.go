// Package load is the subcommand emulator load: it has package lab/load put the nodes
// under load, and prints the report.
package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/load"
	"rrmq.example/emulator/emulator/script/config"
)

// Command is emulator load.
func Command() *cli.Command {
	o := &options{}
	names, docs := load.Workloads()
	var workloads [][2]string
	for i, name := range names {
		workloads = append(workloads, [2]string{name, docs[i]})
	}
	return &cli.Command{
		Name:    "load",
		Summary: "put running nodes under load, and check their answers",
		About: `Sends requests from many clients, reports how fast and how well the nodes answer,
and checks the answers: was a message lost, delivered twice, out of order or invented; could a
single queue have given these answers (linearizability). The nodes are those of a running
emulator, or any others that speak the message queue's API. A run creates its own topics, and
pops the remaining messages at the end, so that lost ones are missed.

Clients follow the leader. A request that was certainly not carried out (connection refused,
421 not the leader) goes to another node; one without an answer is unknown, and is never sent
twice.

If an emulator hosts the nodes, the report and the picture show the changes to them, such as a
crash, with their times. A run whose cluster is replaced, by another fixture or another start of
the emulator, ends undecided.

The check of the order is quick where answers name their place in the log, as the emulator's do
(X-Raft-Index). Otherwise it needs a search, which may end undecided when many clients use one
topic.`,
		Flags: o.flags(names),
		Notes: []cli.Note{{Title: "Workloads", Rows: workloads}},
		Examples: cli.Examples{
			{"emulator load", "the emulator on this machine, for 10 s"},
			{"emulator load -clients 64 -duration 1m", "more clients, for longer"},
			{"emulator load -rate 2000 -workload hot", "2000 requests per second, however slow the answers are"},
			{"emulator load -targets localhost:8567,localhost:8568 -requests 500", "other nodes"},
			{"emulator load -config config.json -clients 4 -timeout 3s -picture wrong.html", "the nodes of a course, with a picture of a failure"},
			{"emulator load -json -history ops.jsonl >report.json", "everything for programs"},
			{"emulator ctl crash leader", "break something meanwhile, from another shell"},
		},
		Exit: cli.Codes{
			cli.OK:          "all checks held",
			cli.Failed:      "a check failed",
			cli.Undecided:   "undecided: interrupted, no leader, the cluster was replaced, or the checks took too long",
			cli.Environment: "no node can be reached, or a file cannot be written",
		},
		Run: o.run,
	}
}

func (o *options) run(ctx context.Context, c *cli.Call) error {
	if err := o.validate(c); err != nil {
		return err
	}
	report, err := o.load(ctx, c.Stderr)
	if report != nil {
		err = errors.Join(err, o.write(report, c.Stdout))
	}
	if code := exitCode(ctx, report, err); err != nil {
		return cli.WithCode(code, err)
	} else if ctx.Err() != nil {
		return cli.WithCode(code, errors.New("interrupted"))
	} else {
		return cli.Exit(code)
	}
}

// load puts the target under load.
func (o *options) load(ctx context.Context, stderr io.Writer) (*load.Report, error) {
	target, err := o.target(ctx)
	if err != nil {
		return nil, err
	}
	config.WriteNotes(stderr, target.Notes)
	out, err := o.create()
	if err != nil {
		return nil, err
	}
	defer out.abort()
	progress := &load.Progress{}
	o.Progress = progress
	defer cli.Keep(stderr, func() string { return progressLine(progress) })()
	report, err := load.Run(ctx, target, o.Options)
	if report == nil {
		return nil, err
	}
	return report, errors.Join(err, out.commit(report.Check.State() == history.Violated))
}

// target finds the nodes.
func (o *options) target(ctx context.Context) (*load.Target, error) {
	switch {
	case o.targets != "":
		return load.ParseNodes(o.targets)
	case o.config != "":
		return load.ReadConfig(o.config)
	}
	return load.AskAdmin(ctx, o.url)
}

func (o *options) write(r *load.Report, stdout io.Writer) error {
	if !o.json {
		r.WriteText(stdout)
		return nil
	}
	e := json.NewEncoder(stdout)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return fmt.Errorf("standard output: %w", err)
	}
	return nil
}

// exitCode returns the exit code of a run. A violation decides, whatever came after it.
func exitCode(ctx context.Context, r *load.Report, err error) int {
	var check history.State
	if r != nil && r.Check != nil {
		check = r.Check.State()
	}
	switch {
	case check == history.Violated:
		return cli.Failed
	case ctx.Err() != nil, errors.Is(err, load.ErrNoLeader), errors.Is(err, load.ErrReplaced):
		return cli.Undecided
	case errors.Is(err, load.ErrTarget), errors.Is(err, load.ErrTopics):
		return cli.Usage
	case err != nil:
		return cli.Code(err)
	case check != history.Held:
		return cli.Undecided
	}
	return cli.OK
}
