package run

import (
	"regexp"
	"runtime"
	"strconv"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/report"
)

// options are what the command line says.
type options struct {
	names    []string
	clock    string
	repeat   int
	seed     *uint64 // nil: each fixture's own
	parallel int
	failFast bool
	verbose  bool
	color    string
	run      *regexp.Regexp // nil: all
	tag      string
	part     string
	inputs   []string // the files of the scenarios, which no output replaces
	// wholePart: part is the whole name of a part or folder.
	wholePart bool
	reports   report.Outputs
	traces    string
	pictures  string
	overwrite bool
	bugs      cli.Planted
	readers   string // student, staff
}

// real reports whether time is the machine's.
func (o *options) real() bool { return o.clock == "real" }

// complete decides what the flags leave open.
func (o *options) complete() {
	switch {
	case o.parallel > 0:
	case o.real():
		o.parallel = 1
	default:
		o.parallel = runtime.GOMAXPROCS(0)
	}
}

// Command is emulator run.
func Command() *cli.Command {
	var o options
	return o.command()
}

func (o *options) command() *cli.Command {
	return &cli.Command{
		Name:     "run",
		Operands: "NAME|FILE|DIRECTORY|PATTERN|all ...", Max: cli.Any,
		Summary: "run scenarios and report their verdicts",
		About: `Runs scenarios and reports their verdicts. A scenario is a fixture that also says
what happens and what must be true. The command needs no cluster and no ports: time is
virtual, so ten seconds take some milliseconds, and a seed gives the same run each time.

"all" is every scenario of the program, except those of its folder course: they test again,
through clients alone, what the others test. A directory stands for every .toml file in it and
below that is a fixture, and the name of one of the program's folders (emulator -list) for all scenarios in
that folder.

A file with problems has the verdict "error", and the others run. Equal runs of a scenario
share one verdict with their number. Of runs that failed or are undecided, the first ` + strconv.Itoa(report.MaxFull) + `
of each scenario are kept in full, and the others counted.`,
		Flags: o.flags(),
		Notes: []cli.Note{{Title: "Kinds of reports", Rows: report.KindRows()}},
		Examples: cli.Examples{
			{"emulator run all", "every scenario of the program"},
			{"emulator run election recovery", "two parts of the course"},
			{"emulator run course", "the set for programs that others wrote, on the emulator's own nodes"},
			{"emulator run grading -part election", "the scenarios of a part in a directory"},
			{"emulator run old_leader.toml -v", "also show what passed"},
			{"emulator run all -repeat 1000 -fail-fast", "a thousand seeds, up to the first failure"},
			{"emulator run grading/*.toml -report junit=results.xml -report tap=-", "two reports"},
			{"emulator run old_leader.toml -seed 7 -traces runs", "record the run,"},
			{"emulator replay runs/*.jsonl", "and repeat it, event by event"},
			{"emulator run all -bug vote_twice@0", "do they notice that node 0 has this bug?"},
			{"emulator run grading -audience student", "for a log that students read"},
			{"emulator run all -repeat 100 -pictures wrong", "draw the wrong answers to clients"},
		},
		Exit: cli.Codes{
			cli.OK:        "all passed",
			cli.Failed:    "an expectation failed",
			cli.Undecided: "undecided: interrupted, or the nodes do not show enough to decide",
			cli.Usage:     "bad usage, and nothing was run; or a bad file, and the others were run",
		},
		Complete: func() []string { return append([]string{everything}, cli.FixtureNames()...) },
		Run:      o.start,
	}
}

func (o *options) flags() []*cli.Flag {
	return []*cli.Flag{
		cli.Choice(&o.readers, "audience", "staff", []string{"staff", students},
			"the outputs are for `staff|student`; student hides all but the existence of hidden scenarios"),
		cli.Bug(&o.bugs),
		cli.Clock(&o.clock, "virtual").Also("; in real time the nodes have ports and clients use HTTP"),
		cli.Color(&o.color),
		cli.Bool(&o.failFast, "fail-fast", "start no more scenarios after a failure"),
		cli.Parallel(&o.parallel, "run `N` scenarios at once").Default("the number of CPUs; 1 with -clock real"),
		cli.Overwrite(&o.overwrite),
		cli.String(&o.part, "part", "", "run only scenarios of this `PART` of the course, or folder; a piece of its name is enough"),
		cli.String(&o.pictures, "pictures", "", "draw a page in `DIR` for each run whose clients got answers that no queue could give").Old("picture"),
		cli.Repeat(&o.repeat, "run each scenario `N` times, with the seeds from its own on"),
		cli.Report(func(text string) error { return o.reports.Add(text) }, report.KindNames()...),
		cli.Regexp(&o.run, "run", "run only scenarios whose name matches `REGEXP`"),
		cli.OptionalSeed(&o.seed).Default("each file's own"),
		cli.String(&o.tag, "tag", "", "run only scenarios with one of these `TAGS`, separated by commas"),
		cli.Traces(&o.traces).Old("trace"),
		cli.Verbose(&o.verbose, "also show the expectations that passed"),
	}
}
