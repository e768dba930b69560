package load

import (
	"fmt"
	"strconv"
	"time"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/lab/load"
	"rrmq.example/emulator/emulator/text/bounds"
)

// Bounds of flags.
const (
	maxFill = 1_000_000
	minRate = 0.001
	maxRate = 1e6
)

// options are what the command line asks for.
type options struct {
	load.Options
	url, targets, config string // where the nodes are
	json                 bool
	history, picture     string // files
	overwrite            bool
}

func (o *options) flags(workloads []string) []*cli.Flag {
	return []*cli.Flag{
		cli.URL(&o.url).Old("admin"),
		cli.String(&o.targets, "targets", "", "put the nodes at `URL,URL,...` under load").Old("nodes").
			Check(given(&o.targets, "the nodes' URLs, such as localhost:8567,localhost:8568")),
		cli.Config(&o.config).Check(given(&o.config, "a course's config.json")),
		cli.Choice(&o.Workload, "workload", "mixed", workloads, "send the requests of workload `NAME`"),
		cli.Int(&o.Clients, "clients", 16, "`N` clients, each with one request at a time").Between(1, load.MaxClients),
		cli.Duration(&o.Duration, "duration", 10*time.Second, "send requests for `TIME`; 0: until -requests are sent").AtLeast(0),
		cli.Int(&o.Requests, "requests", 0, "send at most `N` requests; without -duration, exactly N").AtLeast(1),
		cli.Float(&o.Rate, "rate", 0, "start `R` requests per second, however slow the answers are").
			Default("each client sends when it has its answer").Check(o.checkRate),
		cli.Int(&o.Topics, "topics", 4, "put to and pop from `N` topics").Between(1, load.MaxTopics),
		cli.String(&o.Prefix, "prefix", "", "the topics' names begin with `TEXT`").Default("a new one in each run").Check(o.checkPrefix),
		cli.Int(&o.Fill, "fill", -1, "put `N` messages into each topic first").Between(0, maxFill).Default("1000 for the workload pop, else 0"),
		cli.Seed(&o.Seed, 1),
		cli.Timeout(&o.Timeout, time.Second, "give up a request after `TIME`").Check(positive(&o.Timeout)),
		cli.Duration(&o.Patience, "patience", 10*time.Second, "wait at most `TIME` for the topics to be created, and for the next message of the drain").
			Check(positive(&o.Patience)),
		cli.Bool(&o.NoDrain, "no-drain", "do not pop the remaining messages at the end"),
		cli.Duration(&o.CheckTimeout, "check-timeout", 30*time.Second, "search at most `TIME` for an order that explains the answers").
			Check(positive(&o.CheckTimeout)),
		cli.Int(&o.Keep, "keep", 400_000, "check the order of the first `N` requests, which take about a kilobyte each; the accounts cover all messages").AtLeast(1),
		cli.JSON(&o.json, "print the report as JSON"),
		cli.String(&o.history, "history", "", "write all requests to `FILE`, as JSON Lines"),
		cli.String(&o.picture, "picture", "", "if a check fails, write a picture of the requests to `FILE.html`"),
		cli.Overwrite(&o.overwrite),
	}
}

// given returns a check that a text is not empty.
func given(text *string, want string) func() error {
	return func() error {
		if *text == "" {
			return fmt.Errorf(`"": want %s`, want)
		}
		return nil
	}
}

// positive returns a check that a duration is above zero.
func positive(d *time.Duration) func() error {
	return func() error {
		if *d <= 0 {
			return fmt.Errorf("%v: want more than 0", *d)
		}
		return nil
	}
}

func (o *options) checkRate() error {
	if !(o.Rate >= minRate && o.Rate <= maxRate) { // also if it is NaN
		return fmt.Errorf("%v: want %v to %v per second", o.Rate, minRate, int(maxRate))
	}
	return nil
}

func (o *options) checkPrefix() error {
	if wrong := bounds.Prefix.Wrong(o.Prefix); wrong != "" {
		return fmt.Errorf("%.20q: it %s", o.Prefix, wrong)
	}
	return nil
}

// validate checks the flags together.
func (o *options) validate(c *cli.Call) error {
	if c.Given("requests") && !c.Given("duration") {
		o.Duration = 0
	}
	if !c.Given("prefix") {
		o.Prefix = "load-" + strconv.FormatInt(time.Now().UnixMilli(), 36) + "-"
	}
	targets := 0
	for _, name := range []string{"url", "targets", "config"} {
		if c.Given(name) {
			targets++
		}
	}
	switch {
	case targets > 1:
		return cli.Usagef("-url, -targets and -config all say where the nodes are; give one")
	case o.Duration == 0 && o.Requests == 0:
		return cli.Usagef("-duration 0s: want more than 0, or -requests")
	}
	return nil
}
