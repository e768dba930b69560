// Package serve is the program without a subcommand: it hosts a cluster until it is
// interrupted.
package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os/signal"
	"syscall"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/cmd/version"
	"rrmq.example/emulator/emulator/script/config"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/serve"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/text/outfile"
)

// options are what the flags say.
type options struct {
	fixture, config   string
	nodes, basePort   int
	admin             string
	seed              uint64
	clock, trace, log string
	list, version     bool
	play              bool
	allowRemote       bool
	bugs              cli.Planted
	overwrite         bool
}

// Command is the program without a subcommand.
func Command() *cli.Command {
	var o options
	return &cli.Command{
		Name:    cli.Name,
		Summary: "host a cluster until interrupted",
		About: `Hosts a cluster of Raft nodes in one process, each on its own loopback port, from
the state that a fixture describes, and an admin API to break it and heal it. When every
port listens, one line of JSON on standard output says where everything is. Logs go to
standard error. If nothing reads them, log lines are dropped and counted, and the cluster
goes on.

Each command explains its flags with -h.`,
		Flags: o.flags(),
		Examples: cli.Examples{
			{"emulator", "five new nodes that elect a leader"},
			{"emulator -list", "the fixtures of the program"},
			{"emulator -fixture missing_and_extra_entries", "Figure 7 (f) of the Raft paper"},
			{"emulator -fixture my.toml -base-port 0", "a file of your own, on free ports"},
			{"emulator -fixture my_scenario.toml -play", "a scenario to watch; the cluster stays afterwards"},
			{"emulator -config config.json", "the addresses of a course's file"},
			{"emulator -bug read_local", "five nodes that all have a bug"},
		},
		Exit: cli.Codes{
			cli.OK:        "fine, also after an interrupt",
			cli.Failed:    "an expectation failed (subcommands)",
			cli.Undecided: "undecided, or interrupted (subcommands)",
		},
		Run: o.run,
	}
}

func (o *options) flags() []*cli.Flag {
	return []*cli.Flag{
		cli.Fixture(&o.fixture),
		cli.Config(&o.config),
		cli.Nodes(&o.nodes, 5),
		cli.BasePort(&o.basePort, fixture.DefaultBasePort),
		cli.Admin(&o.admin, serve.DefaultAdmin),
		cli.Seed(&o.seed, fixture.DefaultSeed).Between(0, syntax.MaxTerm).Default("the fixture's own"),
		cli.Clock(&o.clock, "real").Also("; /v1/clock and /v1/wait move virtual time"),
		cli.Trace(&o.trace),
		cli.Overwrite(&o.overwrite),
		cli.Choice(&o.log, "log-format", "text", []string{"text", "json"}, "write logs as `text|json`").Old("log"),
		cli.Bug(&o.bugs),
		cli.Bool(&o.play, "play", "run the steps of the fixture, and say how its expectations end"),
		cli.Bool(&o.allowRemote, "allow-remote", "allow addresses that other machines can reach"),
		cli.Bool(&o.list, "list", "list the fixtures of the program and exit"),
		cli.Bool(&o.version, "version", "print the version and exit"),
	}
}

// validate refuses flags that do not go together.
func (o *options) validate(c *cli.Call) error {
	switch {
	case o.fixture != "" && o.config != "":
		return cli.Usagef("-fixture and -config both say how to start; give one")
	case c.Given("nodes") && (o.fixture != "" || o.config != ""):
		return cli.Usagef("-nodes is for new nodes; with -fixture or -config the file says how many there are")
	case c.Given("base-port") && o.config != "":
		return cli.Usagef("-base-port has no meaning with -config, whose addresses have ports")
	}
	return nil
}

// run hosts a cluster until the context ends.
func (o *options) run(ctx context.Context, c *cli.Call) error {
	if err := o.validate(c); err != nil {
		return err
	}
	switch {
	case o.version:
		_, err := fmt.Fprintln(c.Stdout, cli.Name, version.Current().Version)
		return err
	case o.list:
		return list(c.Stdout)
	}
	start, err := o.start(c)
	if err != nil {
		return err
	}
	if err := o.checkPlay(start.Fixture); err != nil {
		return err
	}
	o.notePlay(c.Stderr, start.Fixture)
	if o.trace == "" {
		return o.hostUntilDone(ctx, c, start)
	}
	replaces := cli.TraceFile(o.overwrite, o.fixture, o.config)
	if err := outfile.Check(o.trace, replaces); err != nil {
		return fmt.Errorf("-trace: %w", err)
	}
	var trace *outfile.LiveFile
	start.OpenTrace = func() (io.Writer, error) {
		if trace, err = outfile.Live(o.trace, replaces); err != nil {
			return nil, fmt.Errorf("-trace: %w", err)
		}
		return trace, nil
	}
	err = o.hostUntilDone(ctx, c, start)
	if trace != nil {
		err = errors.Join(err, trace.Close())
	}
	return err
}

// hostUntilDone starts a cluster, says so and ends it with the context. The program outlives
// the readers of its standard output and standard error.
func (o *options) hostUntilDone(ctx context.Context, c *cli.Call, start *serve.Options) error {
	signal.Ignore(syscall.SIGPIPE)
	s, err := serve.Start(*start)
	if errors.Is(err, serve.ErrAddress) {
		return cli.WithCode(cli.Usage, err)
	}
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%w\nDoes an emulator run already? -admin HOST:PORT and -base-port PORT choose other ports.", err)
	}
	if err != nil {
		return err
	}
	if err := c.Announce(ctx, s.Ready()); err != nil {
		return errors.Join(fmt.Errorf("standard output: %w", err), s.Close())
	}
	endPlay := o.startPlay(ctx, s, start.Fixture, s.Logger())
	<-ctx.Done()
	endPlay()
	return s.Close()
}

// start returns what to start.
func (o *options) start(c *cli.Call) (*serve.Options, error) {
	start := &serve.Options{Admin: o.admin, AllowRemote: o.allowRemote, Version: version.Current().Version}
	var err error
	switch {
	case o.config != "":
		var data []byte
		if data, err = source.ReadFile(o.config); err == nil {
			var read *config.Config
			if read, err = config.Parse(o.config, data); err == nil {
				start.Fixture, start.Addresses = read.Fixture, read.Addresses
				config.WriteNotes(c.Stderr, read.Notes)
			}
		}
	case o.fixture != "":
		start.Fixture, err = c.LoadFixture(o.fixture)
	default:
		start.Fixture = fixture.Fresh(o.nodes)
	}
	if err != nil {
		return nil, err
	}
	if c.Given("base-port") {
		start.Fixture.BasePort = o.basePort
	}
	if last := start.Fixture.BasePort + len(start.Fixture.Nodes) - 1; start.Fixture.BasePort > 0 && last > 65535 {
		return nil, fmt.Errorf("%w: -base-port %d and %d nodes: the last port would be %d, and ports end at 65535",
			source.ErrInvalid, start.Fixture.BasePort, len(start.Fixture.Nodes), last)
	}
	if c.Given("seed") {
		start.Fixture.Seed = o.seed
	}
	if err := o.bugs.Plant(start.Fixture); err != nil {
		return nil, err
	}
	if o.clock == "virtual" {
		start.Clock = host.Virtual
	}
	start.Logger = slog.New(slog.NewTextHandler(c.Stderr, nil))
	if o.log == "json" {
		start.Logger = slog.New(slog.NewJSONHandler(c.Stderr, nil))
	}
	return start, nil
}
