package explore

import (
	"flag"
	"fmt"
	"io"
	"strings"

	"rrmq.example/emulator/emulator/lab/explore"
)

const usage = `Usage:
  emulator explore [flags]
  emulator explore -systematic [flags]   every schedule of a small cluster, up to a
                                         bound; see emulator explore -systematic -h

Runs a cluster under random schedules, each from a seed of its own: clients ask
for things while nodes crash, stand still and time out, links are cut and
messages are lost, delayed, repeated and overtaken. In each run all checks are
on: the invariants of Figure 3, the rules of raft.tla, the clients' history.
Some runs are healed in the end, and must then elect a leader, answer and agree.
Time is virtual, so ten seconds take some milliseconds.

What fails is made small, and written as a fixture that emulator run fails in
the same way. What is found depends on the flags and the seed only, not on how
many runs are done at once.

Flags:
`

const examples = `
Kinds of faults:
%s
Checks:
%s
Examples:
  emulator explore                            a thousand runs of five new nodes
  emulator explore -duration 10m -keep-going  ten minutes, whatever fails
  emulator explore -fixture figure_7          from a fixture's start, without its scenario
  emulator explore -nodes 3 -faults crash,storage,drop
  emulator explore -faults -hold,-skew        all kinds but these
  emulator explore -bug commit_old_term       how soon is this bug found?
  emulator explore -bug commit_old_term -check -trace
                                              and how soon does it do harm?
  emulator explore -bug vote_twice@0 -nodes 3 a bug in one node of three
  emulator explore -seed 1 -run 17            that run alone, its schedule as a fixture
  emulator run failures/*.toml                what was found, again

Exit codes:
  0  nothing failed                      1  something did
  2  interrupted; it says what it knows  3  bad usage or a bad file
  4  the disk or the like
`

func help(set *flag.FlagSet, stdout io.Writer) {
	fmt.Fprint(stdout, usage)
	set.SetOutput(stdout)
	set.PrintDefaults()
	var kinds strings.Builder
	for _, k := range explore.Kinds() {
		fmt.Fprintf(&kinds, "  %-10s %s\n", k.Name, k.Help)
	}
	fmt.Fprintf(stdout, examples, &kinds, wrap(explore.CheckNames()))
}

// wrap writes names in lines of a screen's width.
func wrap(names []string) string {
	var b strings.Builder
	line := " "
	for _, name := range names {
		if len(line)+1+len(name) > 80 {
			b.WriteString(line + "\n")
			line = " "
		}
		line += " " + name
	}
	return b.String() + line + "\n"
}
