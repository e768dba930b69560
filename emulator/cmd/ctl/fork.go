package ctl

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"text/tabwriter"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/serve/api"
)

// forkCommands are emulator ctl fork and forks.
func (o *options) forkCommands() []*cli.Command {
	forks := o.command(cli.Command{
		Name: "forks", Summary: "list the forks, or end one",
		About:    "Lists the forks: where each begins in the run, and where it is.",
		Examples: cli.Examples{{"emulator ctl forks", "list them"}, {"emulator ctl forks end 1", "end one and free its memory"}},
	}, (*call).listForks)
	forks.Commands = []*cli.Command{o.command(cli.Command{
		Name: "end", Operands: "FORK", Min: 1, Max: 1, Summary: "end a fork and free its memory",
	}, func(c *call) error {
		return c.forks(api.Send(http.MethodDelete, "/v1/forks/"+url.PathEscape(c.Args[0]), nil))
	})}
	return []*cli.Command{o.command(cli.Command{
		Name: "fork", Operands: "[SEQ|now]", Max: 1, Summary: "go another way from a moment of the run",
		About: `Makes a second cluster that begins as this one was after the event with number SEQ, or is now.
The cluster goes on. A fork has virtual time and no ports, and its clock is paused. All other commands look at it and change
it with -fork ID. There may be eight forks, and they begin within the newest 65,536 events or more.`,
		Examples: cli.Examples{
			{"emulator ctl fork 1234", "go another way after event 1234"},
			{"emulator ctl -fork 1 crash leader", "another way: crash its leader"},
			{"emulator ctl -fork 1 clock advance 1s", "see what happens in the next second"},
			{"emulator ctl -fork 1 status", "where the fork is now"},
		},
	}, (*call).fork), forks}
}

func (c *call) fork() error {
	body := map[string]any{"seq": "now"}
	if len(c.Args) > 0 && c.Args[0] != "now" {
		seq, err := strconv.ParseUint(c.Args[0], 10, 63)
		if err != nil {
			return cli.Usagef("SEQ %q: want the number of an event, or now", c.Args[0])
		}
		body["seq"] = seq
	}
	var a api.ForkAnswer
	if err := c.ask(long(api.Send(http.MethodPost, "/v1/forks", body)), &a); err != nil || c.json {
		return err
	}
	_, err := fmt.Fprintf(c.out, "fork %d begins after event %d, at %s; its clock is paused\nlook at it and change it with -fork %d: emulator ctl -fork %d status\n",
		a.ID, a.From.Seq, millis(a.From.TimeMS), a.ID, a.ID)
	return err
}

func (c *call) listForks() error { return c.forks(api.Get("/v1/forks", nil)) }

// forks sends a request whose answer is all forks, and lists them.
func (c *call) forks(r api.Request) error {
	var a api.ForksAnswer
	if err := c.ask(r, &a); err != nil || c.json {
		return err
	}
	if len(a.Forks) == 0 {
		_, err := fmt.Fprintln(c.out, "no forks")
		return err
	}
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "fork\tfrom event\tat\tnow at event\tclock")
	for i := range a.Forks {
		f := &a.Forks[i]
		fmt.Fprintf(w, "%d\t%d\t%s\t%d\t%s\n", f.ID, f.From.Seq, millis(f.From.TimeMS), f.Seq, clockWords(&f.Clock, f.TimeMS))
	}
	return w.Flush()
}

// base is the base URL of the API, or of the fork that -fork names.
func (o *options) base() string {
	if o.fork == "" {
		return o.url
	}
	return strings.TrimSuffix(strings.TrimRight(o.url, "/"), "/v1") + "/v1/forks/" + url.PathEscape(o.fork)
}
