// Package cmd is the command line of the emulator: the subcommands, each in a
// package of its own below, and the program without one, which hosts a cluster.
package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"text/tabwriter"

	"rrmq.example/emulator/emulator"
	"rrmq.example/emulator/emulator/cmd/bugs"
	"rrmq.example/emulator/emulator/cmd/ctl"
	explorecmd "rrmq.example/emulator/emulator/cmd/explore"
	"rrmq.example/emulator/emulator/cmd/load"
	"rrmq.example/emulator/emulator/cmd/mutants"
	"rrmq.example/emulator/emulator/cmd/run"
	"rrmq.example/emulator/emulator/cmd/systematic"
	"rrmq.example/emulator/emulator/cmd/verify"
	"rrmq.example/emulator/emulator/script/config"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/emulator/text"
)

// Exit codes.
const (
	exitOK          = 0
	exitFailed      = 1 // what was expected is not so
	exitUndecided   = 2 // it could not be found out
	exitUsage       = 3 // the command line, a fixture or another file is wrong
	exitEnvironment = 4 // a port, the disk or the like
)

const usage = `Usage:
  emulator [flags]              host a cluster until interrupted
  emulator run NAME|FILE...     run scenarios and tell how they came out
  emulator explore [flags]      look for failures in thousands of random schedules
  emulator explore -systematic  follow every schedule of a small cluster, up to a bound
  emulator check FILE...        tell what is wrong with fixtures, scenarios or config.json files
  emulator replay TRACE...      repeat recorded runs (-trace) and compare every event
  emulator verify TRACE...      judge recorded runs by raft.tla and the paper, record by record
  emulator bugs                 list the bugs that can be planted in nodes
  emulator mutants -- COMMAND   tell how many planted bugs a suite of tests catches
  emulator ctl COMMAND          look at a running cluster, break it and heal it
  emulator load [flags]         load running nodes, and check what they answer
Each has a -h of its own.

A cluster of Raft nodes in one process, each on its own loopback port, seeded
from a fixture, and an admin API that breaks and heals it. Once every port
listens, one line of JSON on standard output says where everything is; logs go
to standard error.

Flags:
`

const examples = `
Examples:
  emulator                                          five new nodes that elect a leader
  emulator -list                                    what fixtures there are
  emulator -fixture missing_and_extra_entries.toml  Figure 7 (f) of the Raft paper
  emulator -fixture my.toml -base-port 0            a file of your own, on free ports
  emulator -config config.json                      the addresses of a course's file
  emulator -bug read_local                          five nodes that all have a bug

Exit codes:
  0  fine, also after an interrupt
  3  bad usage, or a bad fixture or file
  4  a port, the disk or the like
Those of subcommands also 1, something that was expected is not so, and 2, it could
not be decided: interrupted, or more than could be checked.
`

// Main is the program: it runs what the arguments ask for and returns the exit
// code. An error of standard output is an error of the command.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	return program(ctx, args, stdout, stderr)
}

// program is the whole program: it returns its exit code. What could not be written to
// standard output is not taken for said.
func program(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	out := &output{Writer: stdout}
	code := command(ctx, args, out, stderr)
	if out.err != nil && code < exitUsage {
		fmt.Fprintf(stderr, "emulator: standard output: %v\n", out.err)
		return exitEnvironment
	}
	return code
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

// command runs what the arguments ask for.
func command(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		switch args[0] {
		case "help": // emulator help run is emulator run -h
			return command(ctx, append(args[1:min(len(args), 2)], "-h"), stdout, stderr)
		case "run":
			return run.Run(ctx, args[1:], stdout, stderr)
		case "explore":
			if systematic.Wanted(args[1:]) {
				return systematic.Main(ctx, args[1:], stdout, stderr)
			}
			return explorecmd.Main(ctx, args[1:], stdout, stderr)
		case "check":
			return check(args[1:], stdout, stderr)
		case "bugs":
			return bugs.Main(args[1:], stdout, stderr)
		case "mutants":
			return mutants.Main(ctx, args[1:], stdout, stderr)
		case "ctl":
			return ctl.Main(ctx, args[1:], stdout, stderr)
		case "load":
			return load.Main(ctx, args[1:], stdout, stderr)
		case "verify":
			return verify.Main(ctx, args[1:], os.Stdin, stdout, stderr)
		case "replay":
			return replay(args[1:], stdout, stderr)
		}
	}
	return serve(ctx, args, stdout, stderr)
}

// flags are those of the program without a subcommand.
type flags struct {
	fixture, config    string
	nodes              int
	basePort           int
	admin              string
	seed               uint64
	clock, trace, log  string
	list, version, far bool
	bugs               bugs.Planted
	isSet              map[string]bool
}

func parseFlags(args []string, stdout, stderr io.Writer) (*flags, error) {
	f := &flags{isSet: map[string]bool{}}
	set := flag.NewFlagSet("emulator", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&f.fixture, "fixture", "", "start as `NAME|FILE` says: an embedded fixture, with or without .toml, or a file")
	set.StringVar(&f.config, "config", "", "take the nodes' addresses, and states if it has them, from a course's `config.json`")
	set.IntVar(&f.nodes, "nodes", 5, "without -fixture and -config: start `N` new nodes")
	set.IntVar(&f.basePort, "base-port", fixture.DefaultBasePort, "node i listens on `PORT` + i; 0: on any free port; overrides the fixture's")
	set.StringVar(&f.admin, "admin", emulator.DefaultAdmin, "the admin API listens on `HOST:PORT`; port 0: any free one")
	set.Uint64Var(&f.seed, "seed", fixture.DefaultSeed, "`N` feeds all random draws; overrides the fixture's")
	set.StringVar(&f.clock, "clock", "real", "what moves time, `real|virtual`; virtual time is moved by /v1/clock and /v1/wait")
	set.StringVar(&f.trace, "trace", "", "record all that happens to `FILE`, as JSON Lines, for emulator replay")
	set.StringVar(&f.log, "log", "text", "how logs look on standard error, `text|json`")
	set.Var(&f.bugs, "bug", "plant a bug: `NAME[@NODES]`, such as vote_twice@0,2-3, or in all nodes; may be given several times; emulator bugs lists them")
	set.BoolVar(&f.far, "allow-remote", false, "let addresses be used that other machines can reach")
	set.BoolVar(&f.list, "list", false, "list the embedded fixtures and exit")
	set.BoolVar(&f.version, "version", false, "print the version and exit")
	err := text.Flag(set, set.Parse(args))
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, usage)
		set.SetOutput(stdout)
		set.PrintDefaults()
		fmt.Fprint(stdout, examples)
		return nil, err
	}
	set.Visit(func(g *flag.Flag) { f.isSet[g.Name] = true })
	switch {
	case err != nil:
	case set.NArg() > 0:
		err = fmt.Errorf("%q is neither a flag nor a subcommand; emulator -h lists both", set.Arg(0))
	case f.fixture != "" && f.config != "":
		err = errors.New("-fixture and -config both say how to start; give one")
	case f.isSet["nodes"] && (f.fixture != "" || f.config != ""):
		err = errors.New("-nodes is for new nodes; with -fixture or -config the file says how many there are")
	case f.isSet["base-port"] && f.config != "":
		err = errors.New("-base-port has no meaning with -config, whose addresses have ports")
	case f.seed > syntax.MaxTerm:
		err = fmt.Errorf("-seed %d: want 0 to %d, the largest that every JSON reader takes exactly", f.seed, uint64(syntax.MaxTerm))
	case f.nodes < 1 || f.nodes > world.MaxNodes:
		err = fmt.Errorf("-nodes %d: want 1 to %d", f.nodes, world.MaxNodes)
	case f.basePort < 0 || f.basePort > 65535:
		err = fmt.Errorf("-base-port %d: want 0 to 65535", f.basePort)
	case f.clock != "real" && f.clock != "virtual":
		err = fmt.Errorf("-clock %q: want real or virtual", f.clock)
	case f.log != "text" && f.log != "json":
		err = fmt.Errorf("-log %q: want text or json", f.log)
	}
	if err != nil {
		fmt.Fprintf(stderr, "emulator: %v\nemulator -h tells more\n", err)
	}
	return f, err
}

// serve runs a cluster until the context ends.
func serve(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	f, err := parseFlags(args, stdout, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitUsage
	case f.version:
		fmt.Fprintln(stdout, "emulator", version())
		return exitOK
	case f.list:
		return list(stdout)
	}
	options, err := f.options(stderr)
	if err != nil {
		return fail(stderr, err)
	}
	var trace *os.File
	if f.trace != "" {
		if trace, err = os.Create(f.trace); err != nil {
			fmt.Fprintf(stderr, "emulator: -trace: %v\n", err)
			return exitUsage
		}
		defer trace.Close()
		options.Trace = trace
	}
	e, err := emulator.New(*options)
	if err != nil {
		return fail(stderr, err)
	}
	if err := json.NewEncoder(stdout).Encode(e.Ready()); err != nil {
		return fail(stderr, errors.Join(err, e.Close()))
	}
	<-ctx.Done()
	err = e.Close()
	if trace != nil {
		err = errors.Join(err, trace.Close())
	}
	if err != nil {
		return fail(stderr, err)
	}
	return exitOK
}

// options are what the flags say to start.
func (f *flags) options(stderr io.Writer) (*emulator.Options, error) {
	o := &emulator.Options{Admin: f.admin, AllowRemote: f.far, Version: version()}
	var err error
	switch {
	case f.config != "":
		var data []byte
		if data, err = source.ReadFile(f.config); err == nil {
			o.Fixture, o.Addresses, err = config.Parse(f.config, data)
		}
	case f.fixture != "":
		o.Fixture, err = fixture.Load(f.fixture)
	default:
		o.Fixture = fixture.Fresh(f.nodes)
	}
	if err != nil {
		return nil, err
	}
	if f.isSet["base-port"] {
		o.Fixture.BasePort = f.basePort
	}
	if last := o.Fixture.BasePort + len(o.Fixture.Nodes) - 1; o.Fixture.BasePort > 0 && last > 65535 {
		return nil, fmt.Errorf("%w: -base-port %d and %d nodes: the last port would be %d, and ports end at 65535",
			source.ErrInvalid, o.Fixture.BasePort, len(o.Fixture.Nodes), last)
	}
	if f.isSet["seed"] {
		o.Fixture.Seed = f.seed
	}
	if err := f.bugs.Plant(o.Fixture); err != nil {
		return nil, err
	}
	if f.clock == "virtual" {
		o.Clock = host.Virtual
	}
	o.Logger = slog.New(slog.NewTextHandler(stderr, nil))
	if f.log == "json" {
		o.Logger = slog.New(slog.NewJSONHandler(stderr, nil))
	}
	return o, nil
}

// list lists the embedded fixtures: those of no folder, then each folder's.
func list(stdout io.Writer) int {
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	infos := fixture.List()
	slices.SortStableFunc(infos, func(a, b fixture.Info) int { return strings.Compare(a.Folder, b.Folder) })
	folder := ""
	for _, info := range infos {
		if info.Folder != folder {
			folder = info.Folder
			fmt.Fprintf(w, "\n%s: %s\n", folder, info.Part)
		}
		fmt.Fprintf(w, "%s\t%s\n", info.Name, info.Description)
	}
	w.Flush()
	return exitOK
}

// fail prints an error and gives the exit code for it.
func fail(stderr io.Writer, err error) int {
	fmt.Fprintf(stderr, "emulator: %v\n", err)
	for _, usage := range []error{
		source.ErrInvalid, fixture.ErrUnknown, source.ErrUnreadable, emulator.ErrAddress,
		emulator.ErrNotTrace, bugs.ErrNodes, os.ErrNotExist, os.ErrPermission,
	} {
		if errors.Is(err, usage) {
			return exitUsage
		}
	}
	return exitEnvironment
}

// version is that of the module, or of the commit that it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && (v == "" || v == "(devel)") {
			v = s.Value
		}
	}
	return v
}
