package mutants

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/lab/mutants"
	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/emulator/text"
)

// flags are what the command line says.
type flags struct {
	options mutants.Options
	verbose bool
	reports report.Outputs
	typed   []string // what was given of them and says how a cluster is run
}

// ownToRun are the flags that say which bugs are tried, and what becomes of it:
// whoever tries one again gives others.
var notRepeated = []string{"bugs", "v", "out", "report", "json", "keep-going", "parallel"}

// parseFlags reads the command line. Asked for help, it gives it and returns
// flag.ErrHelp.
func parseFlags(args []string, stdout io.Writer) (*flags, error) {
	f := &flags{}
	o := &f.options
	o.Again = f.again
	set := flag.NewFlagSet("emulator mutants", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	name := set.String("fixture", "", "start each cluster as `NAME|FILE` says (default: new nodes)")
	nodes := set.Int("nodes", 5, "without -fixture: start `N` new nodes")
	clock := set.String("clock", "real", "what moves time, `real|virtual`; virtual time moves when the suite asks /v1/wait or /v1/clock to")
	bugs := set.String("bugs", "*", "only bugs whose names match one of these `PATTERNS`, with commas: vote_*,commit_old_term")
	on := set.String("on", "all", "which nodes have the bug, `all|majority|minority|IDS`: the first of them, or ids with commas")
	set.DurationVar(&o.Timeout, "timeout", 2*time.Minute, "a run that takes longer than this `TIME` is ended, and counts as caught")
	set.IntVar(&o.Parallel, "parallel", 1, "try `N` bugs at once, each with ports of its own; in real time a busy machine may fail a suite")
	set.IntVar(&o.Repeat, "repeat", 1, "run the command `N` times for each bug, with seeds that count up; one run that notices is enough")
	set.Uint64Var(&o.Seed, "seed", 0, "`N` feeds all random draws of the first run (default: the fixture's own)")
	set.IntVar(&o.BasePort, "base-port", 0, "node i listens on `PORT` + i, for suites that know no other; 0: on any free port")
	set.StringVar(&o.Admin, "admin", "127.0.0.1:0", "the admin API listens on `HOST:PORT`; port 0: any free one")
	set.BoolVar(&o.KeepGoing, "keep-going", false, "try the bugs though the suite fails on healthy nodes")
	set.BoolVar(&f.verbose, "v", false, "show what the command says while it runs")
	set.StringVar(&o.Out, "out", "", "keep each run's output and trace in `DIRECTORY`")
	set.Func("report", "write a report of the kind, `KIND=FILE`, to standard output when FILE is -; may be given several times", f.addReport)
	set.BoolFunc("json", "the same as -report json=-", func(string) error { return f.addReport("json=-") })
	err := text.Flag(set, set.Parse(args))
	if errors.Is(err, flag.ErrHelp) {
		help(set, stdout)
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	o.Command = set.Args()
	given := map[string]bool{}
	set.Visit(func(g *flag.Flag) {
		given[g.Name] = true
		if !slices.Contains(notRepeated, g.Name) {
			f.typed = append(f.typed, "-"+g.Name, g.Value.String())
		}
	})
	switch {
	case len(o.Command) == 0:
		return nil, errors.New("there is no command to run; want one behind the flags, as in emulator mutants -- ./suite.sh")
	case *name != "" && given["nodes"]:
		return nil, errors.New("-nodes is for new nodes; with -fixture the file says how many there are")
	case *nodes < 1 || *nodes > world.MaxNodes:
		return nil, fmt.Errorf("-nodes %d: want 1 to %d", *nodes, world.MaxNodes)
	case *clock != "real" && *clock != "virtual":
		return nil, fmt.Errorf("-clock %q: want real or virtual", *clock)
	}
	if err := f.checkRanges(); err != nil {
		return nil, err
	}
	if *clock == "virtual" {
		o.Clock = host.Virtual
	}
	if o.Bugs, err = chooseBugs(*bugs); err != nil {
		return nil, err
	}
	if o.On, err = mutants.ParseWhere(*on); err != nil {
		return nil, fmt.Errorf("-on %w", err)
	}
	o.Fixture = fixture.Fresh(*nodes)
	if *name != "" {
		if o.Fixture, err = fixture.Load(*name); err != nil {
			return nil, err
		}
	}
	if !given["seed"] {
		o.Seed = o.Fixture.Seed
	}
	if !o.On.Any(len(o.Fixture.Nodes)) {
		return nil, fmt.Errorf("-on %s: a cluster of %d nodes has no such node, so nothing would be wrong with it", *on, len(o.Fixture.Nodes))
	}
	if last := o.BasePort + len(o.Fixture.Nodes) - 1; o.BasePort > 0 && last > 65535 {
		return nil, fmt.Errorf("-base-port %d and %d nodes: the last port would be %d, and ports end at 65535", o.BasePort, len(o.Fixture.Nodes), last)
	}
	return f, nil
}

// checkRanges looks at what is wrong whatever the cluster is.
func (f *flags) checkRanges() error {
	o := &f.options
	switch {
	case o.Timeout <= 0:
		return fmt.Errorf("-timeout %v: want more than 0", o.Timeout)
	case o.Repeat < 1:
		return fmt.Errorf("-repeat %d: want 1 or more", o.Repeat)
	case o.Parallel < 1:
		return fmt.Errorf("-parallel %d: want 1 or more", o.Parallel)
	case o.Parallel > 1 && (o.BasePort != 0 || !strings.HasSuffix(o.Admin, ":0")):
		return fmt.Errorf("-parallel %d: clusters that run at once cannot share ports; leave out -base-port and -admin, or -parallel", o.Parallel)
	case !isAdmin(o.Admin):
		return fmt.Errorf("-admin %q: want HOST:PORT with localhost or a loopback address, such as 127.0.0.1:8500", o.Admin)
	case o.BasePort < 0 || o.BasePort > 65535:
		return fmt.Errorf("-base-port %d: want 0 to 65535", o.BasePort)
	case o.Seed > syntax.MaxTerm:
		return fmt.Errorf("-seed %d: want 0 to %d, the largest that every JSON reader takes exactly", o.Seed, uint64(syntax.MaxTerm))
	}
	return nil
}

// isAdmin tells whether clusters can have their admin API at an address.
func isAdmin(address string) bool {
	tcp, err := net.ResolveTCPAddr("tcp", address)
	return err == nil && tcp.IP.IsLoopback()
}

// again is the command line that runs the command in the same way, with further
// flags.
func (f *flags) again(further ...string) []string {
	words := slices.Concat([]string{"emulator", "mutants"}, f.typed, further, []string{"--"})
	return append(words, f.options.Command...)
}

func (f *flags) addReport(value string) error { return f.reports.Add(value, "text") }
