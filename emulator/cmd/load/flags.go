package load

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/lab/load"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/text"
)

const usage = `Usage:
  emulator load [flags]

Loads nodes with requests of many clients, tells how fast and how well they were
answered, and checks the answers: was a message lost, delivered twice, out of
order, invented; could one queue, asked for one thing after the other, have
answered so (linearizability). The nodes are those of a running emulator, or any
others that speak the message queue's API. A run uses topics of its own, creates
them, and pops what is left in them at the end, so that what is lost is missed.

Clients follow the leader. What was certainly not carried out (connection
refused, 421 not the leader) is tried at another node; what got no answer is
unknown, and is never sent twice.

What was done to the nodes of an emulator meanwhile, such as a crash, is in the
report and in the picture, with its time. Of others' nodes it is not known.

The order is quickly checked where answers name their place in the log, as the
emulator's do (X-Raft-Index). Elsewhere it has to be searched for, and many
clients at one topic may be too many for that: then it remains unknown.

Flags:
`

const examples = `
Workloads:
%s
Examples:
  emulator load                                    the emulator on this machine, for 10 s
  emulator load -clients 64 -duration 1m           more clients, for longer
  emulator load -rate 2000 -workload hot           2000 requests per second, whatever comes back
  emulator load -nodes localhost:8567,localhost:8568,localhost:8569 -requests 500
  emulator load -config config.json -clients 4 -timeout 3s -picture wrong.html
  emulator load -json -history ops.jsonl >report.json
Break something meanwhile, from another shell: emulator ctl crash leader

Exit codes:
  0  all checks held           1  a check failed
  2  undecided: interrupted, no leader, or more than could be checked
  3  bad usage or a bad file   4  no node can be reached, or a file can't be written
`

// maxFill bounds -fill.
const maxFill = 1_000_000

// flags are what the command line says.
type flags struct {
	admin, nodes, config string
	json                 bool
	history, picture     string
	options              load.Options
}

// parseFlags reads the command line. Asked for help, it gives it and returns
// flag.ErrHelp.
func parseFlags(args []string, stdout io.Writer) (*flags, error) {
	f := &flags{}
	o := &f.options
	set := flag.NewFlagSet("emulator load", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&f.admin, "admin", api.URL(), "load the nodes of the emulator whose admin API is at `URL`; "+api.URLVariable+" says it, too")
	set.StringVar(&f.nodes, "nodes", "", "load the nodes at `URL,URL,...`")
	set.StringVar(&f.config, "config", "", "load the nodes of a course's `config.json`")
	set.StringVar(&o.Workload, "workload", "mixed", "what to ask for: `NAME`, see below")
	set.IntVar(&o.Clients, "clients", 16, "`N` clients, each with one request at a time")
	set.DurationVar(&o.Duration, "duration", 10*time.Second, "load for `D`; without limit if 0 and -requests is given")
	set.IntVar(&o.Requests, "requests", 0, "end after `N` requests, if it is not over by then; without -duration, only then")
	set.Float64Var(&o.Rate, "rate", 0, "start `R` requests per second, whatever comes back (default: a client sends when it has its answer)")
	set.IntVar(&o.Topics, "topics", 4, "put to and pop from `N` topics")
	set.StringVar(&o.Prefix, "prefix", "", "begin the topics' names with `TEXT` (default: one that is new in each run)")
	set.IntVar(&o.Fill, "fill", -1, "put `N` messages into each topic first (default: 1000 for the workload pop, else 0)")
	set.Uint64Var(&o.Seed, "seed", 1, "`N` decides what each client sends, but for the prefix")
	set.DurationVar(&o.Timeout, "timeout", time.Second, "give up a request after `D`")
	set.DurationVar(&o.Patience, "patience", 10*time.Second, "wait for `D` at most until topics can be created, and while nothing can be drained")
	set.BoolVar(&o.NoDrain, "no-drain", false, "do not pop what is left at the end")
	set.DurationVar(&o.CheckTimeout, "check-timeout", 30*time.Second, "search for `D` at most for an order that explains the answers")
	set.IntVar(&o.Keep, "keep", 400_000, "check the order of the first `N` requests, which take about a kilobyte each; messages are accounted for in any number")
	set.BoolVar(&f.json, "json", false, "write the report as JSON")
	set.StringVar(&f.history, "history", "", "write all requests to `FILE`, as JSON Lines")
	set.StringVar(&f.picture, "picture", "", "when a check fails, write a picture of the requests, with what was done to an emulator's nodes, to `FILE.html`")
	err := text.Flag(set, set.Parse(args))
	if errors.Is(err, flag.ErrHelp) {
		help(set, stdout)
	}
	if err != nil {
		return nil, err
	}
	given := map[string]bool{}
	set.Visit(func(g *flag.Flag) { given[g.Name] = true })
	if given["requests"] && !given["duration"] {
		o.Duration = 0
	}
	if !given["prefix"] {
		o.Prefix = "load-" + strconv.FormatInt(time.Now().UnixMilli(), 36) + "-"
	}
	if set.NArg() > 0 {
		return nil, fmt.Errorf("%q: there are flags alone", set.Arg(0))
	}
	targets := 0
	for _, name := range []string{"admin", "nodes", "config"} {
		if given[name] {
			targets++
		}
	}
	if targets > 1 {
		return nil, errors.New("-admin, -nodes and -config all say where the nodes are; give one")
	}
	return f, f.check(given)
}

// check tells the first thing that can't be.
func (f *flags) check(given map[string]bool) error {
	o := &f.options
	if err := load.CheckWorkload(o.Workload); err != nil {
		return fmt.Errorf("-workload %w", err)
	}
	switch {
	case given["nodes"] && f.nodes == "":
		return errors.New(`-nodes "": want the nodes' URLs, such as localhost:8567,localhost:8568`)
	case given["config"] && f.config == "":
		return errors.New(`-config "": want a course's config.json`)
	case o.Clients < 1 || o.Clients > load.MaxClients:
		return fmt.Errorf("-clients %d: want 1 to %d", o.Clients, load.MaxClients)
	case o.Topics < 1 || o.Topics > load.MaxTopics:
		return fmt.Errorf("-topics %d: want 1 to %d", o.Topics, load.MaxTopics)
	case o.Requests < 0 || given["requests"] && o.Requests == 0:
		return fmt.Errorf("-requests %d: want 1 or more", o.Requests)
	case o.Duration < 0 || o.Duration == 0 && o.Requests == 0:
		return fmt.Errorf("-duration %v: want more than 0, or -requests", o.Duration)
	case math.IsNaN(o.Rate) || given["rate"] && !(o.Rate >= 0.001 && o.Rate <= 1e6):
		return fmt.Errorf("-rate %v: want 0.001 to 1000000 per second", o.Rate)
	case given["fill"] && (o.Fill < 0 || o.Fill > maxFill):
		return fmt.Errorf("-fill %d: want 0 to %d", o.Fill, maxFill)
	case o.Timeout <= 0:
		return fmt.Errorf("-timeout %v: want more than 0", o.Timeout)
	case o.Patience <= 0:
		return fmt.Errorf("-patience %v: want more than 0", o.Patience)
	case o.Keep < 1:
		return fmt.Errorf("-keep %d: want 1 or more", o.Keep)
	case o.CheckTimeout <= 0:
		return fmt.Errorf("-check-timeout %v: want more than 0", o.CheckTimeout)
	case len(o.Prefix) > 200:
		return fmt.Errorf("-prefix has %d bytes, want 200 at most", len(o.Prefix))
	}
	return nil
}

func help(set *flag.FlagSet, stdout io.Writer) {
	fmt.Fprint(stdout, usage)
	set.SetOutput(stdout)
	set.PrintDefaults()
	var list strings.Builder
	names, docs := load.Workloads()
	for i, name := range names {
		fmt.Fprintf(&list, "  %-10s %s\n", name, docs[i])
	}
	fmt.Fprintf(stdout, examples, &list)
}
