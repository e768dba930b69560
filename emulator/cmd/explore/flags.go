package explore

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/explore"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/text"
)

// defaultOut is where failures are written.
const defaultOut = "failures"

// flags are what the command line says.
type flags struct {
	options explore.Options
	out     string
	outSet  bool
	json    bool
	run     int      // -1: all
	repeat  []string // the flags that a run depends on, but -run and -seed
}

// parseFlags reads the command line. Asked for help, it gives it and returns
// flag.ErrHelp.
func parseFlags(args []string, stdout io.Writer) (*flags, error) {
	f := &flags{run: -1}
	o := &f.options
	set := flag.NewFlagSet("emulator explore", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	start := set.String("fixture", "", "start each run as `NAME|FILE` says, without its scenario; \"state\", \"timing\", \"storage\" and \"latency\" are then the fixture's")
	set.IntVar(&o.Nodes, "nodes", explore.DefaultNodes, "without -fixture: `N` new nodes")
	set.IntVar(&o.Runs, "runs", explore.DefaultRuns, "do `N` runs")
	set.DurationVar(&o.Duration, "duration", 0, "begin runs for so long, such as `10m`, in the place of -runs, or up to that many")
	set.Uint64Var(&o.Seed, "seed", fixture.DefaultSeed, "`N` decides on all runs")
	sim := set.Float64("sim-seconds", explore.DefaultSimTime.Seconds(), "each run lasts `N` seconds of the cluster's time")
	faults := set.String("faults", "all", "only these kinds of faults, `LIST` with commas; with a - before each, all but these")
	checks := set.String("check", "all", "only these checks count, `LIST` with commas; with a - before each, all but these")
	bug := set.String("bug", "", "plant a bug: `NAME[@NODES]`, such as vote_twice@0,2-3, or in all nodes; emulator bugs lists them")
	set.IntVar(&o.Parallel, "parallel", 0, "do `N` runs at once (default: as many as there are CPUs)")
	set.StringVar(&f.out, "out", defaultOut, "write failures to `DIR`")
	set.BoolVar(&o.KeepGoing, "keep-going", false, "do not stop at the first failure; the first of each check is written")
	set.IntVar(&o.Shrink, "shrink", explore.DefaultShrink, "make a failure small with at most `N` runs; 0: leave it as it is")
	set.BoolVar(&f.json, "json", false, "tell what came of it as JSON")
	set.Func("run", "only run number `I`, from 0 on: print its schedule as a fixture", f.readRun)
	err := text.Flag(set, set.Parse(args))
	if errors.Is(err, flag.ErrHelp) {
		help(set, stdout)
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	given := map[string]bool{}
	set.Visit(func(g *flag.Flag) {
		given[g.Name] = true
		if slices.Contains([]string{"fixture", "nodes", "sim-seconds", "faults", "check", "bug"}, g.Name) {
			f.repeat = append(f.repeat, "-"+g.Name, g.Value.String())
		}
	})
	f.outSet = given["out"]
	if given["duration"] && !given["runs"] {
		o.Runs = 0
	}
	o.SimTime = time.Duration(*sim * float64(time.Second))
	switch {
	case set.NArg() > 0:
		return nil, fmt.Errorf("%q is no flag", set.Arg(0))
	case given["nodes"] && *start != "":
		return nil, errors.New("-nodes is for new nodes; with -fixture the file says how many there are")
	case !(*sim >= explore.MinSimTime.Seconds() && *sim <= explore.MaxSimTime.Seconds()):
		return nil, fmt.Errorf("-sim-seconds %v: want %v to %v", *sim, explore.MinSimTime.Seconds(), explore.MaxSimTime.Seconds())
	}
	if err := f.checkRanges(given); err != nil {
		return nil, err
	}
	if o.Shrink == 0 {
		o.Shrink = -1 // the zero Options have the default
	}
	if *start != "" {
		if o.Fixture, err = fixture.Load(*start); err != nil {
			return nil, err
		}
		o.Nodes = len(o.Fixture.Nodes)
		if o.Nodes > explore.MaxNodes {
			return nil, fmt.Errorf("-fixture %s: it has %d nodes, want at most %d", *start, o.Nodes, explore.MaxNodes)
		}
	}
	if o.Kinds, err = choose("-faults", *faults, explore.KindNames()); err != nil {
		return nil, err
	}
	if o.Checks, err = choose("-check", *checks, explore.CheckNames()); err != nil {
		return nil, err
	}
	o.Bug, o.BugNodes, err = cli.ParseBug(*bug, o.Nodes)
	return f, err
}

// checkRanges looks at numbers. Where 0 is the default, what was given may not be it.
func (f *flags) checkRanges(given map[string]bool) error {
	o := &f.options
	switch {
	case o.Nodes < 1 || o.Nodes > explore.MaxNodes:
		return fmt.Errorf("-nodes %d: want 1 to %d", o.Nodes, explore.MaxNodes)
	case given["runs"] && o.Runs < 1:
		return fmt.Errorf("-runs %d: want 1 or more", o.Runs)
	case given["duration"] && o.Duration <= 0:
		return fmt.Errorf("-duration %v: want more than nothing", o.Duration)
	case o.Seed > syntax.MaxTerm:
		return fmt.Errorf("-seed %d: want 0 to %d, the largest that every JSON reader takes exactly", o.Seed, uint64(syntax.MaxTerm))
	case given["parallel"] && o.Parallel < 1:
		return fmt.Errorf("-parallel %d: want 1 or more", o.Parallel)
	case o.Shrink < 0:
		return fmt.Errorf("-shrink %d: want 0 or more", o.Shrink)
	}
	return nil
}

// readRun reads -run.
func (f *flags) readRun(text string) error {
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return errors.New("want the number of a run, from 0 on")
	}
	f.run = int(n)
	return nil
}

// choose reads a list of some of all, or of some that are not to be.
func choose(name, list string, all []string) ([]string, error) {
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
			return nil, fmt.Errorf("%s: there is no %q, want all, none, or some of %s", name, word, strings.Join(all, ", "))
		case without:
			chosen = slices.DeleteFunc(chosen, func(k string) bool { return k == word })
		case !slices.Contains(chosen, word):
			chosen = append(chosen, word)
		}
	}
	return chosen, nil
}

// makeOut makes the directory for failures, if one was asked for, so that nothing is
// found in vain.
func (f *flags) makeOut() error {
	if !f.outSet {
		return nil
	}
	if err := os.MkdirAll(f.out, 0o777); err != nil {
		return fmt.Errorf("-out: %w", err)
	}
	return nil
}

// command repeats a run.
func (f *flags) command(run int) string {
	words := []string{"emulator", "explore", "-seed", strconv.FormatUint(f.options.Seed, 10), "-run", strconv.Itoa(run)}
	return text.ShellWords(append(words, f.repeat...)...)
}
