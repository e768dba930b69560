package ctl

import (
	"flag"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/sim/trace"
)

var eventsCommand = &command{
	name: "events",
	doc:  "show the trace, an event a line; -follow goes on as more happens",
	more: `
A line has the event's seq, the cluster's time, the node, the kind of event (the
name of the action in raft.tla, or one of the emulator's own) and what is special
about it. The newest 65,536 events are kept.

  emulator ctl events -since -20                        the newest 20
  emulator ctl events -follow -event BecomeLeader,Timeout
  emulator ctl events -since 181 -node 3 -json          records as JSON Lines

-follow begins with what happens from now on, unless -since says otherwise. It
goes on when the connection is lost, and ends with Ctrl-C and exit code 0.`,
	setup: setupEvents,
}

func setupEvents(set *flag.FlagSet) func(*call, []string) error {
	follow := set.Bool("follow", false, "go on as more happens")
	since := set.String("since", "", "show what came after this `SEQ`; -N: the newest N")
	node := set.String("node", "", "show only what happened at the node with this `ID`")
	var kinds []string
	set.Func("event", "show only events of this `KIND`; several with commas", func(s string) error {
		kinds = append(kinds, s)
		return nil
	})
	return func(c *call, _ []string) error {
		query := url.Values{}
		for key, value := range map[string]string{"since": *since, "node": *node, "event": strings.Join(kinds, ",")} {
			if value != "" {
				query.Set(key, value)
			}
		}
		if *follow {
			return c.follow(query)
		}
		return c.events(query)
	}
}

// events shows the trace as far as it goes now.
func (c *call) events(query url.Values) error {
	query.Set("limit", "10000")
	for until := uint64(0); ; {
		var p api.EventsAnswer
		if err := c.client.Ask(c.ctx, api.Get("/v1/events", query), &p); err != nil {
			return err
		}
		if until == 0 {
			until = p.Last // what comes later is for others to see
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
		query.Set("since", strconv.FormatUint(p.Next, 10))
	}
}

// event shows a record.
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
