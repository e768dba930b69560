package mutants

import (
	"flag"
	"fmt"
	"io"
	"strings"

	"rrmq.example/emulator/emulator/lab/report"
)

const usage = `Usage:
  emulator mutants [flags] -- COMMAND...

Tells how good a suite of tests is. COMMAND runs the suite against the cluster
that its environment names, and exits with 0 if it finds nothing wrong. It is run
against a healthy cluster first, where it has to pass. Then it is run against a
new cluster for each bug there is (emulator bugs lists them), all of whose nodes
have the bug: a suite that exits with something else, or that is not done in time,
has caught it. What it misses is told with what goes wrong, and whether the
emulator's own checks saw it go wrong: if so, the suite did bring it about and did
not look; if not, it may not bring it about.

What the command finds in its environment, and may have put into its arguments:
  EMULATOR_ADMIN    {admin}    URL of the admin API
  EMULATOR_NODES    {nodes}    URLs of the nodes in their order, with commas
  EMULATOR_CONFIG   {config}   path of a config.json with the nodes' addresses
  EMULATOR_SEED     {seed}     what feeds the cluster's random draws
  EMULATOR_FIXTURE  {fixture}  name of the fixture that it began as
  EMULATOR_URL                 the same as EMULATOR_ADMIN, for emulator ctl
  EMULATOR                     path of this program, unless it is set already
                    {bug}      name of the bug, for suites that start clusters of
                               their own; an argument with it is left out for
                               healthy nodes

A suite may load as many other fixtures as it likes (PUT /v1/fixture): their nodes
have the bug, too. Healing does not cure them. When the command ends, what it has
left running is ended with it.

Flags:
`

const examples = `
Kinds of reports:
  text        the table, as it is printed
%s
Examples:
  emulator mutants -- pytest -q suite           with EMULATOR_ADMIN in the suite
  emulator mutants -clock virtual -- ./suite.sh
  emulator mutants -- ./suite -url {admin}
  emulator mutants -bugs 'vote_*,commit_old_term' -v -- ./suite.sh
  emulator mutants -parallel 4 -repeat 3 -- ./suite.sh
  emulator mutants -base-port 8567 -admin 127.0.0.1:8500 -- ./suite.sh
  emulator mutants -report junit=mutants.xml -out runs -- ./suite.sh
  emulator mutants -- emulator run grading -bug={bug}
                                                scenarios need no cluster

Exit codes:
  0  all caught        1  some missed
  2  unknown: the suite fails on healthy nodes, something else ended a run, or it
     was interrupted (then the table says what is known so far)
  3  bad usage or a bad file; nothing was run
  4  a port, the disk, or a command that cannot be started
`

func help(set *flag.FlagSet, stdout io.Writer) {
	fmt.Fprint(stdout, usage)
	set.SetOutput(stdout)
	set.PrintDefaults()
	var kinds strings.Builder
	for _, k := range report.Kinds() {
		if k.Name == "json" {
			k.Help = "all that is known, under names that stay"
		}
		fmt.Fprintf(&kinds, "  %-11s %s\n", k.Name, k.Help)
	}
	fmt.Fprintf(stdout, examples, &kinds)
}
