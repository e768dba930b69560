package ctl

import (
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"text/tabwriter"

	"rrmq.example/emulator/mqapi/queue"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/machines"
)

// errOpen: it could not be found out whether the clients were answered as a queue would.
var errOpen = errors.New("it could not be decided")

var historyCommand = &command{
	name: "history",
	doc:  "show what clients have asked the nodes, and what they were answered, a request a line",
	more: `
A line has the seqs of the request and of its answer, the node, what was asked and
what was answered. The newest 65,536 requests are kept, and the newest 20 shown.

  emulator ctl history -limit 100 -topic dog
  emulator ctl history -since 181 -node 3
  emulator ctl history check                 could a queue have answered so?
  emulator ctl history picture dog.html      the same for a browser`,
	setup: setupHistory,
}

var historyCheckCommand = &command{
	name: "history check",
	doc:  "tell whether a message queue could have answered the clients so",
	more: `
Nothing that was acknowledged is lost, nothing delivered twice, out of order or
invented; and the history is linearizable: in one order of the requests, which
agrees with time, each answer is right. The exit code is 1 when something is
violated, and 2 when it could not be found out, as when the search takes too long.`,
	setup: setupHistoryCheck,
}

var historyPictureCommand = &command{
	name: "history picture", operands: "FILE.html", min: 1, max: 1,
	doc: "draw the requests that no order explains, or else the newest, with the faults",
	setup: plain(func(c *call, operands []string) error {
		body, err := c.read(api.Get("/v1/history/picture", nil))
		if err != nil {
			return err
		}
		return os.WriteFile(operands[0], body, 0o666)
	}),
}

func setupHistory(set *flag.FlagSet) func(*call, []string) error {
	limit := set.Int("limit", 20, "show `N` requests at most")
	since := set.String("since", "", "show those called after this `SEQ`")
	topic := set.String("topic", "", "show only those about this `TOPIC`; \"\" is one, too")
	node := set.String("node", "", "show only those to the node with this `ID`")
	return func(c *call, _ []string) error {
		query := url.Values{"limit": {strconv.Itoa(*limit)}}
		given := map[string]string{"since": *since, "topic": *topic, "node": *node}
		set.Visit(func(f *flag.Flag) {
			if value, ok := given[f.Name]; ok {
				query.Set(f.Name, value)
			}
		})
		var a api.HistoryAnswer
		if err := c.ask(api.Get("/v1/history", query), &a); err != nil || c.json {
			return err
		}
		w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "call\treturn\tnode\trequest\tanswer")
		for i := range a.History {
			r := &a.History[i]
			fmt.Fprintf(w, "%d\t%s\t%d\t%s\t%s\n", r.Call, returned(r), r.Node, requestWords(r), answerWords(r))
		}
		fmt.Fprintf(w, "\n%d of %d requests\n", len(a.History), a.Requests)
		return w.Flush()
	}
}

// returned is the seq of a request's answer.
func returned(r *history.CallView) string {
	if r.Return == nil {
		return "-"
	}
	return strconv.FormatInt(*r.Return, 10)
}

// requestWords says what a request asked for.
func requestWords(r *history.CallView) string {
	op := machines.Op(r.Op)
	if op == nil {
		return r.Op
	}
	return (&machine.Command{Op: op, Args: [2]string{history.Brief(r.Topic), history.Brief(r.Message)}}).String()
}

// answerWords says what a request was answered.
func answerWords(r *history.CallView) string {
	switch {
	case r.OK == nil:
		return r.Outcome
	case !*r.OK:
		return "no success"
	case r.Popped != nil:
		return strconv.Quote(history.Brief(*r.Popped))
	case r.Op == queue.GetTopics.String():
		return history.BriefList(r.Topics)
	}
	return "done"
}

func setupHistoryCheck(set *flag.FlagSet) func(*call, []string) error {
	timeout := set.Int64("timeout", 5000, "search for `MS` milliseconds at most, 60000 being the longest")
	return func(c *call, _ []string) error {
		body, err := c.fetch(api.Get("/v1/history/check", url.Values{"timeout_ms": {strconv.FormatInt(*timeout, 10)}}))
		if err != nil {
			return err
		}
		var a api.HistoryCheckAnswer
		if err := c.client.Decode(body, &a); err != nil {
			return err
		}
		if !c.json {
			w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
			for _, v := range a.Verdicts {
				fmt.Fprintf(w, "%s\t%s\t%s\n", v.Name, v.State, v.Words)
				for i := range v.Witness[:min(len(v.Witness), 8)] {
					r := &v.Witness[i]
					fmt.Fprintf(w, "\t\t#%d–%s %s at node %d: %s\n", r.Call, returned(r), requestWords(r), r.Node, answerWords(r))
				}
			}
			fmt.Fprintf(w, "\n%s\n", a.How)
			if err := w.Flush(); err != nil {
				return err
			}
		}
		switch a.State {
		case "violated":
			return &untrueError{"no message queue would have answered so"}
		case "unknown":
			return errOpen
		}
		return nil
	}
}
