package ctl

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/sim/trace"
)

// eventFlags are the flags of emulator ctl events.
type eventFlags struct {
	follow      bool
	newest      int
	since, node string
	kinds       []string
}

// events is emulator ctl events.
func (o *options) events() *cli.Command {
	f := &eventFlags{}
	return o.command(cli.Command{
		Name:    "events",
		Summary: "show the trace, one event per line",
		About: `Shows the trace, one event per line: its seq, the cluster's time, the node, the kind of
event (the name of the action in raft.tla, or one of the emulator's own) and its details. The
emulator keeps the newest 81,920 events.

-follow starts with new events, unless -since says otherwise. It reconnects when the connection
is lost, and ends with Ctrl-C and exit code 0.`,
		Flags: []*cli.Flag{
			cli.Bool(&f.follow, "follow", "show new events as they happen"),
			cli.Int(&f.newest, "n", 0, "show only the newest `N` events, before new ones with -follow").AtLeast(1),
			cli.String(&f.since, "since", "", "show only events after `SEQ`; last: after the newest change"),
			cli.String(&f.node, "node", "", "show only events of the node with this `ID`"),
			cli.Var("event", "list", "show only events of this `KIND`, several separated by commas", func(text string) error {
				f.kinds = append(f.kinds, text)
				return nil
			}),
		},
		Examples: cli.Examples{
			{"emulator ctl events -n 20", "the newest 20"},
			{"emulator ctl events -since last", "since the newest change"},
			{"emulator ctl events -follow -event BecomeLeader,Timeout", "elections as they happen"},
			{"emulator ctl events -since 181 -node 3 -json", "records as JSON Lines"},
		},
	}, f.run)
}

func (f *eventFlags) run(c *call) error {
	if f.newest > 0 && f.since != "" {
		return cli.Usagef("-n and -since both say where to begin; give one")
	}
	if f.newest > 0 {
		f.since = strconv.Itoa(-f.newest)
	}
	query := url.Values{}
	for key, value := range map[string]string{"since": f.since, "node": f.node, "event": strings.Join(f.kinds, ",")} {
		if value != "" {
			query.Set(key, value)
		}
	}
	if f.follow {
		return c.follow(query)
	}
	return c.events(query)
}

// events shows the trace up to its present end.
func (c *call) events(query url.Values) error {
	query.Set("limit", "10000")
	for until := uint64(0); ; {
		var p api.EventsAnswer
		if err := c.client.Ask(c.ctx, api.Get("/v1/events", query), &p); err != nil {
			return err
		}
		if p.Reset {
			c.noteReplaced()
		}
		if until == 0 || p.Reset {
			until = p.Last // the present end
		}
		if p.Missed {
			fmt.Fprintf(c.notes, "events before %d are no longer kept\n", p.First)
		}
		for _, data := range p.Events {
			if err := c.event(data); err != nil {
				return err
			}
		}
		if p.Next >= until {
			return nil
		}
		query.Set("run", p.RunID)
		query.Set("since", strconv.FormatUint(p.Next, 10))
	}
}

// noteReplaced says that the events that follow are those of another run.
func (c *call) noteReplaced() {
	fmt.Fprintln(c.notes, "the cluster was replaced; another cluster runs from here on")
}

// event shows one record.
func (c *call) event(data []byte) error {
	if c.json {
		_, err := fmt.Fprintf(c.out, "%s\n", data)
		return err
	}
	r, err := trace.Decode(data, nil)
	if err != nil { // another version's, perhaps: show what there is
		_, err = fmt.Fprintf(c.out, "%s\n", data)
		return err
	}
	_, err = fmt.Fprintln(c.out, &r)
	return err
}
