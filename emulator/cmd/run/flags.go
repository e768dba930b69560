package run

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"strings"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/text"
)

const usage = `Usage:
  emulator run [flags] NAME|FILE|DIRECTORY|PATTERN|all ...

Runs scenarios, which are fixtures that say what happens and what must be true,
and tells how they came out. It needs no cluster and no ports: time is virtual,
so ten seconds take some milliseconds, and a seed gives the same run each time.
"all" is every scenario that is part of the program, a directory every .toml
file in it and below, the name of a folder of the program's (emulator -list) all
that is in it. Flags may stand before, between and after the names.

Flags:
`

const examples = `
Kinds of reports:
%s
Examples:
  emulator run all                            everything that is part of the program
  emulator run election recovery              two parts of the course
  emulator run grading -part election         the scenarios of a part in a directory
  emulator run old_leader.toml -v             with what passed, too
  emulator run all -repeat 1000 -fail-fast    with a thousand seeds, up to the first failure
  emulator run grading/*.toml -report junit=results.xml -report tap=-
  emulator run old_leader.toml -seed 7 -trace runs
  emulator run all -bug vote_twice@0          do they notice that node 0 has this bug?
  emulator run all -repeat 100 -picture wrong pages of what clients were answered wrongly
  emulator replay runs/*.jsonl                the same runs again, event by event

Exit codes:
  0  all passed        1  something that was expected is not so
  2  undecided: interrupted, or the nodes do not show what it takes to tell
  3  bad usage or a bad file; nothing was run
  4  a port, the disk or the like
`

// flags are what the command line says.
type flags struct {
	names    []string
	real     bool
	repeat   int
	seed     *uint64 // nil: each fixture's own
	parallel int
	failFast bool
	verbose  bool
	run      *regexp.Regexp
	tag      string
	part     string
	reports  report.Outputs
	trace    string
	picture  string
	bugs     cli.Planted
}

// parseFlags reads the command line. Asked for help, it gives it and returns
// flag.ErrHelp.
func parseFlags(args []string, stdout io.Writer) (*flags, error) {
	f := &flags{}
	set := flag.NewFlagSet("emulator run", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	clock := set.String("clock", "virtual", "run in `virtual|real` time; in real time nodes are behind ports and clients speak HTTP")
	seed := set.Uint64("seed", 0, "`N` feeds all random draws (default: each file's own)")
	pattern := set.String("run", "", "only scenarios whose name matches `REGEXP`")
	set.IntVar(&f.repeat, "repeat", 1, "run each scenario `N` times, with the seeds from its own on")
	set.IntVar(&f.parallel, "parallel", 0, "run `N` scenarios at once (default: as many as there are CPUs; 1 with -clock real)")
	set.BoolVar(&f.failFast, "fail-fast", false, "begin nothing more after a failure")
	set.BoolVar(&f.verbose, "v", false, "tell of everything expected, also of what passed")
	set.StringVar(&f.tag, "tag", "", "only scenarios with one of these `TAGS`, separated by commas")
	set.StringVar(&f.part, "part", "", "only scenarios of this `PART` of the course")
	set.StringVar(&f.trace, "trace", "", "record each run to a file in `DIR`, for emulator replay")
	set.Var(&f.bugs, "bug", "plant a bug in every scenario that has none: `NAME[@NODES]`, such as vote_twice@0,2-3, or in all nodes; may be given several times; emulator bugs lists them")
	set.StringVar(&f.picture, "picture", "", "draw to a page of HTML in `DIR` what clients were answered, in each run where a queue would not have")
	set.Func("report", "write a report, `KIND=FILE`, to standard output when FILE is -; may be given several times", func(value string) error { return f.reports.Add(value) })
	err := f.parse(set, args)
	if errors.Is(err, flag.ErrHelp) {
		help(set, stdout)
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	f.real = *clock == "real"
	given := map[string]bool{}
	set.Visit(func(g *flag.Flag) { given[g.Name] = true })
	if given["seed"] {
		f.seed = seed
	}
	if *pattern != "" {
		if f.run, err = regexp.Compile(*pattern); err != nil {
			return nil, fmt.Errorf("-run: %w", err)
		}
	}
	switch {
	case *clock != "virtual" && *clock != "real":
		return nil, fmt.Errorf("-clock %q: want virtual or real", *clock)
	case f.repeat < 1:
		return nil, fmt.Errorf("-repeat %d: want 1 or more", f.repeat)
	case f.parallel < 0 || given["parallel"] && f.parallel == 0:
		return nil, fmt.Errorf("-parallel %d: want 1 or more", f.parallel)
	case len(f.names) == 0:
		return nil, errors.New("there is nothing to run; want names, files, directories, or all")
	}
	if f.parallel == 0 {
		f.parallel = runtime.GOMAXPROCS(0)
		if f.real {
			f.parallel = 1
		}
	}
	return f, nil
}

// parse reads flags and names in whatever order; after "--" there are names only.
func (f *flags) parse(set *flag.FlagSet, args []string) error {
	for len(args) > 0 {
		if err := text.Flag(set, set.Parse(args)); err != nil {
			return err
		}
		read := len(args) - set.NArg()
		if read > 0 && args[read-1] == "--" {
			f.names = append(f.names, set.Args()...)
			return nil
		}
		if args = set.Args(); len(args) > 0 {
			f.names = append(f.names, args[0])
			args = args[1:]
		}
	}
	return nil
}

func help(set *flag.FlagSet, stdout io.Writer) {
	fmt.Fprint(stdout, usage)
	set.SetOutput(stdout)
	set.PrintDefaults()
	var kinds strings.Builder
	for _, k := range report.Kinds() {
		fmt.Fprintf(&kinds, "  %-11s %s\n", k.Name, k.Help)
	}
	fmt.Fprintf(stdout, examples, &kinds)
}
