// Package systematic is the subcommand emulator systematic: it has package
// lab/systematic visit every schedule, and prints what that found.
package systematic

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/lab/systematic"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/emulator/text/outfile"
	"rrmq.example/emulator/raft"
)

// An exploration is what the command line asks for.
type exploration struct {
	systematic.Options
	name    string // of the fixture; "": new nodes
	nodes   int
	bug     string
	check   string
	fixture *fixture.Fixture
	save    string
	json    bool

	overwrite bool
	out       *outfile.File // of save; nil: none
}

// Command is emulator systematic.
func Command() *cli.Command {
	e := &exploration{}
	return &cli.Command{
		Name:    "systematic",
		Summary: "follow every schedule of a small cluster, up to a bound",
		About: `Follows every schedule of a small cluster up to a bound, and checks every state on
the way. Messages arrive in any order or never, election timers run out at any time, nodes crash
and restart, clients send requests. If a schedule within the bounds breaks a property of Raft,
the report shows a shortest one.

States that differ only by the nodes' ids are visited once. Storage takes no time: a crash
loses volatile state, and no write.`,
		Flags: e.flags(),
		Notes: []cli.Note{{Title: "Properties (-check)", Text: strings.Join(systematic.Properties(), ", ")}},
		Examples: cli.Examples{
			{"emulator systematic", "3 new nodes, up to the default bounds"},
			{"emulator systematic -bug vote_without_log", "the effect of a bug in every node"},
			{"emulator systematic -bug vote_twice@2 -save twice.toml", "a bug in node 2 only, its schedule written as a fixture"},
			{"emulator systematic -fixture figure_7_f -crashes 0 -depth 12", "from a state of the paper"},
			{"emulator systematic -nodes 5 -term 1 -requests 0", "every first election of 5 nodes"},
		},
		Exit: cli.Codes{
			cli.OK:          "every schedule within the bounds keeps all properties",
			cli.Failed:      "a schedule breaks a property; the report shows its steps",
			cli.Undecided:   "interrupted, or more than -max-states states; the report says what is known",
			cli.Usage:       "bad usage, fixture or bounds",
			cli.Environment: "the file of -save cannot be written",
		},
		Run: e.run,
	}
}

func (e *exploration) flags() []*cli.Flag {
	def, b := systematic.DefaultBounds, &e.Bounds
	start := cli.Fixture(&e.name)
	start.Usage += "; its times, faults and cuts are ignored"
	return []*cli.Flag{
		start,
		cli.Nodes(&e.nodes, 3).Between(1, systematic.MaxNodes),
		cli.OneBug(&e.bug),
		cli.Int(&b.Depth, "depth", def.Depth, "follow schedules of up to `N` choices"),
		cli.Int(&b.Term, "term", def.Term, "no election begins after term `N`"),
		cli.Int(&b.Log, "max-log", def.Log, "a node with `N` entries accepts no request").Old("log"),
		cli.Int(&b.InFlight, "in-flight", def.InFlight, "at most `N` messages are in flight, including those that never arrive"),
		cli.Int(&b.Requests, "requests", def.Requests, "clients send at most `N` requests"),
		cli.Int(&b.Heartbeats, "heartbeats", def.Heartbeats, "leaders send at most `N` heartbeats, besides those after an election"),
		cli.Int(&b.Crashes, "crashes", def.Crashes, "nodes crash at most `N` times"),
		cli.Int(&b.Duplicates, "duplicates", def.Duplicates, "a copy of a message arrives at most `N` times"),
		cli.Int(&e.MaxStates, "max-states", systematic.DefaultMaxStates, "stop soon after `N` states, about 100 bytes each").AtLeast(1),
		cli.Parallel(&e.Workers, "`N` workers share the search; the result is the same").Default("the number of CPUs"),
		cli.Bool(&e.NoSymmetry, "no-symmetry", "count states as different that differ only by the nodes' ids"),
		cli.String(&e.check, "check", "", "check only the properties in `LIST`, separated by commas"),
		cli.String(&e.save, "save", "", "write a schedule that breaks a property to `FILE.toml`, for emulator run").Old("out").File(),
		cli.Overwrite(&e.overwrite),
		cli.JSON(&e.json, "print the result as JSON"),
	}
}

func (e *exploration) run(ctx context.Context, c *cli.Call) error {
	if err := e.prepare(c); err != nil {
		return err
	}
	if e.save != "" {
		out, err := outfile.Create(e.save, cli.FixtureFile(e.overwrite, e.name))
		if err != nil {
			return fmt.Errorf("-save: %w", err)
		}
		defer out.Abort()
		e.out = out
	}
	began, line := time.Now(), cli.New(c.Stderr)
	e.Progress = func(s systematic.Stats) { line.Tell(sofar(began, s)) }
	r, err := systematic.Explore(ctx, e.fixture, e.Options)
	line.Clear()
	took := time.Since(began)
	if err != nil {
		return cli.WithCode(cli.Usage, err)
	}
	x := export(e, r)
	if e.json {
		err = printJSON(c.Stdout, e, r, x, took)
	} else {
		printText(c.Stdout, e, r, x, took)
	}
	if err := errors.Join(err, x.failure); err != nil {
		return cli.WithCode(cli.Environment, err)
	}
	switch r.End {
	case systematic.Violated:
		return cli.Exit(cli.Failed)
	case systematic.Interrupted, systematic.StatesBound:
		return cli.Exit(cli.Undecided)
	}
	return nil
}

// prepare finds the fixture and the bugs.
func (e *exploration) prepare(c *cli.Call) error {
	if e.name != "" && c.Given("nodes") {
		return cli.Usagef("-nodes is for new nodes; with -fixture the file says how many there are")
	}
	if e.Workers == 0 {
		e.Workers = runtime.GOMAXPROCS(0)
	}
	if e.check != "" {
		e.Properties = strings.Split(e.check, ",")
	}
	e.fixture = fixture.Fresh(e.nodes)
	var err error
	if e.name != "" {
		if e.fixture, err = c.LoadFixture(e.name); err != nil {
			return err
		}
	}
	if e.Bugs, err = plant(e.bug, len(e.fixture.Nodes)); err != nil {
		return cli.Usagef("%w", err)
	}
	return nil
}

// plant returns the bugs by node; nil for none.
func plant(text string, nodes int) ([]string, error) {
	bug, where, err := cli.ParseBug(text, nodes)
	if bug == "" || err != nil {
		return nil, err
	}
	byNode := make([]string, nodes)
	for id := range byNode {
		if where == nil || slices.Contains(where, raft.NodeID(id)) {
			byNode[id] = bug
		}
	}
	return byNode, nil
}

// An exported is a violation as a fixture, and the outcome of running that.
type exported struct {
	toml    []byte
	why     error // there is no fixture, or it could not be run
	rerun   systematic.Rerun
	failure error // the file cannot be written
}

// export makes a fixture of the violation, runs it, and writes it to the file of
// -save. An interruption that has ended the exploration does not stop it.
func export(e *exploration, r *systematic.Result) *exported {
	x := &exported{}
	if r.Violation == nil {
		return x
	}
	f, rerun, err := r.Violation.Export(context.Background(), runScenario, e.fixture, e.Bugs)
	x.rerun, x.why = rerun, err
	if f == nil {
		return x
	}
	x.toml = f.TOML()
	if e.out != nil {
		x.failure = cli.WriteFixture(e.out, "systematic -save", x.toml)
	}
	return x
}

// runScenario runs a fixture's scenario for an export.
func runScenario(ctx context.Context, f *fixture.Fixture, file string, m world.Monitor) ([]systematic.Outcome, error) {
	v, err := scenario.Run(ctx, f, scenario.Options{File: file, Monitors: []world.Monitor{m}})
	if err != nil {
		return nil, err
	}
	var outcomes []systematic.Outcome
	for _, c := range v.Checks {
		outcomes = append(outcomes, systematic.Outcome{Check: c.Name, Failed: c.Status == scenario.Failed})
	}
	return outcomes, nil
}
