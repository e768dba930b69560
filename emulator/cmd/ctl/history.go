package ctl

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"text/tabwriter"
	"time"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/machines"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/emulator/text/outfile"
)

// errOpen: no verdict on the history was reached.
var errOpen = errors.New("it could not be decided")

// historyFlags are the flags of emulator ctl history.
type historyFlags struct {
	limit              int
	since, topic, node string
	overwrite          bool // the file of a picture
}

// history is emulator ctl history.
func (o *options) history() *cli.Command {
	f := &historyFlags{}
	c := o.command(cli.Command{
		Name:    "history",
		Summary: "show the clients' requests and the answers, one request per line",
		About: `Shows the clients' requests, one per line: the seqs of the request and of its
answer, the node, the operation and the answer. The emulator keeps the newest 65,536 requests.`,
		Flags: []*cli.Flag{
			cli.Int(&f.limit, "limit", 20, "show at most `N` requests"),
			cli.String(&f.since, "since", "", "show only requests after `SEQ`"),
			cli.String(&f.topic, "topic", "", "show only requests about `TOPIC`, which may be empty"),
			cli.String(&f.node, "node", "", "show only requests to the node with this `ID`"),
		},
		Examples: cli.Examples{
			{"emulator ctl history -limit 100 -topic dog", "a hundred requests about one topic"},
			{"emulator ctl history -since 181 -node 3", "requests to one node"},
			{"emulator ctl history check", "could a queue have given these answers?"},
			{"emulator ctl history picture dog.html", "the same for a browser"},
		},
	}, f.run)
	c.Commands = []*cli.Command{o.checkHistory(), o.command(cli.Command{
		Name: "picture", Operands: "FILE.html", Min: 1, Max: 1,
		Summary:  "draw the requests that no order explains, or else the newest, with the changes",
		Examples: cli.Examples{{"emulator ctl history picture dog.html", "write a page for a browser"}},
		Flags:    []*cli.Flag{cli.Overwrite(&f.overwrite)},
	}, func(c *call) error { return c.drawHistory(f.overwrite) })}
	return c
}

func (o *options) checkHistory() *cli.Command {
	var timeout time.Duration
	return o.command(cli.Command{
		Name:    "check",
		Summary: "check whether a message queue could have given the answers",
		About: `Checks the clients' history: no acknowledged message is lost, none delivered twice, out
of order or invented; and the history is linearizable: there is an order of the requests, in
agreement with their times, in which every answer is right.`,
		Flags:    []*cli.Flag{cli.Timeout(&timeout, 5*time.Second, "search at most `TIME`, up to 1m").Bare(time.Millisecond).Between(0, float64(time.Minute))},
		Examples: cli.Examples{{"emulator ctl history check -timeout 30s", "with a longer search"}},
		Exit: cli.Codes{
			cli.Failed:    "a check failed",
			cli.Undecided: "undecided: the search took too long, or it was interrupted",
		},
	}, func(c *call) error { return c.checkHistory(timeout) })
}

func (c *call) drawHistory(overwrite bool) error {
	out, err := outfile.Create(c.Args[0], cli.PictureFile(overwrite))
	if err != nil {
		return err
	}
	defer out.Abort()
	body, err := c.read(long(api.Get("/v1/history/picture", nil)))
	if err != nil {
		return err
	}
	if _, err := out.Write(body); err != nil {
		return err
	}
	return out.Commit()
}

func (f *historyFlags) run(c *call) error {
	query := url.Values{"limit": {strconv.Itoa(f.limit)}}
	for key, value := range map[string]string{"since": f.since, "topic": f.topic, "node": f.node} {
		if c.Given(key) {
			query.Set(key, value)
		}
	}
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
	fmt.Fprintf(w, "\n%d of %s\n", len(a.History), text.Count(a.Requests, "request"))
	return w.Flush()
}

// returned is the seq of a request's answer; "-" without one.
func returned(r *history.CallView) string {
	if r.Return == nil {
		return "-"
	}
	return strconv.FormatInt(*r.Return, 10)
}

// requestWords writes a request's operation.
func requestWords(r *history.CallView) string {
	op := machines.Op(string(r.Op))
	if op == nil {
		return string(r.Op)
	}
	return (&machine.Command{Op: op, Args: [2]string{history.Brief(r.Topic), history.Brief(r.Message)}}).String()
}

// answerWords writes the answer to a request.
func answerWords(r *history.CallView) string {
	switch {
	case r.OK == nil:
		return r.Outcome
	case !*r.OK:
		return "no success"
	case r.Popped != nil:
		return strconv.Quote(history.Brief(*r.Popped))
	case r.Shown != nil:
		return strconv.Quote(history.Brief(*r.Shown))
	case lists(string(r.Op)):
		return history.BriefList(r.Topics)
	}
	return "done"
}

// lists reports whether an operation answers with a list.
func lists(name string) bool {
	op := machines.Op(name)
	return op != nil && op.Gives == machine.List
}

func (c *call) checkHistory(timeout time.Duration) error {
	body, err := c.fetch(long(api.Get("/v1/history/check", url.Values{"timeout_ms": {inMillis(timeout)}})))
	if err != nil {
		return err
	}
	var a api.HistoryCheckAnswer
	if err := c.client.Decode(body, &a); err != nil {
		return err
	}
	if !c.json {
		if err := c.writeCheck(&a); err != nil {
			return err
		}
	}
	switch a.State {
	case "violated":
		return cli.Failedf("no message queue could have given these answers")
	case "unknown":
		return cli.WithCode(cli.Undecided, errOpen)
	}
	return nil
}

// maxWitness bounds the requests that are shown for a verdict.
const maxWitness = 8

// trailing are the blanks with which a table fills an empty last column.
var trailing = regexp.MustCompile(`(?m) +$`)

func (c *call) writeCheck(a *api.HistoryCheckAnswer) error {
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, v := range a.Verdicts {
		fmt.Fprintf(w, "%s\t%s\t%s\n", v.Name, v.State, v.Words)
		for i := range v.Witness[:min(len(v.Witness), maxWitness)] {
			r := &v.Witness[i]
			fmt.Fprintf(w, "\t\t#%d–%s %s at node %d: %s\n", r.Call, returned(r), requestWords(r), r.Node, answerWords(r))
		}
	}
	fmt.Fprintf(w, "\n%s\n", a.How)
	w.Flush()
	return c.paint(trailing.ReplaceAllString(b.String(), ""))
}
