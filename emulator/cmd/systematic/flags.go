package systematic

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/systematic"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/raft"
)

const usage = `Usage:
  emulator explore -systematic [flags]

Follows every schedule of a small cluster up to a bound, not only random ones, and
looks at every state on the way: messages arrive in any order or never, election
timers run out at any time, nodes crash and come back, clients ask. Whatever goes
wrong in Raft within the bounds is found, and by a shortest schedule.

States that differ by the nodes' ids alone are visited once. Storage takes no time:
a crash loses what is volatile, and no write.

Flags:
`

const examples = `
Examples:
  emulator explore -systematic                         3 new nodes, up to the default bounds
  emulator explore -systematic -bug vote_without_log   what comes of a bug in every node
  emulator explore -systematic -bug vote_twice@2 -out twice.toml
                                                       in node 2 alone, written as a fixture
  emulator explore -systematic -fixture figure_7_f -crashes 0 -depth 12
                                                       from a state of the paper
  emulator explore -systematic -nodes 5 -term 1 -requests 0
                                                       every election of 5 nodes in their first term

Properties (-check):
  %s

Exit codes:
  0  every schedule within the bounds keeps all properties
  1  one does not: it is told step by step
  2  interrupted, or there were more than -max-states states: what is known is told
  3  bad usage, fixture or bounds
  4  the file of -out could not be written
`

// flags are the command line.
type flags struct {
	systematic.Options
	fixture *fixture.Fixture
	out     string
	json    bool
}

// parseFlags reads the command line. The error is flag.ErrHelp when help was
// asked for, and has been given.
func parseFlags(args []string, stdout io.Writer) (*flags, error) {
	f := &flags{Options: systematic.Options{Bounds: systematic.DefaultBounds}}
	set := flag.NewFlagSet("emulator explore -systematic", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Bool("systematic", true, "follow every schedule")
	name := set.String("fixture", "", "begin as the nodes of `NAME|FILE` do: an embedded fixture, or a file; its times, faults and cuts mean nothing")
	nodes := set.Int("nodes", 3, fmt.Sprintf("without -fixture: begin with `N` new nodes, at most %d", systematic.MaxNodes))
	bug := set.String("bug", "", "plant a bug of the core: `NAME[@NODES]`, such as vote_twice@0,2, or in all nodes; emulator bugs lists them")
	b := &f.Bounds
	set.IntVar(&b.Depth, "depth", b.Depth, "follow schedules of up to `N` choices")
	set.IntVar(&b.Term, "term", b.Term, "no election begins after term `N`")
	set.IntVar(&b.Log, "log", b.Log, "no request is taken by a node with `N` entries")
	set.IntVar(&b.InFlight, "in-flight", b.InFlight, "at most `N` messages are in flight, those that never arrive among them")
	set.IntVar(&b.Requests, "requests", b.Requests, "at most `N` requests of clients")
	set.IntVar(&b.Heartbeats, "heartbeats", b.Heartbeats, "at most `N` heartbeats, beside those of a new leader")
	set.IntVar(&b.Crashes, "crashes", b.Crashes, "at most `N` crashes")
	set.IntVar(&b.Duplicates, "duplicates", b.Duplicates, "at most `N` times a copy of a message arrives, too")
	set.IntVar(&f.MaxStates, "max-states", systematic.DefaultMaxStates, "stop soon after `N` states, some 100 bytes each")
	set.IntVar(&f.Workers, "parallel", runtime.GOMAXPROCS(0), "let `N` workers share the work; the result is the same")
	set.BoolVar(&f.NoSymmetry, "no-symmetry", false, "count states as different that differ by the nodes' ids alone")
	only := set.String("check", "", "look at these properties only, `LIST` with commas")
	set.StringVar(&f.out, "out", "", "write a schedule that breaks a property to `FILE.toml`, for emulator run, and try it")
	set.BoolVar(&f.json, "json", false, "print the result as JSON")
	err := text.Flag(set, set.Parse(args))
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, usage)
		set.SetOutput(stdout)
		set.PrintDefaults()
		fmt.Fprintf(stdout, examples, strings.Join(systematic.Properties(), ", "))
		return nil, err
	}
	given := map[string]bool{}
	set.Visit(func(g *flag.Flag) { given[g.Name] = true })
	switch {
	case err != nil:
		return nil, err
	case set.NArg() > 0:
		return nil, fmt.Errorf("%q is not a flag, and nothing else is wanted", set.Arg(0))
	case *name != "" && given["nodes"]:
		return nil, errors.New("-nodes is for new nodes; with -fixture the file says how many there are")
	case *nodes < 1 || *nodes > systematic.MaxNodes:
		return nil, fmt.Errorf("-nodes %d: want 1 to %d", *nodes, systematic.MaxNodes)
	case f.MaxStates < 1:
		return nil, fmt.Errorf("-max-states %d: want at least 1", f.MaxStates)
	case f.Workers < 1:
		return nil, fmt.Errorf("-parallel %d: want at least 1", f.Workers)
	}
	if *only != "" {
		f.Properties = strings.Split(*only, ",")
	}
	f.fixture = fixture.Fresh(*nodes)
	if *name != "" {
		if f.fixture, err = fixture.Load(*name); err != nil {
			return nil, err
		}
	}
	f.Bugs, err = plant(*bug, len(f.fixture.Nodes))
	return f, err
}

// plant gives the bugs by node; nil for none.
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
