package explore

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/explore"
	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/emulator/text/outfile"
)

// defaultOut is where failures are written.
const defaultOut = "failures"

// options are what the command line asks for.
type options struct {
	explore.Options
	name      string // of the fixture; "": new nodes
	faults    string
	check     string
	bug       string
	only      int
	out       string
	overwrite bool
	json      bool
	reports   report.Outputs
	repeat    []string // the flags that decide a run, except -seed and -only
}

func (o *options) flags() []*cli.Flag {
	start := cli.Fixture(&o.name)
	start.Usage += `, without its scenario; the fixture then decides about the kinds "state", "timing", "storage" and "latency"`
	return []*cli.Flag{
		start,
		cli.Nodes(&o.Nodes, explore.DefaultNodes).Between(1, explore.MaxNodes),
		cli.Int(&o.Runs, "runs", explore.DefaultRuns, "do `N` runs").AtLeast(1),
		cli.Duration(&o.Duration, "duration", 0, "start runs for `TIME`; with -runs, at most that number of runs").Check(o.checkDuration),
		cli.Seed(&o.Seed, fixture.DefaultSeed).Between(0, syntax.MaxTerm),
		cli.Duration(&o.SimTime, "sim-time", explore.DefaultSimTime, "each run lasts `TIME` on the cluster's clock").
			Between(float64(explore.MinSimTime), float64(explore.MaxSimTime)),
		cli.Var("sim-seconds", "float64", "`N` seconds, the old form of -sim-time", o.readSimSeconds).Hidden(),
		cli.String(&o.faults, "faults", "all", "draw only the kinds of faults in `LIST`, separated by commas; with a - before each, all others"),
		cli.String(&o.check, "check", "all", "only the checks in `LIST` count, separated by commas; with a - before each, all others"),
		cli.OneBug(&o.bug),
		cli.Parallel(&o.Parallel, "do `N` runs at once").Default("the number of CPUs"),
		cli.String(&o.out, "out", defaultOut, "write failures to `DIR`"),
		cli.Overwrite(&o.overwrite),
		cli.Bool(&o.KeepGoing, "keep-going", "do not stop at the first failure; the first failure of each check is written"),
		cli.Int(&o.Shrink, "shrink", explore.DefaultShrink, "make a failure small with at most `N` runs; 0: keep it as it is").AtLeast(0),
		cli.Report(func(text string) error { return o.reports.Add(text) }, report.KindNames()...),
		cli.JSON(&o.json, "print the report as JSON"),
		cli.Int(&o.only, "only", 0, "do only run `I`, from 0 on, and print its schedule as a fixture").Between(0, math.MaxInt32).Default("").Old("run"),
	}
}

func (o *options) checkDuration() error {
	if o.Duration <= 0 {
		return fmt.Errorf("%v: want more than 0", o.Duration)
	}
	return nil
}

// readSimSeconds reads -sim-seconds.
func (o *options) readSimSeconds(text string) error {
	seconds, err := strconv.ParseFloat(text, 64)
	low, high := explore.MinSimTime.Seconds(), explore.MaxSimTime.Seconds()
	if err != nil || !(seconds >= low && seconds <= high) {
		return fmt.Errorf("%q: want a number from %v to %v", text, low, high)
	}
	o.SimTime = time.Duration(seconds * float64(time.Second))
	return nil
}

// complete checks the flags together, and fills in what they name.
func (o *options) complete(c *cli.Call) error {
	o.noteRepeat(c)
	if c.Given("duration") && !c.Given("runs") {
		o.Runs = 0
	}
	if o.Shrink == 0 {
		o.Shrink = -1 // 0 is the default in explore.Options
	}
	if o.name != "" {
		if c.Given("nodes") {
			return cli.Usagef("-nodes is for new nodes; with -fixture the file says how many there are")
		}
		var err error
		if o.Fixture, err = c.LoadFixture(o.name); err != nil {
			return err
		}
		if o.Nodes = len(o.Fixture.Nodes); o.Nodes > explore.MaxNodes {
			return cli.Usagef("-fixture %s: it has %d nodes, want at most %d", o.name, o.Nodes, explore.MaxNodes)
		}
	}
	var err error
	if o.Kinds, err = choose("-faults", o.faults, explore.KindNames()); err != nil {
		return err
	}
	if o.Checks, err = choose("-check", o.check, explore.CheckNames()); err != nil {
		return err
	}
	if o.Bug, o.BugNodes, err = cli.ParseBug(o.bug, o.Nodes); err != nil {
		return cli.Usagef("%w", err)
	}
	return nil
}

// noteRepeat notes the given flags that decide a run.
func (o *options) noteRepeat(c *cli.Call) {
	for _, f := range [][2]string{
		{"bug", o.bug}, {"check", o.check}, {"faults", o.faults}, {"fixture", o.name}, {"nodes", strconv.Itoa(o.Nodes)},
	} {
		if c.Given(f[0]) {
			o.repeat = append(o.repeat, "-"+f[0], f[1])
		}
	}
	if o.SimTime != explore.DefaultSimTime {
		o.repeat = append(o.repeat, "-sim-time", o.SimTime.String())
	}
}

// command returns the command line that repeats a run.
func (o *options) command(run int) string {
	words := []string{"emulator", "explore", "-seed", strconv.FormatUint(o.Seed, 10), "-only", strconv.Itoa(run)}
	return text.ShellWords(append(words, o.repeat...)...)
}

// choose reads a list of names, or of names to leave out.
func choose(flag, list string, all []string) ([]string, error) {
	chosen := []string{}
	switch list {
	case "all":
		return all, nil
	case "none":
		return chosen, nil
	}
	for i, word := range strings.Split(list, ",") {
		word, without := strings.CutPrefix(strings.TrimSpace(word), "-")
		if i == 0 && without {
			chosen = slices.Clone(all)
		}
		switch {
		case !slices.Contains(all, word):
			return nil, cli.Usagef("%s: there is no %q, want all, none, or some of %s", flag, word, strings.Join(all, ", "))
		case without:
			chosen = slices.DeleteFunc(chosen, func(k string) bool { return k == word })
		case !slices.Contains(chosen, word):
			chosen = append(chosen, word)
		}
	}
	return chosen, nil
}

// makeOut makes the directory of -out before anything runs.
func (o *options) makeOut(c *cli.Call) error {
	if !c.Given("out") {
		return nil
	}
	if err := outfile.Dir(o.out); err != nil {
		return cli.Usagef("-out: %w", err)
	}
	return nil
}
