// Package node is the subcommand emulator node: it runs one node of a cluster as one
// process, with package serve/single.
package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/script/config"
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/serve/logs"
	"rrmq.example/emulator/emulator/serve/single"
	"rrmq.example/emulator/raft"
)

// The defaults of the timers. A busy machine may hold up a process for some hundred
// milliseconds, and no leader may lose its followers by that.
const (
	defaultElectionMin = 400 * time.Millisecond
	defaultElectionMax = 800 * time.Millisecond
	defaultHeartbeat   = 80 * time.Millisecond
	// A lone node has no leader to wait for.
	loneElectionMin = time.Millisecond
	loneElectionMax = 2 * time.Millisecond
)

// options are the flags.
type options struct {
	internal, allowRemote    bool
	electionMin, electionMax time.Duration
	heartbeat, writeTime     time.Duration
	data, log                string
	bugs                     cli.Planted
}

// Command is emulator node.
func Command() *cli.Command {
	var o options
	return &cli.Command{
		Name:     "node",
		Operands: "CONFIG INDEX", Min: 2, Max: 2,
		Summary: "run one node of a cluster as a process of its own",
		About: `Runs one node until it is interrupted: for suites that start each node themselves.
CONFIG is a course's config.json, and INDEX is the node's place in its list of addresses. The node
serves clients on its port, and talks to the other nodes over HTTP (POST /rpc/{sender}). They may
start later, and may be programs of others that speak the same format.

When the ports listen, one line of JSON on standard output says so. Changes of role are logged to
standard error.

Without -data a node that starts again has forgotten everything, also its vote. Raft is safe then
only if a node that has stopped never starts again.`,
		Flags: o.flags(),
		Examples: cli.Examples{
			{"emulator node config.json 0", "node 0 of a course's file"},
			{"emulator node -data state config.json 0", "a node that a restart does not rob of its log"},
			{"emulator node -bug read_local config.json 0", "a node with a bug"},
			{"emulator node -internal config.json 0", "the nodes talk on their internal_port"},
		},
		Exit: cli.Codes{cli.OK: "ended by a signal"},
		Run:  o.run,
	}
}

func (o *options) flags() []*cli.Flag {
	const shortest = float64(time.Millisecond)
	return []*cli.Flag{
		cli.Duration(&o.electionMin, "election-min", defaultElectionMin, "the shortest election timeout, a `TIME`; a node without others has 1ms").AtLeast(shortest),
		cli.Duration(&o.electionMax, "election-max", defaultElectionMax, "the longest election timeout, a `TIME`; a node without others has 2ms").AtLeast(shortest),
		cli.Duration(&o.heartbeat, "heartbeat", defaultHeartbeat, "the `TIME` between two heartbeats of a leader").AtLeast(shortest),
		cli.Duration(&o.writeTime, "write-time", 0, "the `TIME` that a write to stable storage takes").AtLeast(0),
		cli.Bool(&o.internal, "internal", "talk to the other nodes on internal_port"),
		cli.String(&o.data, "data", "", "keep term, vote and log in `DIR`, and go on from there"),
		cli.Choice(&o.log, "log-format", "text", []string{"text", "json"}, "write logs as `text|json`"),
		cli.Bug(&o.bugs),
		cli.Bool(&o.allowRemote, "allow-remote", "allow addresses that other machines can reach"),
	}
}

// run runs the node until the context ends.
func (o *options) run(ctx context.Context, c *cli.Call) error {
	start, err := o.start(c)
	if err != nil {
		return err
	}
	signal.Ignore(syscall.SIGPIPE)
	queue := logs.New(o.handler(c))
	defer queue.Close(logPatience)
	start.Logger = queue.Logger()
	n, err := single.Start(*start)
	switch {
	case errors.Is(err, single.ErrData):
		if file, ok := errors.AsType[*fs.PathError](err); ok {
			err = fmt.Errorf("-data %s: %s: %w", o.data, file.Path, file.Err)
			return cli.WithCode(cli.Usage, err)
		}
		return cli.WithCode(cli.Usage, fmt.Errorf("-data: %w", err))
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%w\nDoes the node run already?", err)
	case err != nil:
		return err
	}
	ready := Ready{Event: "ready", Node: int(start.ID), Nodes: n.URLs()}
	if err := c.Announce(ctx, ready); err != nil {
		start.Logger.Warn("standard output takes no ready line", "err", err)
	}
	return n.Run(ctx)
}

// A Ready says that the node listens. The program prints it as one line of JSON.
type Ready struct {
	Event string   `json:"event"` // "ready"
	Node  int      `json:"node"`
	Nodes []string `json:"nodes"` // the URLs of all nodes, by id
}

// logPatience bounds the time for the last log lines.
const logPatience = 100 * time.Millisecond

func (o *options) handler(c *cli.Call) slog.Handler {
	if o.log == "json" {
		return slog.NewJSONHandler(c.Stderr, nil)
	}
	return slog.NewTextHandler(c.Stderr, nil)
}

// start returns what to start.
func (o *options) start(c *cli.Call) (*single.Options, error) {
	file, index := c.Args[0], c.Args[1]
	data, err := source.ReadFile(file)
	if err != nil {
		return nil, err
	}
	read, err := config.Parse(file, data)
	if err != nil {
		return nil, err
	}
	config.WriteNotes(c.Stderr, read.Notes)
	id, err := strconv.Atoi(index)
	if n := len(read.Addresses); err != nil || id < 0 || id >= n {
		return nil, cli.Usagef("INDEX is %q, want a place in the list of %s: 0 to %d", index, file, n-1)
	}
	s := &single.Options{
		Fixture: read.Fixture, ID: raft.NodeID(id), Addresses: read.Addresses,
		Data: o.data, AllowRemote: o.allowRemote,
	}
	if o.internal {
		s.Internal = read.Internal
	}
	if err := checkAddresses(s); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", source.ErrInvalid, file, err)
	}
	if err := o.setTimers(c, s); err != nil {
		return nil, err
	}
	s.Fixture.Seed = rand.Uint64()
	return s, o.bugs.Plant(s.Fixture)
}

// checkAddresses refuses addresses that the node cannot use.
func checkAddresses(s *single.Options) error {
	var lacking []string
	for i, a := range s.Internal {
		if a.Port == 0 {
			lacking = append(lacking, strconv.Itoa(i))
		}
	}
	if lacking != nil {
		return fmt.Errorf("-internal: each node needs an internal_port from 1 to 65535, and there is none for node %s", strings.Join(lacking, ", "))
	}
	if s.AllowRemote {
		return nil
	}
	if err := config.CheckLoopback(s.Addresses); err != nil {
		return fmt.Errorf("%w, or -allow-remote", err)
	}
	return nil
}

// setTimers gives the node its timers.
func (o *options) setTimers(c *cli.Call, s *single.Options) error {
	if len(s.Addresses) == 1 {
		if !c.Given("election-min") && !c.Given("election-max") {
			// Its vote has to be stored before the next election.
			o.electionMin, o.electionMax = loneElectionMin+4*o.writeTime, loneElectionMax+4*o.writeTime
		}
	} else if o.heartbeat >= o.electionMin {
		return cli.Usagef("-heartbeat is %v and -election-min %v: followers would not wait for a heartbeat; want less than half of it", o.heartbeat, o.electionMin)
	}
	if o.electionMax < o.electionMin {
		return cli.Usagef("-election-max is %v, want at least -election-min, which is %v", o.electionMax, o.electionMin)
	}
	f := s.Fixture
	f.ElectionMin, f.ElectionMax, f.Heartbeat, f.StorageDelay = o.electionMin, o.electionMax, o.heartbeat, o.writeTime
	return nil
}
