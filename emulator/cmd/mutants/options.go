package mutants

import (
	"fmt"
	"net"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/mutants"
	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/serve/host"
	"rrmq.example/emulator/emulator/sim/bugs"
	"rrmq.example/emulator/emulator/text"
)

// options are what the command line asks for.
type options struct {
	mutants.Options
	name      string // of the fixture; "": new nodes
	nodes     int
	clock     string
	patterns  string
	on        string
	verbose   bool
	overwrite bool
	json      bool
	color     string
	reports   report.Outputs
	repeat    []string // the given flags that decide how a cluster is run
}

func (o *options) flags(kinds [][2]string) []*cli.Flag {
	var names []string
	for _, k := range kinds {
		names = append(names, k[0])
	}
	clock := cli.Clock(&o.clock, "real")
	clock.Usage += "; virtual time advances when the suite asks /v1/wait or /v1/clock for it"
	return []*cli.Flag{
		cli.Fixture(&o.name),
		cli.Nodes(&o.nodes, 5),
		clock,
		cli.String(&o.patterns, "bugs", "*", "try only the bugs that match one of the `PATTERNS`, separated by commas: vote_*,commit_old_term").Completes(cli.BugNames),
		cli.String(&o.on, "on", "all", "plant each bug in `all|majority|minority|IDS`: the first nodes, or ids separated by commas"),
		cli.Timeout(&o.Timeout, 2*time.Minute, "end a run after `TIME`; it counts as caught").Check(o.checkTimeout),
		cli.Int(&o.Parallel, "parallel", 1, "try `N` bugs at once, each on its own ports; in real time a busy machine may fail a suite").AtLeast(1),
		cli.Repeat(&o.Repeat, "run COMMAND `N` times for each bug, with seeds that count up; one run that notices the bug is enough"),
		cli.Seed(&o.Seed, 0).Between(0, syntax.MaxTerm).Default("the fixture's own"),
		cli.BasePort(&o.BasePort, 0),
		cli.Admin(&o.Admin, "127.0.0.1:0").Check(o.checkAdmin),
		cli.Bool(&o.KeepGoing, "keep-going", "try the bugs even if the suite fails on healthy nodes"),
		cli.Verbose(&o.verbose, "show the suite's output while it runs"),
		cli.String(&o.Out, "out", "", "keep each run's output and trace in `DIR`"),
		cli.Overwrite(&o.overwrite),
		cli.Report(o.addReport, names...),
		cli.JSON(&o.json, "write the json report to standard output, as -report json=- does"),
		cli.Color(&o.color),
	}
}

func (o *options) addReport(value string) error { return o.reports.Add(value, "text") }

func (o *options) checkTimeout() error {
	if o.Timeout <= 0 {
		return fmt.Errorf("%v: want more than 0", o.Timeout)
	}
	return nil
}

func (o *options) checkAdmin() error {
	if tcp, err := net.ResolveTCPAddr("tcp", o.Admin); err != nil || !tcp.IP.IsLoopback() {
		return fmt.Errorf("%q: want HOST:PORT with localhost or a loopback address, such as 127.0.0.1:8500", o.Admin)
	}
	return nil
}

// complete checks the flags together, and fills in what they name.
func (o *options) complete(c *cli.Call) error {
	o.Command = c.Args
	o.noteRepeat(c)
	o.Again = o.again
	if o.json {
		if err := o.addReport("json=-"); err != nil {
			return cli.Usagef("-json: %w", err)
		}
	}
	if err := o.completeCluster(c); err != nil {
		return err
	}
	var err error
	if o.Bugs, err = chooseBugs(o.patterns); err != nil {
		return cli.Usagef("-bugs: %w", err)
	}
	if o.On, err = mutants.ParseWhere(o.on); err != nil {
		return cli.Usagef("-on %w", err)
	}
	if nodes := len(o.Fixture.Nodes); !o.On.Any(nodes) {
		return cli.Usagef("-on %s: a cluster of %d nodes has no such node, so no node would have the bug", o.on, nodes)
	}
	return nil
}

// completeCluster finds the fixture, the clock, the seed and the ports.
func (o *options) completeCluster(c *cli.Call) error {
	if o.name != "" && c.Given("nodes") {
		return cli.Usagef("-nodes is for new nodes; with -fixture the file says how many there are")
	}
	if o.Parallel > 1 && (o.BasePort != 0 || !strings.HasSuffix(o.Admin, ":0")) {
		return cli.Usagef("-parallel %d: clusters that run at once cannot share ports; leave out -base-port and -admin, or -parallel", o.Parallel)
	}
	o.Fixture = fixture.Fresh(o.nodes)
	if o.name != "" {
		var err error
		if o.Fixture, err = c.LoadFixture(o.name); err != nil {
			return err
		}
	}
	if o.clock == "virtual" {
		o.Clock = host.Virtual
	}
	if !c.Given("seed") {
		o.Seed = o.Fixture.Seed
	}
	nodes := len(o.Fixture.Nodes)
	if last := o.BasePort + nodes - 1; o.BasePort > 0 && last > 65535 {
		return cli.Usagef("-base-port %d and %d nodes: the last port would be %d, and ports end at 65535", o.BasePort, nodes, last)
	}
	return nil
}

// noteRepeat notes the given flags that decide how a cluster is run.
func (o *options) noteRepeat(c *cli.Call) {
	for _, f := range [][2]string{
		{"admin", o.Admin}, {"base-port", strconv.Itoa(o.BasePort)}, {"clock", o.clock}, {"fixture", o.name},
		{"nodes", strconv.Itoa(o.nodes)}, {"on", o.on}, {"repeat", strconv.Itoa(o.Repeat)},
		{"seed", strconv.FormatUint(o.Seed, 10)}, {"timeout", o.Timeout.String()},
	} {
		if c.Given(f[0]) {
			o.repeat = append(o.repeat, "-"+f[0], f[1])
		}
	}
}

// again returns the command line that runs the suite in the same way, with further
// flags.
func (o *options) again(further ...string) []string {
	words := slices.Concat([]string{"emulator", "mutants"}, o.repeat, further, []string{"--"})
	return append(words, o.Command...)
}

// chooseBugs returns the bugs that match one of the patterns, in the order of the
// registry.
func chooseBugs(patterns string) ([]*bugs.Bug, error) {
	all := bugs.All()
	chosen := make([]bool, len(all))
	for pattern := range strings.SplitSeq(patterns, ",") {
		found := false
		for i, b := range all {
			ok, err := path.Match(pattern, b.Name)
			if err != nil {
				return nil, fmt.Errorf("%q: %w", pattern, err)
			}
			chosen[i] = chosen[i] || ok
			found = found || ok
		}
		if !found {
			return nil, unknownBug(pattern, all)
		}
	}
	var some []*bugs.Bug
	for i, b := range all {
		if chosen[i] {
			some = append(some, b)
		}
	}
	return some, nil
}

func unknownBug(pattern string, all []*bugs.Bug) error {
	var names []string
	for _, b := range all {
		names = append(names, b.Name)
	}
	hint := text.Meant(pattern, names)
	if hint != "" {
		hint += " "
	}
	if strings.Contains(pattern, "@") {
		hint += "-on says which nodes have the bug; "
	}
	return fmt.Errorf("%w: %.80q; %sthere are %s", bugs.ErrUnknown, pattern, hint, strings.Join(names, ", "))
}
