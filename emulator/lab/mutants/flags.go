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

	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/emulator/text"
)

// flags are what the command line says.
type flags struct {
	command   []string
	fixture   *fixture.Fixture
	clock     host.ClockMode
	bugs      []*world.Bug
	on        who
	timeout   time.Duration
	parallel  int
	repeat    int
	seed      uint64
	basePort  int
	admin     string
	keepGoing bool
	verbose   bool
	out       string
	reports   report.Outputs
	typed     []string // what was given of them and says how a cluster is run
}

// ownToRun are the flags that say which bugs are tried, and what becomes of it:
// whoever tries one again gives others.
var ownToRun = []string{"bugs", "v", "out", "report", "json", "keep-going", "parallel"}

// parseFlags reads the command line. Asked for help, it gives it and returns
// flag.ErrHelp.
func parseFlags(args []string, stdout io.Writer) (*flags, error) {
	f := &flags{}
	set := flag.NewFlagSet("emulator mutants", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	name := set.String("fixture", "", "start each cluster as `NAME|FILE` says (default: new nodes)")
	nodes := set.Int("nodes", 5, "without -fixture: start `N` new nodes")
	clock := set.String("clock", "real", "what moves time, `real|virtual`; virtual time moves when the suite asks /v1/wait or /v1/clock to")
	bugs := set.String("bugs", "*", "only bugs whose names match one of these `PATTERNS`, with commas: vote_*,commit_old_term")
	on := set.String("on", "all", "which nodes have the bug, `all|majority|minority|IDS`: the first of them, or ids with commas")
	set.DurationVar(&f.timeout, "timeout", 2*time.Minute, "a run that takes longer than this `TIME` is ended, and counts as caught")
	set.IntVar(&f.parallel, "parallel", 1, "try `N` bugs at once, each with ports of its own; in real time a busy machine may fail a suite")
	set.IntVar(&f.repeat, "repeat", 1, "run the command `N` times for each bug, with seeds that count up; one run that notices is enough")
	set.Uint64Var(&f.seed, "seed", 0, "`N` feeds all random draws of the first run (default: the fixture's own)")
	set.IntVar(&f.basePort, "base-port", 0, "node i listens on `PORT` + i, for suites that know no other; 0: on any free port")
	set.StringVar(&f.admin, "admin", "127.0.0.1:0", "the admin API listens on `HOST:PORT`; port 0: any free one")
	set.BoolVar(&f.keepGoing, "keep-going", false, "try the bugs though the suite fails on healthy nodes")
	set.BoolVar(&f.verbose, "v", false, "show what the command says while it runs")
	set.StringVar(&f.out, "out", "", "keep each run's output and trace in `DIRECTORY`")
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
	f.command = set.Args()
	given := map[string]bool{}
	set.Visit(func(g *flag.Flag) {
		given[g.Name] = true
		if !slices.Contains(ownToRun, g.Name) {
			f.typed = append(f.typed, "-"+g.Name, g.Value.String())
		}
	})
	switch {
	case len(f.command) == 0:
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
		f.clock = host.Virtual
	}
	if f.bugs, err = chooseBugs(*bugs); err != nil {
		return nil, err
	}
	if f.on, err = parseWho(*on); err != nil {
		return nil, err
	}
	f.fixture = fixture.Fresh(*nodes)
	if *name != "" {
		if f.fixture, err = fixture.Load(*name); err != nil {
			return nil, err
		}
	}
	if !given["seed"] {
		f.seed = f.fixture.Seed
	}
	if !f.on.hasAny(len(f.fixture.Nodes)) {
		return nil, fmt.Errorf("-on %s: a cluster of %d nodes has no such node, so nothing would be wrong with it", *on, len(f.fixture.Nodes))
	}
	if last := f.basePort + len(f.fixture.Nodes) - 1; f.basePort > 0 && last > 65535 {
		return nil, fmt.Errorf("-base-port %d and %d nodes: the last port would be %d, and ports end at 65535", f.basePort, len(f.fixture.Nodes), last)
	}
	return f, nil
}

// checkRanges looks at what is wrong whatever the cluster is.
func (f *flags) checkRanges() error {
	switch {
	case f.timeout <= 0:
		return fmt.Errorf("-timeout %v: want more than 0", f.timeout)
	case f.repeat < 1:
		return fmt.Errorf("-repeat %d: want 1 or more", f.repeat)
	case f.parallel < 1:
		return fmt.Errorf("-parallel %d: want 1 or more", f.parallel)
	case f.parallel > 1 && (f.basePort != 0 || !strings.HasSuffix(f.admin, ":0")):
		return fmt.Errorf("-parallel %d: clusters that run at once cannot share ports; leave out -base-port and -admin, or -parallel", f.parallel)
	case !isAdmin(f.admin):
		return fmt.Errorf("-admin %q: want HOST:PORT with localhost or a loopback address, such as 127.0.0.1:8500", f.admin)
	case f.basePort < 0 || f.basePort > 65535:
		return fmt.Errorf("-base-port %d: want 0 to 65535", f.basePort)
	case f.seed > fixture.MaxTerm:
		return fmt.Errorf("-seed %d: want 0 to %d, the largest that every JSON reader takes exactly", f.seed, uint64(fixture.MaxTerm))
	}
	return nil
}

// isAdmin tells whether clusters can have their admin API at an address.
func isAdmin(address string) bool {
	tcp, err := net.ResolveTCPAddr("tcp", address)
	return err == nil && tcp.IP.IsLoopback()
}

// usesOwn tells whether the suite starts clusters of its own, with the bug that
// it is told. The one that it is given stands idle then, and what the emulator
// sees there says nothing about the suite.
func (f *flags) usesOwn() bool {
	return slices.ContainsFunc(f.command[1:], func(w string) bool { return strings.Contains(w, "{bug}") })
}

// again is the command line that runs the command in the same way, with further
// flags.
func (f *flags) again(further ...string) []string {
	words := slices.Concat([]string{"emulator", "mutants"}, f.typed, further, []string{"--"})
	return append(words, f.command...)
}

func (f *flags) addReport(value string) error { return f.reports.Add(value, "text") }
