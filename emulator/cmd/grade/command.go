// Package grade is the subcommand emulator grade: it grades programs that others wrote.
//
// The contract:
//
//  1. It reports every problem of the command line, of the course file, of the scenarios and
//     of the paths together, before it runs anything. If there is one, it runs nothing.
//  2. A submission that cannot be graded stops no other. Each has a verdict for each scenario,
//     and reports of its own.
//  3. Reports in files are whole after each scenario, with the rest undecided, and the summary
//     is whole after each submission.
//  4. Exit codes say how the grading went, never how many points there are.
//  5. With -audience student no output depends on what a hidden scenario holds or does.
//
// Files: command.go describes the command, choose.go finds the course and the scenarios,
// grade.go grades, output.go writes reports, summary.go the summary of a class.
package grade

import (
	"context"
	"regexp"
	"runtime"
	"time"

	"rrmq.example/emulator/emulator/cmd/cli"
	engine "rrmq.example/emulator/emulator/grade"
	"rrmq.example/emulator/emulator/grade/room"
	"rrmq.example/emulator/emulator/lab/report"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
)

// options are what the command line says.
type options struct {
	course      string // the file; "" for the default
	scenarios   string
	run         string
	part        string
	links       string
	parallel    int
	budget      time.Duration
	seed        *uint64
	reports     []string
	pictures    string
	summary     string
	overwrite   bool
	readers     string
	verbose     bool
	color       string
	keepRunning bool
	attach      int
	noLimits    bool
	output      bool

	// what follows from them
	rules  *course.Course
	mode   room.Mode
	files  []string                                                     // inputs, which no output replaces
	once   func(context.Context, *engine.Job) (scenario.Verdict, error) // instead of real nodes, for tests
	usable func(room.Mode) error
}

const (
	students = "student"
	auto     = "auto"
	// courseSet is the folder of the program's scenarios that need nothing but the API.
	courseSet = "course"
	// atOnce bounds the default of -parallel: each scenario has up to five programs.
	atOnce = 8
)

// Command is emulator grade.
func Command() *cli.Command {
	var o options
	return o.command()
}

func (o *options) command() *cli.Command {
	return &cli.Command{
		Name:     "grade",
		Operands: "SUBMISSION...", Max: cli.Any,
		Summary: "grade programs that others wrote",
		About: `Starts the nodes of a program that somebody else wrote, one process each, runs
scenarios on them, and reports points by parts and each failed scenario as a story. It needs
nothing but the nodes' HTTP API.

A submission is a folder, or a zip, tar, tar.gz or tar.bz2 archive of one. It is copied without
.git, caches and files of earlier runs, built once if the course has a build, and each scenario
starts from a fresh copy. How a program starts stands in a course file; without -course it is
python3 src/node.py config.json INDEX.

The grader stands between the nodes. On Linux each node lives in a network namespace of its
own, or under a seccomp listener where namespaces are refused. Elsewhere the nodes' config.json
names proxies; scenarios that rest on a cut are then not run if a program passes by them.

A time limit that was missed counts when it is missed again with nothing else running. A
scenario that could not be prepared or decided leaves its points undecided, and is listed for a
person to look at.`,
		Flags: o.flags(),
		Notes: []cli.Note{{Title: "Kinds of reports", Rows: report.KindRows()}},
		Examples: cli.Examples{
			{"emulator grade team7.zip", "grade a submission"},
			{"emulator grade . -run no_service_without_a_majority_of_five", "repeat one scenario"},
			{"emulator grade . -part election -v", "a part of the course; also tell what passed"},
			{"emulator grade team7 -report gradescope=results.json -budget 9m", "on Gradescope, which stops after 10 minutes"},
			{"emulator grade class/*.zip -report json=reports/{submission}.json -summary class.csv", "a whole class"},
			{"emulator grade . -run the_leader_stays -keep-running", "look at the nodes after a failure"},
		},
		Exit: cli.Codes{
			cli.OK:          "all is decided, whatever the points",
			cli.Failed:      "",
			cli.Undecided:   "something is undecided, or the command was interrupted",
			cli.Usage:       "bad usage or a bad file, and nothing was run",
			cli.Environment: "a command of the course is missing, or the machine is at fault: what that touched is undecided",
		},
		Run: o.start,
	}
}

func (o *options) flags() []*cli.Flag {
	return []*cli.Flag{
		cli.Int(&o.attach, "attach", -1, "do not start node `N`: you start it yourself, in an editor; for one scenario").Between(0, 1<<16).Default(""),
		cli.Choice(&o.readers, "audience", "staff", []string{"staff", students},
			"the outputs are for `staff|student`; student hides all but the existence of hidden scenarios"),
		cli.Duration(&o.budget, "budget", 0, "end each submission within `TIME`; the rest is undecided then").AtLeast(0).Default("no bound"),
		cli.Color(&o.color),
		cli.String(&o.course, "course", "", "how programs start and what verdicts are worth: a course `FILE`"),
		cli.Bool(&o.keepRunning, "keep-running", "leave the nodes up after a failure, until you interrupt; for one scenario"),
		cli.Choice(&o.links, "links", auto, []string{auto, room.Namespace.String(), room.Seccomp.String(), room.Proxy.String()},
			"stand between the nodes by `auto|namespace|seccomp|proxy`; auto is the best that works here"),
		cli.Bool(&o.noLimits, "no-limits", "do not limit the nodes' memory, tasks and output"),
		cli.Bool(&o.output, "output", "print what the nodes print, as it comes, on standard error"),
		cli.Overwrite(&o.overwrite),
		cli.Parallel(&o.parallel, "run `N` scenarios at once").Default("the number of CPUs, at most 8"),
		cli.String(&o.part, "part", "", "run only scenarios of this `PART` of the course; a piece of its name is enough"),
		cli.String(&o.pictures, "pictures", "", "draw a page in `DIR` for each scenario that failed: the clients' requests, and the faults").Old("picture"),
		cli.Report(o.addReport, report.KindNames()...).Also("; {submission} in FILE is the name of the submission"),
		cli.Var("run", "regexp", "run only scenarios whose name matches `REGEXP`; a whole name means that one alone", o.setRun).Old("only"),
		cli.String(&o.scenarios, "scenarios", courseSet, "take scenarios from `DIR|FILE`, or from a folder of the program").Completes(func() []string { return []string{courseSet} }),
		cli.OptionalSeed(&o.seed).Default("each file's own"),
		cli.String(&o.summary, "summary", "", "write a row for each submission to a CSV `FILE`: points, by parts too, and what to look at"),
		cli.Verbose(&o.verbose, "also tell about scenarios that passed"),
	}
}

// setRun reads -run, so that a bad expression is a bad command line.
func (o *options) setRun(text string) error {
	_, err := regexp.Compile(text)
	o.run = text
	return err
}

// workers is the number of scenarios that run at once.
func (o *options) workers() int {
	if o.parallel > 0 {
		return o.parallel
	}
	return min(runtime.GOMAXPROCS(0), atOnce)
}

// single reports whether the flags are for one scenario, which is run once.
func (o *options) single() bool { return o.keepRunning || o.attach >= 0 }
